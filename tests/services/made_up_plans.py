"""Valid plans, made up: any order of steps, any gates, and what the world and its people do meanwhile."""

from dataclasses import dataclass

from hypothesis import strategies as st

KEYS = tuple(f"preference_{letter}" for letter in "abcde")
LIVE = ("live_one", "live_two", "live_three")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = ("America/New_York", "UTC", "Pacific/Auckland")
DAY = 86_400

DURATIONS = st.sampled_from(["0s", "1s", "90m", "3d", "5w"])


@dataclass(frozen=True)
class Story:
    """A plan, and what happens: seconds after its start until each milestone is reached (None: never), until people
    approve, confirm and skip what is held, and the spans in which the target is down and everything is stopped."""

    text: str
    reached: dict[str, float | None]
    approved: float | None
    confirmed: float | None
    skips: float | None
    down: tuple[float, float | None]
    stopped: tuple[float, float | None]


def _list(words: tuple[str, ...] | list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


@st.composite
def windows(draw: st.DrawFn) -> str:
    """A window: any days, any hours."""
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True))
    hours = [draw(st.sampled_from(["00:00:00", "01:30:00", "02:30:00", "04:00:00", "23:59:59"])) for _ in range(2)]
    return f"window = {{ days = {_list(days)}, from = {hours[0]}, until = {hours[1]} }}\n"


@st.composite
def terms(draw: st.DrawFn) -> str:
    """Some of what a step may say, or the defaults."""
    may = [
        draw(windows()),
        f'wait = "{draw(DURATIONS)}"\n',
        f'bake = "{draw(DURATIONS)}"\n',
        f'late = "{draw(st.sampled_from(["1s", "1h", "2d"]))}"\n',
        f"approvals = {draw(st.integers(0, 2))}\n",
        f'approval_lasts = "{draw(st.sampled_from(["1h", "30d"]))}"\n',
        f'on_failure = "{draw(st.sampled_from(["hold", "undo"]))}"\n',
        'notice = { warning = "14d", blocked = "1h", text = "From {date}." }\n',
    ]
    return "".join(line for line in may if draw(st.booleans()))


@st.composite
def steps(draw: st.DrawFn) -> str:
    """One to five steps, each with preferences of its own, that need any of the steps before them."""
    texts = []
    for number in range(draw(st.integers(1, 5))):
        needs = [f"s{before}" for before in range(number) if draw(st.booleans())]
        live = draw(st.lists(st.sampled_from(LIVE), max_size=2, unique=True))
        checks = draw(st.lists(st.sampled_from(["systems_reachable", "confirmed:ready"]), max_size=2, unique=True))
        change = draw(st.sampled_from(['to = "va_gov"\n', 'to = "nobody"\n', 'surfaces = ["va_gov_profile"]\n']))
        date = draw(
            st.sampled_from(["", "", "not_before = 2027-03-20T12:00:00\n", "not_before = 2027-12-24T12:00:00\n"])
        )
        texts.append(
            f'[[steps]]\nid = "s{number}"\npreferences = ["{KEYS[number]}"]\n{change}{date}{draw(terms())}'
            f"needs = {{ steps = {_list(needs)}, milestones = {_list(live)}, checks = {_list(checks)} }}\n"
        )
    return "".join(texts)


@st.composite
def plans(draw: st.DrawFn) -> str:
    """The text of a plan."""
    blackouts = [
        "{ from = 2027-03-05, until = 2027-03-19 }",
        "{ from = 2027-03-13T12:00:00, until = 2027-05-01 }",
        "{ from = 2027-03-10, until = 2199-12-31 }",
    ]
    chosen = draw(st.lists(st.sampled_from(blackouts), max_size=2, unique=True))
    head = f'title = "Made up"\ntime_zone = "{draw(st.sampled_from(ZONES))}"\n'
    head += f"blackout = [{', '.join(chosen)}]\n" if chosen else ""
    return f"{head}[defaults]\n{draw(terms())}{draw(steps())}"


SOME_TIME = st.floats(0, 60 * DAY)
OR_NEVER = st.one_of(st.none(), SOME_TIME)
SPAN = st.tuples(SOME_TIME, st.sampled_from([0.0, 0.0, 3600.0, 20.0 * DAY, None]))

STORIES = st.builds(
    Story,
    text=plans(),
    reached=st.fixed_dictionaries(dict.fromkeys(LIVE, OR_NEVER)),
    approved=OR_NEVER,
    confirmed=OR_NEVER,
    skips=OR_NEVER,
    down=SPAN,
    stopped=SPAN,
)
