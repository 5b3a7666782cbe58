"""A move: one change of owner of one or more preferences, all or none, in eight stages.

Each stage is stored before it begins, can be repeated, and is picked up by any process. The functions here only say
what the stored move looks like next; what may be done in a stage is the business of `services.driving`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.domain.leases import BY_HAND
from app.domain.ownership import System, Target
from app.domain.refusals import Refusal


class Stage(StrEnum):
    """The eight parts of a move, in their order, as a product manager reads them."""

    CHECK = "check"
    """Questions are asked; nothing has changed yet."""
    SEED = "seed"
    """Records are copied while the old owner is still written."""
    FREEZE = "freeze"
    """From here nobody may write, until the move is activated or called off."""
    CLOSE = "close"
    """Systems with a fence are told, and confirm when older writes have ended."""
    DRAIN = "drain"
    """Waiting until nobody can still be writing to a system without a fence."""
    CATCH_UP = "catch_up"
    """The old owner is read for the last time; what changed since the seed is copied and compared."""
    ACTIVATE = "activate"
    """The new owner may be written. Point of no return: from here on, going back is another move."""
    WATCH = "watch"
    """The new owner is watched for the bake time."""


STAGES: tuple[Stage, ...] = tuple(Stage)


class StageState(StrEnum):
    """How far one stage has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class Outcome(StrEnum):
    """How a move ended."""

    DONE = "done"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class StageRecord:
    """One stage of one move, as stored. Times are UTC, by the database's clock."""

    name: Stage
    state: StageState = StageState.WAITING
    began: datetime | None = None
    ended: datetime | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the person or plan that asked for a move decided about it.

    `surfaces` says for each preference where a Veteran can change it afterwards; one left out stays as it is.
    `accept_advisory` is why a plan accepts writers without a lease, which can only be found out. `checks` are those
    that are asked before it begins, and some of them again while the new owner is watched.
    """

    actor: str
    reason: str
    surfaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    freeze_limit: timedelta = BY_HAND
    bake: timedelta = timedelta(0)
    plan: str | None = None
    step: str | None = None
    undoes: int | None = None
    accept_advisory: str | None = None
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One move as stored. `epochs` are those of its preferences now, `version` is what a change of it is guarded by."""

    id: int
    preferences: tuple[str, ...]
    origin: System | None
    to: Target
    terms: Terms
    epochs: Mapping[str, int]
    surfaces_before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stage: Stage = Stage.CHECK
    stages: tuple[StageRecord, ...] = tuple(StageRecord(name) for name in STAGES)
    version: int = 0
    asked: datetime | None = None
    frozen: datetime | None = None
    freeze_revision: int | None = None
    activated: datetime | None = None
    outcome: Outcome | None = None
    undone_by: int | None = None

    def record(self, name: Stage) -> StageRecord:
        """The stored record of one stage."""
        return self.stages[STAGES.index(name)]

    @property
    def is_frozen(self) -> bool:
        """Whether nobody may write its preferences because of this move."""
        return self.frozen is not None and self.activated is None and self.outcome is None

    @property
    def may_be_called_off(self) -> bool:
        """Whether the way back is still a call-off, and not an undo."""
        return self.activated is None and self.outcome is None

    def note(self, name: Stage, **detail: Any) -> "Move":
        """The move with `detail` added to one stage."""
        record = self.record(name)
        return self._with(replace(record, detail={**record.detail, **detail}))

    def finish(self, at: datetime, state: StageState = StageState.DONE, **detail: Any) -> "Move":
        """The move with its present stage ended and the next one begun (none after the last)."""
        ended = replace(self.record(self.stage), state=state, ended=at)
        moved = self._with(replace(ended, began=ended.began or at, detail={**ended.detail, **detail}))
        following = STAGES[STAGES.index(self.stage) + 1 :]
        return moved.begin(following[0], at) if following else moved

    def begin(self, name: Stage, at: datetime) -> "Move":
        """The move with stage `name` as its present one."""
        moved = self._with(replace(self.record(name), state=StageState.RUNNING, began=at))
        return replace(moved, stage=name)

    def ask_again(self, at: datetime) -> "Move":
        """The move back at its first stage, with nothing asked yet; only before the freeze."""
        return replace(self, asked=None, stages=tuple(StageRecord(name) for name in STAGES)).begin(Stage.CHECK, at)

    def skip(self, at: datetime, why: str) -> "Move":
        """The move with its present stage passed over."""
        return self.finish(at, StageState.SKIPPED, why=why)

    def call_off(self, at: datetime, why: str) -> "Move":
        """The move ended where it stands. Refused once it is activated: Refusal `too_late_to_call_off`."""
        self.require_callable_off()
        record = replace(self.record(self.stage), state=StageState.FAILED, ended=at)
        moved = self._with(replace(record, detail={**record.detail, "called_off": why}))
        return replace(moved, outcome=Outcome.CALLED_OFF)

    def require_callable_off(self) -> None:
        """Raise the refusal that says why this move cannot be called off, if it cannot."""
        if self.outcome is Outcome.CALLED_OFF:
            raise Refusal("already_ended", f"Move {self.id} was called off before.", "There is nothing left to do.")
        if not self.may_be_called_off:
            raise Refusal(
                "too_late_to_call_off",
                f"Move {self.id} was activated: the new owner can be written already.",
                f"Undo it instead: cutover undo {self.id}",
                {"move": self.id},
            )

    def _with(self, record: StageRecord) -> "Move":
        place = STAGES.index(record.name)
        return replace(self, stages=(*self.stages[:place], record, *self.stages[place + 1 :]))
