"""Moments as whole seconds, and the local days on which they fall; looked up once for each that is met."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.windows import day_edges

Column = list[int]
"""One whole number for each draw: a day as an ordinal, or a moment in seconds since 1970 in UTC."""


def seconds_of(at: datetime) -> int:
    """The first whole second that is not before a moment."""
    whole = int(at.replace(microsecond=0).timestamp())
    return whole + (at.microsecond > 0)


def length_of(span: timedelta) -> int:
    """A length in seconds, rounded up: nothing is ready early."""
    return -(-span // timedelta(seconds=1))


def moment_of(seconds: int) -> datetime:
    """The moment that is so many seconds after 1970 began, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


class Midnights(dict[int, int]):
    """The second in which a local day begins, by its ordinal. Where its midnight is skipped, clocks jump just then."""

    def __init__(self, place: ZoneInfo) -> None:
        super().__init__()
        self.place = place

    def __missing__(self, day: int) -> int:
        local = date.fromordinal(day)
        at = seconds_of(day_edges(local, local, self.place)[0])
        self[day] = at
        return at


class Days(dict[int, int]):
    """The local day, as an ordinal, on which a second falls."""

    def __init__(self, place: ZoneInfo) -> None:
        super().__init__()
        self.place = place

    def __missing__(self, seconds: int) -> int:
        day = datetime.fromtimestamp(seconds, self.place).toordinal()
        self[seconds] = day
        return day


class Calendar:
    """The days of one zone, from one moment on."""

    def __init__(self, place: ZoneInfo, start: datetime) -> None:
        self.place = place
        self.midnights = Midnights(place)
        self.days = Days(place)
        self.start = seconds_of(start)
        self.first_day = self.days[self.start]

    @property
    def next_midnight(self) -> int:
        """The first day that does not begin before the start: the earliest on which a milestone can be reached."""
        return self.first_day + (self.midnights[self.first_day] < self.start)

    def second(self, at: datetime) -> int:
        """The first whole second that is not before a moment."""
        return seconds_of(at)

    def day(self, at: datetime) -> int:
        """The local day of a moment."""
        return self.days[seconds_of(at)]

    def date(self, seconds: int) -> date:
        """The local date of a moment."""
        return date.fromordinal(self.days[seconds])
