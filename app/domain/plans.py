"""Plans: what we intend. A plan is steps; a step makes at most one move. Time is always an argument."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.ownership import Target
from app.domain.windows import Blackout, Window


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


OVER = frozenset({PlanState.DONE, PlanState.CANCELLED})


class StepState(StrEnum):
    """Where a step of a running plan stands."""

    WAITING = "waiting"
    """It waits, always for something that can be named."""
    DUE = "due"
    """Its time has come; its checks are being asked."""
    RUNNING = "running"
    WATCHING = "watching"
    """The new owner may be written and is watched for the bake time."""
    DONE = "done"
    HELD = "held"
    """Something came in its way: a person decides, and a reason says what about."""
    UNDONE = "undone"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


ENDED = frozenset({StepState.DONE, StepState.SKIPPED, StepState.CANCELLED, StepState.UNDONE})
UNDER_WAY = frozenset({StepState.RUNNING, StepState.WATCHING})
PASSED = frozenset({StepState.DONE, StepState.SKIPPED})
"""What lets the steps behind one go on: a person who skips one says that it is not needed."""


class OnFailure(StrEnum):
    """What becomes of a step whose checks fail while its new owner is watched."""

    HOLD = "hold"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """What Veterans are told of a step: how long before its start a warning stands, and how long before it they are
    asked to wait.

    `text` may hold {date} and {time}; `instead` says where to go meanwhile.
    """

    warning: timedelta
    blocked: timedelta
    text: str
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step as its plan's file says. `not_before` is in UTC; `to` is None for a step that changes only surfaces.

    `checks` are names of checks, one that asks about something named followed by a colon and that name.
    """

    id: str
    preferences: tuple[str, ...]
    to: Target | None
    needs_steps: tuple[str, ...] = ()
    milestones: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    approvals: int = 0
    approval_lasts: timedelta = timedelta(days=30)
    not_before: datetime | None = None
    wait: timedelta = timedelta(0)
    window: Window | None = None
    late: timedelta = timedelta(hours=1)
    bake: timedelta = timedelta(0)
    freeze_limit: timedelta = timedelta(minutes=2)
    on_failure: OnFailure = OnFailure.HOLD
    notice: NoticeTerms | None = None
    surfaces: tuple[str, ...] | None = None
    accept_advisory: str | None = None
    team: str | None = None
    lead: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as its file says. `text` is what a start copies; `hash` is the SHA-256 of it."""

    key: str
    title: str
    time_zone: str
    steps: tuple[Step, ...]
    text: str
    hash: str
    approach: str | None = None
    blackouts: tuple[Blackout, ...] = ()

    @property
    def place(self) -> ZoneInfo:
        """The zone in which its dates are written."""
        return ZoneInfo(self.time_zone)

    def step(self, name: str) -> Step:
        """The step called `name`."""
        return next(step for step in self.steps if step.id == name)

    @property
    def preferences(self) -> tuple[str, ...]:
        """Every preference that a step of it names, once."""
        return tuple(dict.fromkeys(key for step in self.steps for key in step.preferences))


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a started plan, as stored; times in UTC.

    `needs_met` is when the last of its needs was met; `due` and `until` are the opening in which it starts. `anew`
    is the moment from which its time counts again: a person retried it, or what its target lacked has come. `moment`
    is the date to which a person rescheduled it. `since` is when it came into its state, `asked` when its checks were
    asked last.
    """

    plan: str
    id: str
    state: StepState = StepState.WAITING
    needs_met: datetime | None = None
    due: datetime | None = None
    until: datetime | None = None
    move: int | None = None
    why: str | None = None
    anew: datetime | None = None
    moment: datetime | None = None
    since: datetime | None = None
    asked: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A started plan, as stored: the text and hash that are in force, and the preferences that it moves.

    `author` is who started it or accepted its present version; `version` grows with every change of the plan or of
    the state of one of its steps.
    """

    key: str
    state: PlanState
    preferences: tuple[str, ...]
    text: str
    hash: str
    started: datetime
    actor: str
    reason: str
    steps: tuple[StepRow, ...] = field(default_factory=tuple)
    author: str = ""
    version: int = 1

    @property
    def rows(self) -> Mapping[str, StepRow]:
        """Its steps by name."""
        return {step.id: step for step in self.steps}

    @property
    def is_over(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self.state in OVER
