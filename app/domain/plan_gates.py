"""What persons say of a step: approvals, confirmations with evidence, and the override of one check or approval.

An approval is given for what the approver saw: its `basis` names the plan's text and the step's date, and it is worth
nothing for another one.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.actors import identity_of
from app.domain.plans import PlanRow

APPROVALS = "approvals"
"""The name under which an administrator overrides missing approvals."""


class Kind(StrEnum):
    """What a person gives."""

    APPROVAL = "approval"
    CONFIRMATION = "confirmation"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class SignOff:
    """One word of one person. `subject` is "plan/step", or "proposal-7" for a move by hand; `name` is the check that
    is confirmed or overridden. `reason` holds the evidence of a confirmation. `expires` None: it does not."""

    id: int
    kind: Kind
    subject: str
    name: str
    basis: str
    actor: str
    reason: str
    at: datetime
    expires: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires is None or now < self.expires


@dataclass(frozen=True, slots=True)
class Gates:
    """What persons said of one step, for one basis, at one moment."""

    approvals: tuple[SignOff, ...] = ()
    confirmations: frozenset[str] = frozenset()
    overrides: frozenset[str] = frozenset()
    overridden: datetime | None = None

    def approved(self, needed: int) -> datetime | None:
        """When the last of the needed approvals was given; None while some are missing, unless they are overridden."""
        if APPROVALS in self.overrides:
            return self.overridden
        return None if len(self.approvals) < needed else self.approvals[needed - 1].at


def subject_of(plan: str, step: str) -> str:
    """How a step is named in sign-offs, in the ledger and on the command line."""
    return f"{plan}/{step}"


def basis_of(plan: PlanRow, step: str) -> str:
    """What an approval of a step is given for: the plan's text, and the date to which the step was rescheduled."""
    moment = plan.rows[step].moment
    return hashlib.sha256(f"{plan.hash} {moment.isoformat() if moment else ''}".encode()).hexdigest()


def gates_of(signed: Iterable[SignOff], subject: str, basis: str, now: datetime) -> Gates:
    """What holds now of what was said about one step. A person's second approval counts no more than the first."""
    mine = [one for one in signed if one.subject == subject and one.holds(now)]
    given: dict[str, SignOff] = {}
    for one in sorted(mine, key=lambda one: (one.at, one.id)):
        if one.kind is Kind.APPROVAL and one.basis == basis:
            given.setdefault(identity_of(one.actor), one)
    overrides = [one for one in mine if one.kind is Kind.OVERRIDE and one.basis == basis]
    confirmed = frozenset(one.name for one in mine if one.kind is Kind.CONFIRMATION)
    at = [one.at for one in overrides if one.name == APPROVALS]
    return Gates(tuple(given.values()), confirmed, frozenset(one.name for one in overrides), min(at, default=None))
