"""Everything that waits for approvals: steps of plans that run or are paused, and proposals of moves by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.actors import identity_of
from app.domain.plan_gates import APPROVALS, Gates, Kind, SignOff, basis_of, gates_of, subject_of
from app.domain.plans import Step
from app.services.planning.approving import OPEN
from app.services.planning.looking import Looking
from app.services.planning.proposing import Proposed, open_ones, wanted
from app.services.planning.surroundings import Surroundings
from app.services.store import Unit


@dataclass(frozen=True, slots=True)
class Asked:
    """What one thing still waits for: whose it is, how many approvals it needs, and which of them count now.

    `first_ends` is when the first of those runs out.
    """

    author: str
    needed: int
    given: tuple[SignOff, ...]

    @property
    def missing(self) -> int:
        """How many are missing."""
        return max(0, self.needed - len(self.given))

    @property
    def first_ends(self) -> datetime | None:
        """When the first approval that was given runs out."""
        return min((one.expires for one in self.given if one.expires is not None), default=None)

    def is_by(self, actor: str) -> bool:
        """Whether this person is its author."""
        return identity_of(actor) == identity_of(self.author)

    def has_given(self, actor: str) -> bool:
        """Whether this person has approved it."""
        return identity_of(actor) in {identity_of(one.actor) for one in self.given}

    def waits_for(self, actor: str) -> bool:
        """Whether this person's approval would count."""
        return bool(self.missing) and not self.is_by(actor) and not self.has_given(actor)


@dataclass(frozen=True, slots=True)
class AskedStep:
    """A step that waits for approvals; `number` is its place in the plan."""

    around: Surroundings
    step: Step
    number: int
    asked: Asked


@dataclass(frozen=True, slots=True)
class AskedProposal:
    """A proposal that waits for approvals."""

    seen: Proposed
    asked: Asked


@dataclass(frozen=True, slots=True)
class Awaited:
    """Everything that waits; `unreadable` are sentences on plans whose text cannot be read."""

    steps: tuple[AskedStep, ...]
    proposals: tuple[AskedProposal, ...]
    unreadable: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[Asked, ...]:
        """What each of them waits for."""
        return (*(one.asked for one in self.steps), *(one.asked for one in self.proposals))


def awaited(unit: Unit, looking: Looking) -> Awaited:
    """What waits for approvals now. A plan's steps stand in its order."""
    plans, unreadable = looking.unfinished(unit)
    steps = tuple(one for around in plans for one in _steps(around))
    proposals = (asked_proposal(seen, wanted(looking.catalogue, seen.proposal)) for seen in open_ones(unit))
    return Awaited(steps, tuple(one for one in proposals if one.asked.missing), tuple(unreadable))


def asked_proposal(seen: Proposed, needed: int) -> AskedProposal:
    """What a proposal waits for."""
    return AskedProposal(seen, Asked(seen.proposal.actor, needed, seen.gates.approvals))


def asked_step(around: Surroundings, step: Step) -> AskedStep:
    """What a step waits for, by the approvals that count for its text and date."""
    number = around.plan.steps.index(step) + 1
    return AskedStep(around, step, number, Asked(around.row.author, step.approvals, _gates(around, step).approvals))


def overriders(signed: Iterable[SignOff], subject: str) -> list[SignOff]:
    """Who has overridden missing approvals of something, ever."""
    return [one for one in signed if (one.kind, one.subject, one.name) == (Kind.OVERRIDE, subject, APPROVALS)]


def _steps(around: Surroundings) -> Iterable[AskedStep]:
    for step in around.plan.steps:
        is_open = step.approvals and around.row.rows[step.id].state in OPEN
        if is_open and _gates(around, step).approved(step.approvals) is None:
            yield asked_step(around, step)


def _gates(around: Surroundings, step: Step) -> Gates:
    subject, basis = subject_of(around.plan.key, step.id), basis_of(around.row, step.id)
    return gates_of(around.signed, subject, basis, around.now)
