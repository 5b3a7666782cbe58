"""Local dates and times of a plan, and the moments in UTC that they mean."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.scalars import Scalar, whole_pattern

# Other names exist on some machines ("localtime", "right/…") and mean whatever that machine was set to.
_AREAS = r"Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific"
_NAME = re.compile(rf"UTC|(?:{_AREAS})(?:/[A-Za-z0-9_+-]+){{1,2}}")

YEARS = range(2000, 2200)
"""Years that a plan can name; any other is a slip of the pen."""


def _zone(name: object) -> ZoneInfo:
    if not isinstance(name, str):
        raise TypeError
    mend = 'Write area and city as the time zone database does, for example "America/New_York".'
    if not _NAME.fullmatch(name):
        raise ValueError(mend)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(mend) from error


ZONE = Scalar("a time zone in quotes", '"America/New_York"', _zone, whole_pattern(_NAME))
"""The name of a time zone, read as the zone itself."""


def readings(written: datetime, place: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments in UTC at which clocks of a zone show a local time for the first and for the second time.

    They are one and the same on nearly every day. A skipped time is never shown: what comes first is then counted from
    before the change and lies after it, what comes second is counted from after the change and lies before it.
    """
    first, second = (written.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def moment(written: datetime, place: ZoneInfo) -> datetime:
    """The moment in UTC that a date and time in a file means: in the plan's zone, unless it has an offset of its own.

    Raises ValueError with a sentence: a time that the zone skips or has twice, or a year far away.
    """
    if written.year not in YEARS:
        raise ValueError(f"The year must be from {YEARS.start} to {YEARS.stop - 1}.")
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    first, second = readings(written, place)
    if first.astimezone(place).replace(tzinfo=None) != written:
        raise ValueError(f"{place.key} skips this time: write {_offset(max(first, second), place)}, or a later time.")
    if first != second:
        both = f"{_offset(first, place)} or {_offset(second, place)}"
        raise ValueError(f"{place.key} has this time twice that day: write {both}.")
    return first


def _offset(at: datetime, place: ZoneInfo) -> str:
    return at.astimezone(place).isoformat()
