"""Plans: what we intend. A plan is steps; a step makes at most one move. Time is always an argument."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.ownership import Target


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class StepState(StrEnum):
    """Where a step of a running plan stands."""

    WAITING = "waiting"
    DUE = "due"
    RUNNING = "running"
    WATCHING = "watching"
    DONE = "done"
    HELD = "held"
    UNDONE = "undone"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as its plan's file says. `not_before` is in UTC; `to` is None for a step that changes only surfaces."""

    id: str
    preferences: tuple[str, ...]
    to: Target | None
    needs_steps: tuple[str, ...] = ()
    not_before: datetime | None = None
    wait: timedelta = timedelta(0)
    bake: timedelta = timedelta(0)
    freeze_limit: timedelta = timedelta(minutes=2)
    surfaces: tuple[str, ...] | None = None
    accept_advisory: str | None = None


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

    def step(self, name: str) -> Step:
        """The step called `name`."""
        return next(step for step in self.steps if step.id == name)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a started plan, as stored. `needs_met` is when the last of its needs was met."""

    plan: str
    id: str
    state: StepState = StepState.WAITING
    needs_met: datetime | None = None
    due: datetime | None = None
    move: int | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A started plan, as stored: the text and hash that are in force, and the preferences that it moves."""

    key: str
    state: PlanState
    preferences: tuple[str, ...]
    text: str
    hash: str
    started: datetime
    actor: str
    reason: str
    steps: tuple[StepRow, ...] = field(default_factory=tuple)


def needs_met(step: Step, rows: Mapping[str, StepRow]) -> bool:
    """Whether every step that this one needs is done."""
    return all(rows[name].state is StepState.DONE for name in step.needs_steps)


def due_at(step: Step, met: datetime) -> datetime:
    """When a step is due whose needs were met at `met`: after its wait, and not before its date."""
    after_wait = met + step.wait
    return after_wait if step.not_before is None else max(after_wait, step.not_before)


def waiting_for(step: Step, row: StepRow, rows: Mapping[str, StepRow], now: datetime) -> Sequence[str]:
    """Sentences that say what a step waits for; empty when it waits for nothing."""
    open_needs = [f"step {name} to be done" for name in step.needs_steps if rows[name].state is not StepState.DONE]
    if open_needs:
        return open_needs
    if row.why is not None:
        return [row.why]
    if row.due is not None and row.due > now:
        return [f"its time, {row.due:%Y-%m-%d %H:%M:%S} UTC"]
    return []
