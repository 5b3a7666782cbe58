"""Windows against a slow oracle: each minute is judged by what clocks have shown until then and will yet show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import accumulate, islice, pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.windows import BEGINNING, FOREVER, Blackout, Opening, Window, fit, openings

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAYS_BEFORE, DAYS_AFTER = 11, 21
CHANGES = (
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2027-11-07"),
    ("Europe/London", "2028-10-29"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2027-10-03"),
    ("America/Havana", "2024-11-03"),  # midnight itself is repeated
    ("Antarctica/Troll", "2026-03-29"),  # two hours
    ("Pacific/Apia", "2011-12-30"),  # a whole day is skipped
    ("America/St_Johns", "2010-11-07"),  # from a minute after midnight into the day before
    ("America/Phoenix", "2026-03-08"),  # nothing happens
)


@dataclass(frozen=True)
class Clocks:
    """What clocks of a zone show in the weeks around a change, each half minute from `begin`, as local times.

    `latest` is the latest time that they have shown until then, `earliest` the earliest that they will show from then.
    """

    begin: datetime
    shown: Sequence[datetime]
    latest: Sequence[datetime]
    earliest: Sequence[datetime]


@cache
def clocks(zone: str, around: str) -> Clocks:
    """The clocks of a zone, read one by one."""
    begin = datetime.fromisoformat(f"{around}T00:00Z") - DAYS_BEFORE * DAY
    place, halves = ZoneInfo(zone), (DAYS_BEFORE + DAYS_AFTER) * 24 * 60 * 2
    shown = [(begin + each * MINUTE / 2).astimezone(place).replace(tzinfo=None) for each in range(halves)]
    earliest = list(accumulate(reversed(shown), min))[::-1]
    return Clocks(begin, shown, list(accumulate(shown, max)), earliest)


def is_open(there: Clocks, window: Window | None, half: int) -> bool:
    """Whether a window is open: clocks have shown its start or later, and will yet show its end or earlier."""
    if window is None:
        return True
    today = there.shown[half].replace(hour=0, minute=0, second=0)
    for day in (today + shift * DAY for shift in (-2, -1, 0, 1)):
        start, end = (day + timedelta(hours=at.hour, minutes=at.minute) for at in (window.start, window.end))
        end += DAY if end <= start else timedelta(0)
        if day.weekday() in window.days and there.latest[half] >= start and there.earliest[half + 1] <= end:
            return True
    return False


@dataclass(frozen=True)
class Case:
    """A plan's times near a change of clocks. All of them are whole minutes."""

    zone: str
    around: str
    window: Window | None
    blackouts: tuple[Blackout, ...]
    ready: int
    late: int


def case_fit(case: Case) -> tuple[datetime, datetime] | None:
    """What `fit` should say, found by going through the minutes. None where that lies beyond the weeks looked at."""
    there = clocks(case.zone, case.around)
    always = case.window is not None and len(case.window.days) == 7 and case.window.start == case.window.end
    window = None if always else case.window
    start = None
    for minute in range(case.ready, (DAYS_BEFORE + DAYS_AFTER - 2) * 24 * 60):
        at = there.begin + minute * MINUTE
        dark = any(each.start <= at < each.end for each in case.blackouts)
        fits = not dark and is_open(there, window, 2 * minute)
        if start is None and fits:
            start = at
        elif start is not None and (not fits or (window is None and at >= start + case.late * MINUTE)):
            return start, at
    return None


times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 45, 59]))
near_midnight_or_change = st.sampled_from([time(0), time(0, 30), time(1), time(1, 30), time(2), time(2, 30), time(3)])
windows = st.builds(
    lambda days, start, end: Window(tuple(days), start, end),
    st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True),
    times | near_midnight_or_change,
    times | near_midnight_or_change,
)
full_days = st.builds(lambda window: Window(window.days, window.start, window.start), windows)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any plan near any of the changes."""
    zone, around = draw(st.sampled_from(CHANGES))
    begin = clocks(zone, around).begin
    whole_day = 24 * 60
    spans = draw(
        st.lists(st.tuples(st.integers(5 * whole_day, 16 * whole_day), st.integers(0, 4 * whole_day)), max_size=3)
    )
    blackouts = [Blackout(begin + at * MINUTE, begin + (at + long) * MINUTE, "freeze") for at, long in spans]
    ready = draw(st.integers(8 * whole_day, 13 * whole_day))
    window = draw(st.none() | windows | full_days)
    return Case(zone, around, window, tuple(blackouts), ready, draw(st.integers(1, 3 * whole_day)))


@given(cases())
def test_when_something_starts_and_is_too_late_is_what_going_through_the_minutes_finds(case: Case) -> None:
    there = clocks(case.zone, case.around)
    ready = there.begin + case.ready * MINUTE
    found = fit(ready, case.window, case.blackouts, ZoneInfo(case.zone), case.late * MINUTE)
    wanted = case_fit(case)
    if wanted is not None:
        assert found == Opening(*wanted)
    else:
        assert found is None or found.end >= there.begin + (DAYS_BEFORE + DAYS_AFTER - 2) * DAY


@st.composite
def askings(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """A zone, and a moment near one of its changes or anywhere in two centuries."""
    zone, around = draw(st.sampled_from(CHANGES))
    near = datetime.fromisoformat(f"{around}T00:00Z") + draw(st.integers(-4 * 24 * 60, 4 * 24 * 60)) * MINUTE
    far = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 189 * 365 * 24 * 60 * 60)))
    return ZoneInfo(zone), near if draw(st.booleans()) else far


blackouts_near = st.lists(st.tuples(st.integers(-40, 400), st.integers(0, 200)), max_size=4)


def some(
    asking: tuple[ZoneInfo, datetime], window: Window | None, hours: Sequence[tuple[int, int]]
) -> tuple[list[Opening], list[Blackout]]:
    """The first openings after a moment, with blackouts that are so many hours away and long."""
    place, after = asking
    cuts = [Blackout(after + at * 60 * MINUTE, after + (at + long) * 60 * MINUTE, "freeze") for at, long in hours]
    return list(islice(openings(window, cuts, place, after), 12)), cuts


@given(askings(), st.none() | windows | full_days, blackouts_near)
def test_openings_are_in_order_apart_and_outside_blackouts(
    asking: tuple[ZoneInfo, datetime], window: Window | None, hours: list[tuple[int, int]]
) -> None:
    found, cuts = some(asking, window, hours)
    assert found[0].end > asking[1]
    assert all(each.start < each.end for each in found)
    assert all(earlier.end < later.start for earlier, later in pairwise(found))
    assert not [(each, cut) for each in found for cut in cuts if max(each.start, cut.start) < min(each.end, cut.end)]
    bounds = {BEGINNING, FOREVER, *(cut.start for cut in cuts), *(cut.end for cut in cuts)}
    if window is None:
        assert {each.start for each in found} | {each.end for each in found} <= bounds


@given(askings(), windows | full_days, blackouts_near)
def test_an_opening_starts_and_ends_at_the_windows_local_times_but_for_blackouts_and_changes(
    asking: tuple[ZoneInfo, datetime], window: Window, hours: list[tuple[int, int]]
) -> None:
    place, _ = asking
    found, cuts = some(asking, window, hours)
    bounds = {BEGINNING, FOREVER, *(cut.start for cut in cuts), *(cut.end for cut in cuts)}
    for each in found:
        start, end = each.start.astimezone(place), each.end.astimezone(place)
        if each.start not in bounds and not changes(place, each.start):
            assert start.time() == window.start
            assert start.weekday() in window.days
        if each.end not in bounds and not changes(place, each.end):
            assert end.time() == window.end


def changes(place: ZoneInfo, at: datetime) -> bool:
    """Whether clocks are changed within a day of a moment."""
    return (at - DAY).astimezone(place).utcoffset() != (at + DAY).astimezone(place).utcoffset()


@given(askings(), windows | full_days, blackouts_near, st.integers(0, 20 * 24 * 60))
def test_whoever_asks_later_is_told_the_same_openings_without_those_that_have_ended(
    asking: tuple[ZoneInfo, datetime], window: Window, hours: list[tuple[int, int]], minutes: int
) -> None:
    place, after = asking
    found, cuts = some(asking, window, hours)
    later = after + minutes * MINUTE
    left = [each for each in found if each.end > later]
    assert list(islice(openings(window, cuts, place, later), len(left))) == left


@given(askings(), st.none() | windows | full_days, blackouts_near)
def test_20_what_starts_starts_in_the_first_of_the_openings_that_a_calendar_shows(
    asking: tuple[ZoneInfo, datetime], window: Window | None, hours: list[tuple[int, int]]
) -> None:
    place, after = asking
    found, cuts = some(asking, window, hours)
    start = fit(after, window, cuts, place, 90 * MINUTE)
    assert start is not None
    assert (start.start, start.end <= found[0].end) == (max(after, found[0].start), True)
