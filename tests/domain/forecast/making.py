"""Small plans over invented preferences, and a stand-in for what says when a step may start."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.catalogue import Preference, Status
from app.domain.forecast.given import Known, Standing
from app.domain.milestones import Estimate, Milestone
from app.domain.ownership import System, Target
from app.domain.plans import Plan, Step
from app.domain.windows import Blackout, Window

ET = ZoneInfo("America/New_York")
START = datetime(2027, 1, 4, tzinfo=ET).astimezone(UTC)
"""Midnight in New York, a Monday."""

MHV, VA_GOV = System.MHV, System.VA_GOV
AT_MHV, AT_MHV_PAGE, AT_VA_GOV, AT_BOTH = (
    ("mhv_profile",),
    ("mhv_feature_page",),
    ("va_gov_profile",),
    ("mhv_profile", "va_gov_profile"),
)


@dataclass(frozen=True)
class Opens:
    """An opening, as far as a forecast asks."""

    start: datetime


def fit(
    ready: datetime, window: Window | None, blackouts: Sequence[Blackout], place: ZoneInfo, late: timedelta
) -> Opens | None:
    """The first minute from `ready` on that lies in the window and in no blackout; found the slow way."""
    at, end = ready, datetime(2100, 1, 1, tzinfo=UTC)
    while at < end:
        blackout = next((each for each in blackouts if each.start <= at < each.end), None)
        if blackout is not None:
            at = blackout.end
        elif window is None or _is_in(window, at.astimezone(place)):
            return Opens(at)
        else:
            at = _next_begin(window, at.astimezone(place))
    return None


def _is_in(window: Window, at: datetime) -> bool:
    return at.weekday() in window.days and window.start <= at.time() < window.end


def _next_begin(window: Window, at: datetime) -> datetime:
    days = (at.date() + timedelta(days=ahead) for ahead in range(9))
    begins = (datetime.combine(day, window.start, at.tzinfo) for day in days if day.weekday() in window.days)
    return next(begin.astimezone(UTC) for begin in begins if begin > at)


NIGHTS = Window((1, 2), time(0), time(4))
"""Tuesdays and Wednesdays, from midnight to four."""


def preference(key: str, feature: str | None = None, **other: object) -> Preference:
    """A live preference that MHV holds, on MHV's settings page."""
    made = Preference(
        key=key,
        title=f"{key.capitalize()} news",
        channel="email",
        status=Status.LIVE,
        starts_with=MHV,
        feature=feature or f"{key}_feature",
        surfaces=AT_MHV,
        choices=(),
        systems={},
    )
    return replace(made, **other)  # type: ignore[arg-type] # the tests name fields that there are


def point(key: str, day: date | str, **other: object) -> Milestone:
    """A milestone of which the day is known."""
    at = date.fromisoformat(day) if isinstance(day, str) else day
    return replace(Milestone(key, f"{key} is there", estimate=Estimate(at, at, at)), **other)  # type: ignore[arg-type]


def between(key: str, *days: str, **other: object) -> Milestone:
    """A milestone that is uncertain: earliest, likely, latest."""
    earliest, likely, latest = map(date.fromisoformat, days)
    made = Milestone(key, f"{key} is there", estimate=Estimate(earliest, likely, latest))
    return replace(made, **other)  # type: ignore[arg-type] # the tests name fields that there are


def step(name: str, *keys: str, to: Target | None = VA_GOV, **other: object) -> Step:
    """A step that moves preferences (by default one of its own name) to VA.gov's page, without wait, window or bake."""
    surfaces = None if to is None else AT_VA_GOV
    return replace(Step(name, keys or (name,), to, surfaces=surfaces), **other)  # type: ignore[arg-type]


def plan(key: str, *steps: Step, **other: object) -> Plan:
    """A plan in New York's time."""
    made = Plan(key=key, title=f"Plan {key}", time_zone=ET.key, steps=steps, text="", hash="")
    return replace(made, **other)  # type: ignore[arg-type] # the tests name fields that there are


def known(
    milestones: Iterable[Milestone] = (), preferences: Iterable[Preference] = (), start: datetime = START
) -> Known:
    """What is known, with the stand-in for windows."""
    return Known({one.key: one for one in milestones}, {one.key: one for one in preferences}, start, fit)


def now(owner: System | None, *surfaces: str) -> Standing:
    """How a preference stands now."""
    return Standing(owner, surfaces)


def midnight(day: str) -> datetime:
    """When a day begins in New York."""
    return datetime.combine(date.fromisoformat(day), time(), ET).astimezone(UTC)
