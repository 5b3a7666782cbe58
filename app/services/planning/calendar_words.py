"""How a plan's calendar says days and moments: Eastern first, as VA writes them, and UTC beside."""

from datetime import UTC, date, datetime, timedelta

from app.domain import durations
from app.domain.announcements import in_words, time_in_words
from app.domain.forecast.figures import Spread


def both_zones(moment: datetime) -> str:
    """A moment as "March 2, 2027, 12:00 a.m. ET (2027-03-02 05:00:00 UTC)"."""
    return f"{in_words(moment)}, {time_in_words(moment)} ({moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)"


def day_in_words(day: date) -> str:
    """A day that nobody reads the other way round: "2027-03-02"."""
    return day.isoformat()


def lead_in_words(lead: timedelta) -> str:
    """How long before something: "28 days"; what is no number of days as plans write it, "36h"."""
    if lead % timedelta(days=1):
        return durations.render(lead)
    return "one day" if lead == timedelta(days=1) else f"{lead.days} days"


def spread_in_words(found: Spread[date]) -> str:
    """How sure a forecast is of its day."""
    early, middle, late = (day_in_words(day) for day in (found.p10, found.p50, found.p90))
    return f"On even chances it starts by {middle}; one in ten chances by {early}, nine in ten by {late} (P10–P90)."
