"""When a step may start: the windows of a plan, its blackouts, and when it is too late. The one place that knows.

A window begins at the first moment at which clocks show its start or later, and ends at the last moment at which they
show its end or earlier. So one that begins or ends inside the hour that clocks skip does it when that hour ends; one
that lies inside it does not happen that day; and in the hour that clocks repeat, a window begins at the first reading
and ends at the second, once. Time is always an argument; moments must have an offset, and come back in UTC.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.zones import YEARS, readings

BEGINNING = datetime(YEARS.start, 1, 1, tzinfo=UTC)
"""No opening begins earlier."""

FOREVER = datetime(YEARS.stop, 1, 1, tzinfo=UTC)
"""No opening ends later: plans name no later year. What ends here has no end that anybody wrote."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Local times between which a step may start, in the zone of its plan.

    `days` are those on which it begins, 0 for Monday to 6 for Sunday. With `end` at or before `start` it ends on the
    next day, so that equal times are a full day. Raises ValueError where it names no day, or a time of another zone.
    """

    days: tuple[int, ...]
    start: time
    end: time

    def __post_init__(self) -> None:
        if not self.days or not set(self.days) <= set(range(7)):
            raise ValueError(f"A window needs days from 0 (Monday) to 6 (Sunday), and has {self.days}.")
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("A window is in the zone of its plan: its times have none of their own.")


@dataclass(frozen=True, slots=True)
class Blackout:
    """A time in which no step starts: from `start` to before `end`, both in UTC. Raises ValueError if it ends first."""

    start: datetime
    end: datetime
    why: str

    def __post_init__(self) -> None:
        if _utc(self.end) < _utc(self.start):
            raise ValueError(f"The blackout from {self.start} ends before it begins, at {self.end}.")


@dataclass(frozen=True, slots=True)
class Opening:
    """A time in which a step may start: from `start` to before `end`, both in UTC. Never empty."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"Nothing can start between {self.start} and {self.end}.")


def edge(written: datetime, place: ZoneInfo, *, ends: bool) -> datetime:
    """The moment in UTC at which something begins or ends, of which the local time is written.

    A skipped time means the moment at which clocks are put forward over it. Of a time that is repeated, a beginning
    means the first reading and an end the second. Raises ValueError for a time with an offset of its own.
    """
    if written.tzinfo is not None:
        raise ValueError(f"{written} has an offset: it is a moment, and not for a zone to say.")
    first, second = readings(written, place)
    if second < first:
        return _jump(written, place, second.replace(microsecond=0), first)
    return second if ends else first


def _jump(written: datetime, place: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first moment after `before`, to the second, at which clocks show `written` or later."""

    def shown(seconds: int) -> datetime:
        return (before + timedelta(seconds=seconds)).astimezone(place).replace(tzinfo=None)

    within = range(int((after - before).total_seconds()))
    return before + timedelta(seconds=bisect_left(within, written, key=shown))


def day_edges(first: date, last: date, place: ZoneInfo) -> tuple[datetime, datetime]:
    """From the start of one day to the end of another, which is where the next begins; both days are included.

    Raises ValueError when the last day comes before the first.
    """
    if last < first:
        raise ValueError(f"{last} is before {first}: write the earlier day first.")
    start, end = (edge(datetime.combine(day, time.min), place, ends=False) for day in (first, last + _DAY))
    return start, end


def openings(
    window: Window | None, blackouts: Sequence[Blackout], place: ZoneInfo, after: datetime
) -> Iterator[Opening]:
    """Every opening that ends after `after`, in order: the times of the window, outside blackouts.

    One that is under way comes with its true start. Times that touch or overlap are one opening. Without a window, or
    with one that never closes, the openings are what lies outside blackouts. Ends at FOREVER.
    """
    after = _utc(after)
    for free in _between(blackouts, after):
        if window is None or _never_closes(window):
            yield free
            continue
        for start, end in _times(window, place, max(free.start, after)):
            if start >= free.end:
                break
            if end > max(free.start, after):
                yield Opening(max(start, free.start), min(end, free.end))


def fit(
    ready: datetime, window: Window | None, blackouts: Sequence[Blackout], place: ZoneInfo, late: timedelta
) -> Opening | None:
    """When something starts that is ready at `ready`, and the moment from which it is too late for that.

    With a window it is too late when the opening ends; `late` is for where there is no window, or one that never
    closes: it is too late that long after the start, or when the next blackout begins. None if there is no opening
    before FOREVER. Raises ValueError for a `late` of nothing, with which everything would be too late at once.
    """
    opening = next(openings(window, blackouts, place, ready), None)
    if opening is None:
        return None
    start = max(_utc(ready), opening.start)
    if window is not None and not _never_closes(window):
        return Opening(start, opening.end)
    if late <= timedelta(0):
        raise ValueError(f"A step that may be {late} late would be too late at once.")
    return Opening(start, min(start + late, opening.end))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset, and the zone of this machine must not decide what it means.")
    return at.astimezone(UTC)


def _never_closes(window: Window) -> bool:
    return window.start == window.end and len(set(window.days)) == 7


def _between(blackouts: Sequence[Blackout], after: datetime) -> Iterator[Opening]:
    """What lies outside all blackouts and ends after `after`."""
    start = BEGINNING
    for closes, opens in sorted((_utc(each.start), _utc(each.end)) for each in blackouts):
        if closes < opens:
            end = min(closes, FOREVER)
            if max(start, after) < end:
                yield Opening(start, end)
            start = max(start, opens)
    if max(start, after) < FOREVER:
        yield Opening(start, FOREVER)


def _times(window: Window, place: ZoneInfo, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The times of a window in order, without end; the one that `since` falls into is among them, from its start."""
    # At most six full days touch, and a change of clocks joins two times of other windows. Where clocks are put back
    # over midnight, a window can still be open for which they have shown the day after its last for some minutes.
    back = 7 if window.start == window.end else 2
    times = _each_time(window, place, since.astimezone(place).date() - back * _DAY)
    first, end = next(times)
    for start, later in times:
        if start > end:
            yield first, end
            first = start
        end = later


def _each_time(window: Window, place: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The times of a window that begin on a day or later. One of which clocks skip all is not among them."""
    while True:
        if day.weekday() in window.days:
            start, end = _time(window, place, day)
            if start < end:
                yield start, end
        day += _DAY


def _time(window: Window, place: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    """The time of a window that begins on a day: empty, if clocks skip all of it."""
    last = day if window.start < window.end else day + _DAY
    return (
        edge(datetime.combine(day, window.start), place, ends=False),
        edge(datetime.combine(last, window.end), place, ends=True),
    )
