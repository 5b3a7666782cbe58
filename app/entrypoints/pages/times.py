"""Times as people in the East of the United States read them. Pure: the present moment is an argument."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")

# Own names: strftime's follow the machine's language.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NIGHT_ENDS = 6
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def eastern(moment: datetime, now: datetime | None = None, *, seconds: bool = False) -> str:
    """A moment as "Tue, Apr 29, 12:00 a.m. ET (Monday night)"; with its year, unless `now` is in the same one.

    Between midnight and 6 a.m. the night is named: "Tuesday at 12 a.m." is what people get wrong most often.
    """
    local = moment.astimezone(EASTERN)
    return f"{day(moment, now)}, {_clock(local, seconds=seconds)} {_zone(local)}{_night(local)}"


def clock(moment: datetime, beside: datetime) -> str:
    """The time to the second, as "12:04:09 a.m. ET", on the Eastern day of `beside`; else with its day."""
    local = moment.astimezone(EASTERN)
    if local.date() != beside.astimezone(EASTERN).date():
        return eastern(moment, beside, seconds=True)
    return f"{_clock(local, seconds=True)} {_zone(local)}"


def day(moment: datetime, now: datetime | None = None) -> str:
    """The Eastern day of a moment, as "Tue, Apr 29"; with its year, unless `now` is in the same one."""
    local = moment.astimezone(EASTERN)
    same_year = now is not None and now.astimezone(EASTERN).year == local.year
    return (
        f"{_DAYS[local.weekday()][:3]}, {_MONTHS[local.month - 1]} {local.day}{'' if same_year else f', {local.year}'}"
    )


def calendar_day(at: date) -> str:
    """A day of the calendar as "Jun 8, 2027"."""
    return f"{_MONTHS[at.month - 1]} {at.day}, {at.year}"


def utc_words(moment: datetime) -> str:
    """A moment as "Apr 29, 04:00 UTC"."""
    there = moment.astimezone(UTC)
    return f"{_MONTHS[there.month - 1]} {there.day}, {there:%H:%M} UTC"


def machine(moment: datetime) -> str:
    """A moment for the attribute `datetime` of a <time>: UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def lasting(duration: timedelta) -> str:
    """A duration in its two largest units that follow each other: "11 days 23 hours", "4 minutes", "7.6 seconds"."""
    whole = int(duration.total_seconds())
    if whole < 60:
        return _short(duration.total_seconds())
    place = next(place for place, (_, size) in enumerate(_UNITS) if whole >= size)
    words = []
    for name, size in _UNITS[place : place + 2]:
        count, whole = divmod(whole, size)
        words += [_counted(count, name)] if count else []
    return " ".join(words)


def countdown(moment: datetime, now: datetime) -> str:
    """How long until a moment, in whole units: "in 11 days 23 hours"; "now" when it has come."""
    left = timedelta(seconds=int((moment - now).total_seconds()))
    return f"in {lasting(left)}" if left > timedelta(0) else "now"


@dataclass(frozen=True, slots=True)
class Ticking:
    """A countdown on a page: `live.js` goes on counting what it finds there."""

    moment: datetime
    now: datetime

    def __str__(self) -> str:
        return countdown(self.moment, self.now)

    def __html__(self) -> str:
        return f'<span data-until="{machine(self.moment)}">{self}</span>'


def _clock(local: datetime, *, seconds: bool) -> str:
    shown = f"{local:%M:%S}" if seconds else f"{local:%M}"
    return f"{local.hour % 12 or 12}:{shown} {'a.m.' if local.hour < 12 else 'p.m.'}"


def _zone(local: datetime) -> str:
    """ "ET", but in the hour that a day has twice the name that tells the two readings apart."""
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return (local.tzname() or "ET") if twice else "ET"


def _night(local: datetime) -> str:
    if local.hour >= _NIGHT_ENDS:
        return ""
    return f" ({_DAYS[(local.weekday() - 1) % 7]} night)"


def _short(seconds: float) -> str:
    if 0 < seconds < 0.1:
        return "less than 0.1 seconds"
    rounded = round(seconds, 1)
    return _counted(int(rounded), "second") if rounded == int(rounded) else f"{rounded} seconds"


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
