"""What a forecast is told: what is waited for, what there is, how it stands now, and from when on it counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.domain.catalogue import Preference, Status
from app.domain.milestones import Milestone
from app.domain.ownership import System
from app.domain.plans import StepRow
from app.domain.windows import Blackout, Window


class Begins(Protocol):
    """An opening, of which only the start matters here."""

    @property
    def start(self) -> datetime:
        """When a step starts in it, in UTC."""


Fit = Callable[[datetime, Window | None, Sequence[Blackout], ZoneInfo, timedelta], Begins | None]
"""When something starts that is ready: the scheduler's own function, so that a forecast cannot see other windows.

It is asked for the moment from which a step is ready, its window, its plan's blackouts and zone, and how late it may
be; None is for never. What starts later than it was ready starts then for every moment in between.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a preference stands: which system owns it, and on which pages a Veteran can change it."""

    owner: System | None
    surfaces: tuple[str, ...]
    retired: bool = False

    @classmethod
    def first(cls, preference: Preference) -> "Standing":
        """How it stands as its file says, before anything moved."""
        return cls(preference.starts_with, preference.surfaces)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan that was started has come: when it was started, and its steps as they are stored."""

    started: datetime
    rows: Mapping[str, StepRow]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at `start`, before which nothing that is forecast happens. Times have an offset.

    `present` says how a preference stands now, where that is not as its file says; `progress` says how far each plan
    that runs has come, by the plan's key.
    """

    milestones: Mapping[str, Milestone]
    preferences: Mapping[str, Preference]
    start: datetime
    fit: Fit
    present: Mapping[str, Standing] = field(default_factory=dict)
    progress: Mapping[str, Progress] = field(default_factory=dict)

    def standing(self, key: str) -> Standing:
        """How a preference stands now."""
        return self.present.get(key) or Standing.first(self.preferences[key])

    def is_live(self, key: str) -> bool:
        """Whether a preference is live now: its file says so, and a system holds it."""
        standing = self.standing(key)
        return self.preferences[key].status is Status.LIVE and standing.owner is not None and not standing.retired
