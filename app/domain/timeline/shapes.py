"""What a timeline holds. Moments are in UTC, days are Eastern; of a forecast, days of the plan's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.forecast.figures import Spread
from app.domain.milestones import Estimate
from app.domain.ownership import Target
from app.domain.plans import PlanState, StepState
from app.domain.windows import Blackout


class Look(StrEnum):
    """What the line of a step shows."""

    MOVED = "moved"
    WATCHED = "watched"
    """It has moved and is watched."""
    MOVING = "moving"
    PLANNED = "planned"
    """It has a date."""
    EXPECTED = "expected"
    """It has none yet, and by the forecast it can be on one day only."""
    UNCERTAIN = "uncertain"
    """It has none yet, and the forecast spreads over days."""
    UNDATED = "undated"
    """Nobody can know when."""
    HELD = "held"
    SKIPPED = "skipped"
    UNDONE = "undone"
    CANCELLED = "cancelled"


STAYED = frozenset({Look.SKIPPED, Look.UNDONE, Look.CANCELLED})
"""The looks of steps that ended and left things as they were."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a moment to another."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step. `at` is the moment of its mark: when it moved, when it is due or expected, since when it is held, or
    when it was skipped; None where there is no one moment.

    `state` is None in a plan that was not started. `moved` is when its new owner could be written, also of a step
    that is held since. `spread` has the days of an uncertain one. `warned` and `blocked` are when Veterans are told
    so, as far as that is dated; `warning` and `blocking` are how long before the start that is, as the plan says.
    """

    number: int
    step: str
    titles: tuple[str, ...]
    to: Target | None
    state: StepState | None
    look: Look
    at: datetime | None = None
    moved: datetime | None = None
    spread: Spread[date] | None = None
    warned: Stretch | None = None
    blocked: Stretch | None = None
    watched: Stretch | None = None
    warning: timedelta = timedelta(0)
    blocking: timedelta = timedelta(0)
    bake: timedelta = timedelta(0)
    windows: tuple[Stretch, ...] = ()
    lacks_approval: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """One milestone that a step waits for. `is_known` is False for one that no file names any more."""

    key: str
    title: str
    reached: datetime | None = None
    estimate: Estimate | None = None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Timeline:
    """A plan as a timeline, from the first day that is shown to the last, both included.

    `state` is None for a plan that was not started: its dates are as if it were started now. `trouble` is why there
    is no forecast, where there should be one.
    """

    plan: str
    title: str
    state: PlanState | None
    now: datetime
    first: date
    last: date
    steps: tuple[StepLine, ...]
    milestones: tuple[MilestoneLine, ...]
    blackouts: tuple[Blackout, ...]
    trouble: str | None = None
