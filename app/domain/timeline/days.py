"""Moments and days as places on an axis of calendar days in Eastern time: a day is one day, of 23 or 25 hours too."""

from datetime import date, datetime, timedelta

from app.domain.announcements import EASTERN
from app.domain.windows import day_edges

NIGHT_ENDS = 6
"""Before this hour people call it the night of the day before."""


def day_of(moment: datetime) -> date:
    """The Eastern day of a moment."""
    return moment.astimezone(EASTERN).date()


def place_of(moment: datetime) -> float:
    """Where a moment stands, in days: the day's ordinal, and the part of it that has passed."""
    day = day_of(moment)
    begins, ends = day_edges(day, day, EASTERN)
    return day.toordinal() + (moment - begins) / (ends - begins)


def night_of(moment: datetime) -> date | None:
    """The day whose night it is between midnight and 6 a.m. Eastern: the day before. None at other times."""
    local = moment.astimezone(EASTERN)
    return local.date() - timedelta(days=1) if local.hour < NIGHT_ENDS else None
