"""The ports to what the database holds of plans: see `services.store` for units and their guarantees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.announcements import Announcement
from app.domain.milestones import MilestoneRow
from app.domain.ownership import Target
from app.domain.plan_gates import SignOff
from app.domain.plans import PlanRow, StepRow


class Plans(Protocol):
    """Started plans and their steps. The ledger is locked before anything of them is written: one order for all."""

    def add(self, row: PlanRow) -> None:
        """Store a plan that starts, with its steps; one that ended before is replaced."""

    def find(self, key: str) -> PlanRow | None:
        """One plan with its steps in the plan's order."""

    def all(self) -> list[PlanRow]:
        """Every started plan."""

    def change(self, row: PlanRow) -> bool:
        """Write a plan, but not its steps, if it still has the version that was read; it has the next one then."""

    def change_step(self, row: StepRow, state_seen: str) -> bool:
        """Write a step if it still has the state that was seen: of many processes that try, one succeeds.

        The plan has its next version when the step's state is another one.
        """

    def claim_asking(self, row: StepRow, now: datetime) -> bool:
        """Say that a due step's checks are asked now, if nobody has said so since `row` was read."""

    def replace_steps(self, key: str, rows: Sequence[StepRow]) -> None:
        """Store the steps of a plan's new version, in their order."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a plan, or of its new version, that somebody wrote here."""

    key: str
    text: str
    actor: str
    reason: str
    at: datetime
    version: int


class Drafts(Protocol):
    """Texts that were not started yet."""

    def find(self, key: str) -> Draft | None:
        """The draft of one plan."""

    def all(self) -> list[Draft]:
        """Every draft, by key."""

    def put(self, draft: Draft) -> None:
        """Store a draft; one of the same key is replaced."""

    def delete(self, key: str) -> bool:
        """Forget a draft; False when there is none."""


class SignOffs(Protocol):
    """Approvals, confirmations and overrides."""

    def of(self, subjects: Iterable[str]) -> list[SignOff]:
        """Everything that was said about these subjects."""

    def of_plan(self, key: str) -> list[SignOff]:
        """Everything that was said about the steps of one plan."""

    def add(self, one: SignOff) -> bool:
        """Store it under the next number (its own is not read); False when the same person has said the same."""

    def withdraw(self, one: SignOff) -> bool:
        """Take it back; False when it is not there."""

    def forget_plan(self, key: str) -> None:
        """Take back everything that was said about the steps of one plan: it starts anew."""


class Milestones(Protocol):
    """What persons recorded of milestones."""

    def all(self) -> dict[str, MilestoneRow]:
        """Every record, by key."""

    def put(self, row: MilestoneRow) -> None:
        """Store a record; one of the same key is replaced. The ledger is locked."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What is stopped, by whom, why and since when: one preference, or everything where `key` is empty."""

    key: str
    actor: str
    reason: str
    at: datetime


class Locks(Protocol):
    """What is stopped. Changed and asked with the ledger locked, so that no move slips between."""

    def all(self) -> dict[str, Lock]:
        """Every lock, by preference; everything's under the empty key."""

    def add(self, lock: Lock) -> bool:
        """Lock; False when it is locked already."""

    def delete(self, key: str) -> bool:
        """Unlock; False when it is not locked."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A move by hand that needs approvals. `ended` is "started" (with its move) or "withdrawn"."""

    id: int
    preferences: tuple[str, ...]
    to: Target
    expect: Mapping[str, int]
    surfaces: Mapping[str, tuple[str, ...]]
    needed: int
    actor: str
    reason: str
    at: datetime
    expires: datetime
    ended: str | None = None
    move: int | None = None


class Proposals(Protocol):
    """Moves that were proposed."""

    def add(self, proposal: Proposal) -> Proposal:
        """Store one, and answer it with its number."""

    def find(self, number: int) -> Proposal | None:
        """One of them."""

    def latest(self, limit: int) -> list[Proposal]:
        """The newest first."""

    def open_at(self, now: datetime) -> list[Proposal]:
        """Those that have neither ended nor run out, the newest first."""

    def end(self, number: int, ended: str, move: int | None = None) -> bool:
        """End one that is open; False when it has ended."""


class Announcements(Protocol):
    """What Veterans are told of steps to come."""

    def all(self) -> list[Announcement]:
        """All that is stored, what is over too."""

    def put(self, plan: str, step: str, told: Sequence[Announcement]) -> None:
        """Store what is told of one step, in place of what was."""

    def forget_plan(self, plan: str) -> None:
        """Tell nothing more of a plan's steps."""
