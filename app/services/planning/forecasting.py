"""What plans come to while dates are uncertain: which one, and when. What is read is read in one short unit; what is
drawn is drawn after it has ended, so that nothing waits for a comparison."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from app.domain.catalogue import Catalogue
from app.domain.forecast.changing import MOVES, Change, what_would_change
from app.domain.forecast.comparing import DRAWS, compare
from app.domain.forecast.figures import Comparison
from app.domain.forecast.foretelling import Forecast, forecast
from app.domain.forecast.given import Known, Progress, Standing
from app.domain.forecast.wording import paragraph
from app.domain.ownership import Ownership, State
from app.domain.plans import Plan, PlanRow
from app.domain.refusals import Refusal
from app.domain.windows import fit
from app.services.planning.looking import Looking
from app.services.planning.starting import candidate
from app.services.planning.surroundings import facts_of
from app.services.store import Store, Unit

MOST_DRAWS = 20_000
MOST_PLANS = 12
"""More would keep everybody else waiting."""

STANDS_FOR = timedelta(minutes=10)
"""How long a comparison of the same things is given again before it is drawn anew."""

FORECAST_STANDS_FOR = timedelta(minutes=1)
"""The same of the forecast of one plan: a page says by it when the next step starts."""

KEPT = 8
"""How many comparisons are kept."""

FORECASTS_KEPT = 24

Told = TypeVar("Told")


class Asked(NamedTuple):
    """What is compared, and from what: the same asked is the same answered, but for the time that has passed."""

    plans: tuple[Plan, ...]
    known: Known
    unreadable: tuple[str, ...]
    draws: int
    seed: int

    def is_as(self, other: "Asked", stands_for: timedelta) -> bool:
        """Whether this asks the same as what was asked before, not so long ago."""
        passed = self.known.start - other.known.start
        same_time = self._replace(known=replace(self.known, start=other.known.start))
        return timedelta(0) <= passed < stands_for and same_time == other


@dataclass(frozen=True, slots=True)
class Compared:
    """Plans side by side, in plain words, with what would change it. `unreadable` is why others are left out."""

    comparison: Comparison
    paragraph: str
    would_change: tuple[Change, ...]
    unreadable: tuple[str, ...] = ()

    @property
    def steady(self) -> str | None:
        """The sentence that says that nothing would change it; None where something would, or nothing is compared."""
        if self.would_change or len(self.comparison.plans) < 2:
            return None
        by = MOVES[-1]
        return f"Nothing that was tried: with any one milestone {by} days earlier or later, the same plans are first."


class _Remembered(Generic[Told]):
    """What was drawn last, to be given again while the same is asked. One thing is drawn at a time: of several who ask
    the same at once, the first has it drawn."""

    def __init__(self, stands_for: timedelta, most: int) -> None:
        self._stands_for, self._most = stands_for, most
        self._one = Lock()
        self._last: list[tuple[Asked, Told]] = []

    def find(self, asked: Asked, draw: Callable[[Asked], Told]) -> Told:
        with self._one:
            found = next((told for before, told in self._last if asked.is_as(before, self._stands_for)), None)
            if found is None:
                found = draw(asked)
                self._last = [(asked, found), *self._last][: self._most]
        return found


@dataclass
class Forecasts:
    """Compares plans and forecasts them, and remembers what was drawn last."""

    store: Store
    _comparisons: _Remembered[Compared] = field(default_factory=lambda: _Remembered(STANDS_FOR, KEPT))
    _dated: _Remembered[Forecast] = field(default_factory=lambda: _Remembered(FORECAST_STANDS_FOR, FORECASTS_KEPT))

    def compare(self, looking: Looking, keys: Sequence[str] | None, draws: int = DRAWS, seed: int = 1) -> Compared:
        """The plans named, or else all that have an `approach`. Those that run go on from where they are.

        Refusals `not_found`, `plan_invalid`, `invalid`.
        """
        require_bounded(draws)
        with self.store.reading() as unit:
            asked = _asked(unit, looking, keys, draws, seed)
        return self._comparisons.find(asked, compared)

    def of(self, looking: Looking, key: str, draws: int = DRAWS, seed: int = 1) -> Forecast:
        """As `forecast_of`, drawn after what is read has been read; and not again for a minute, while nothing that it
        depends on has changed: a page fetches itself with each change of anything."""
        require_bounded(draws)
        with self.store.reading() as unit:
            plan, known = dated_by(unit, looking, key)
        return self._dated.find(Asked((plan,), known, (), draws, seed), _forecast)


def _forecast(asked: Asked) -> Forecast:
    [plan] = asked.plans
    return forecast(plan, asked.known, draws=asked.draws, seed=asked.seed)


def compared(asked: Asked) -> Compared:
    """The comparison, drawn."""
    comparison = compare(asked.plans, asked.known, asked.draws, asked.seed)
    changes = what_would_change(asked.plans, asked.known, comparison)
    return Compared(comparison, paragraph(comparison), changes, asked.unreadable)


def forecast_of(unit: Unit, looking: Looking, key: str, draws: int = DRAWS, seed: int = 1) -> Forecast:
    """The dates of one plan: as it goes on if it was started, else as it would go if it were started now.

    Refusals `not_found`, `plan_invalid`, `invalid`.
    """
    require_bounded(draws)
    plan, known = dated_by(unit, looking, key)
    return forecast(plan, known, draws=draws, seed=seed)


def dated_by(unit: Unit, looking: Looking, key: str) -> tuple[Plan, Known]:
    """One plan, and what its dates depend on. Refusals `not_found`, `plan_invalid`."""
    plan, around = looking.one(unit, key)
    _require_files([plan], looking.catalogue)
    progress = {} if around is None else {key: progress_of(around.row)}
    return plan, known_of(unit, looking, progress)


def known_of(unit: Unit, looking: Looking, progress: Mapping[str, Progress]) -> Known:
    """What is known now: milestones with what persons recorded, preferences, and who holds them."""
    return Known(
        milestones=facts_of(looking.milestones, unit.milestones.all()),
        preferences=looking.catalogue.preferences,
        start=unit.now(),
        fit=fit,
        present={key: _standing(row) for key, row in unit.ownerships.all().items() if row.state is not State.UNOWNED},
        progress=progress,
    )


def progress_of(row: PlanRow) -> Progress:
    """How far a plan that was started has come."""
    return Progress(row.started, row.rows)


def require_bounded(draws: int) -> None:
    """Refuse to draw never, or more often than one process should (Refusal `invalid`)."""
    if not 1 <= draws <= MOST_DRAWS:
        raise Refusal("invalid", f"{draws} draws cannot be made.", f"Ask for 1 to {MOST_DRAWS:,}; 10,000 are enough.")


def _standing(row: Ownership) -> Standing:
    retired = row.state is State.RETIRED
    return Standing(None if retired else row.owner, row.surfaces, retired)


def _asked(unit: Unit, looking: Looking, keys: Sequence[str] | None, draws: int, seed: int) -> Asked:
    going = {row.key: row for row in unit.plans.all() if not row.is_over}
    plans, unreadable = _named(unit, looking, going, keys) if keys else _approaches(unit, looking, going)
    if len(plans) > MOST_PLANS:
        raise Refusal("invalid", f"{len(plans)} plans are too many at once.", f"Name at most {MOST_PLANS}.")
    progress = {plan.key: progress_of(going[plan.key]) for plan in plans if plan.key in going}
    return Asked(tuple(plans), known_of(unit, looking, progress), tuple(unreadable), draws, seed)


def _named(
    unit: Unit, looking: Looking, going: Mapping[str, PlanRow], keys: Iterable[str]
) -> tuple[list[Plan], list[str]]:
    plans = [_one(unit, looking, going, key) for key in dict.fromkeys(keys)]
    _require_files(plans, looking.catalogue)
    return plans, []


def _approaches(unit: Unit, looking: Looking, going: Mapping[str, PlanRow]) -> tuple[list[Plan], list[str]]:
    """The plans that are an approach to the same, and why others cannot be read."""
    filed, faults = looking.files.load(looking.catalogue)
    found, unreadable = list[Plan](), [str(fault) for fault in faults]
    drafted = [draft.key for draft in unit.drafts.all()]
    for key in dict.fromkeys([*filed, *going, *drafted]):
        try:
            as_filed = key in filed and key not in going and key not in drafted
            plan = filed[key] if as_filed else _one(unit, looking, going, key)
            _require_files([plan], looking.catalogue)
        except Refusal as refusal:
            unreadable.append(str(refusal))
        else:
            found += [plan] if plan.approach else []
    return sorted(found, key=lambda plan: (plan.approach or "", plan.key)), unreadable


def _one(unit: Unit, looking: Looking, going: Mapping[str, PlanRow], key: str) -> Plan:
    """A plan that runs by the text that is in force, any other as it would be started."""
    if key in going:
        return looking.files.read(key, going[key].text)
    return candidate(unit, looking.files, looking.catalogue, key)


def _require_files(plans: Iterable[Plan], catalogue: Catalogue) -> None:
    for plan in plans:
        missing = ", ".join(sorted(_missing(plan, catalogue)))
        if missing:
            detail = f"The plan {plan.key} moves what has no file: {missing}."
            raise Refusal("plan_invalid", detail, "Put the file back, or take it out of the plan.", {"plan": plan.key})


def _missing(plan: Plan, catalogue: Catalogue) -> Iterator[str]:
    return (key for key in plan.preferences if key not in catalogue.preferences)
