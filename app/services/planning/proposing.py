"""Moves by hand that need approvals: they are proposed, approved by others, and start with the last approval.

A proposal is decided on the epochs that its author saw, and its approvals are given for exactly that move.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.actors import identity_of
from app.domain.catalogue import Catalogue
from app.domain.moves import Move, Terms
from app.domain.plan_gates import APPROVALS, Gates, Kind, SignOff, gates_of
from app.domain.refusals import Refusal
from app.services.approving import needed
from app.services.moving import Wish, examine, start
from app.services.plan_store import Proposal
from app.services.recording import By, record
from app.services.showing import utc
from app.services.store import Lost, Unit

LASTS = timedelta(days=7)

MOST = 200
"""Proposals that are looked at together at most."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as it stands now, with the approvals that count; with the last of them, the move that began."""

    proposal: Proposal
    gates: Gates
    now: datetime
    move: Move | None = None

    @property
    def state(self) -> str:
        """Whether it is open, and else how it ended."""
        if self.proposal.ended is not None:
            return self.proposal.ended
        return "open" if self.now < self.proposal.expires else "expired"


def propose(unit: Unit, catalogue: Catalogue, wish: Wish, by: By) -> Proposed:
    """Store a move for others to approve. Refuses what `moving.start` refuses, and `invalid` where none is needed."""
    unit.ledger.lock()
    examine(unit, catalogue, wish, approved=True)
    count = needed(catalogue, wish.preferences)
    if count == 0:
        raise Refusal("invalid", "This move needs no approval.", "Start it: cutover move, or POST /api/v1/moves.")
    now = unit.now()
    said = (wish.preferences, wish.to, wish.expect, wish.terms.surfaces)
    proposal = unit.proposals.add(Proposal(0, *said, count, by.actor, by.reason.strip(), now, now + LASTS))
    record(unit, by, "proposed", {"proposal": proposal.id, **_wish_json(proposal), "needed": count})
    return Proposed(proposal, Gates(), now)


def approve(unit: Unit, catalogue: Catalogue, number: int, by: By) -> Proposed:
    """Approve a proposal. With the last approval that is needed its move starts, in the same transaction.

    Refusals `not_found`, `proposal_ended`, `proposal_expired`, `not_four_eyes`, `already_approved`; where the move
    cannot start, what `moving.start` refuses: neither the approval nor anything else is kept then.
    """
    seen = _open(unit, number)
    if identity_of(by.actor) == identity_of(seen.proposal.actor):
        detail = f"{by.actor} proposed it, and nobody approves what they proposed themselves."
        raise Refusal("not_four_eyes", detail, "Ask another approver.", {"proposal": number})
    given = {identity_of(one.actor) for one in seen.gates.approvals}
    if identity_of(by.actor) in given or not unit.sign_offs.add(_word(seen, Kind.APPROVAL, "", by)):
        detail = f"{by.actor} has approved proposal {number} before, and counts once."
        raise Refusal("already_approved", detail, "Ask another approver.", {"proposal": number})
    seen = look(unit, number)
    count = wanted(catalogue, seen.proposal)
    told = {"proposal": number, "approvals": len(seen.gates.approvals), "needed": count}
    record(unit, by, "proposal_approved", told)
    return seen if seen.gates.approved(count) is None else _start(unit, catalogue, seen, by)


def override(unit: Unit, catalogue: Catalogue, number: int, by: By) -> Proposed:
    """Start a proposed move although approvals are missing: an administrator breaks the glass, which the ledger keeps.

    Refuses as `approve` does, but for who it is.
    """
    seen = _open(unit, number)
    unit.sign_offs.add(_word(seen, Kind.OVERRIDE, APPROVALS, by))
    count = wanted(catalogue, seen.proposal)
    told = {"proposal": number, "overrides": APPROVALS, "approvals": len(seen.gates.approvals), "needed": count}
    record(unit, by, "break_glass", told)
    return _start(unit, catalogue, seen, by)


def withdraw(unit: Unit, number: int, by: By) -> Proposed:
    """Take a proposal back. Refusals `not_found`, `proposal_ended`, `proposal_expired`."""
    _open(unit, number)
    if not unit.proposals.end(number, "withdrawn"):
        raise Lost
    record(unit, by, "proposal_withdrawn", {"proposal": number})
    return look(unit, number)


def look(unit: Unit, number: int) -> Proposed:
    """One proposal. Refusal `not_found`."""
    proposal = unit.proposals.find(number)
    if proposal is None:
        raise Refusal("not_found", f"There is no proposal {number}.", "cutover proposals list shows them.")
    return _seen(unit, proposal, unit.sign_offs.of([subject_of(proposal)]))


def latest(unit: Unit, limit: int) -> list[Proposed]:
    """Proposals, the newest first."""
    found = unit.proposals.latest(limit)
    signed = unit.sign_offs.of(map(subject_of, found))
    return [_seen(unit, one, signed) for one in found]


def open_ones(unit: Unit) -> list[Proposed]:
    """Every proposal that can still become a move, the newest first."""
    found = unit.proposals.open_at(unit.now())
    signed = unit.sign_offs.of(map(subject_of, found))
    return [_seen(unit, one, signed) for one in found]


def wish_of(proposal: Proposal) -> Wish:
    """The move that was proposed. It is its author's: theirs are the name and the reason."""
    terms = Terms(proposal.actor, proposal.reason, proposal.surfaces)
    return Wish(proposal.preferences, proposal.to, proposal.expect, terms)


def wanted(catalogue: Catalogue, proposal: Proposal) -> int:
    """What was needed when it was proposed, or more, if a file asks for more by now."""
    return max(proposal.needed, needed(catalogue, proposal.preferences))


def subject_of(proposal: Proposal) -> str:
    """How a proposal is named in sign-offs."""
    return f"proposal-{proposal.id}"


def proposal_json(seen: Proposed) -> dict[str, Any]:
    """A proposal as it is told everywhere."""
    one = seen.proposal
    approvals = [{"by": each.actor, "reason": each.reason, "at": utc(each.at)} for each in seen.gates.approvals]
    return {
        "id": one.id,
        "state": seen.state,
        **_wish_json(one),
        "needed": one.needed,
        "approvals": approvals,
        "by": one.actor,
        "reason": one.reason,
        "at": utc(one.at),
        "expires": utc(one.expires),
        "move": one.move,
    }


def _start(unit: Unit, catalogue: Catalogue, seen: Proposed, by: By) -> Proposed:
    number = seen.proposal.id
    move = start(unit, catalogue, wish_of(seen.proposal), approved=True)
    if not unit.proposals.end(number, "started", move.id):
        raise Lost
    approvers = [one.actor for one in seen.gates.approvals]
    told = {"proposal": number, "move": move.id, "proposed_by": seen.proposal.actor, "approved_by": approvers}
    record(unit, by, "proposal_started", told)
    after = look(unit, number)
    return Proposed(after.proposal, after.gates, after.now, move)


def _open(unit: Unit, number: int) -> Proposed:
    """A proposal that can still become a move, with the ledger locked."""
    unit.ledger.lock()
    seen = look(unit, number)
    facts = {"proposal": number}
    if seen.state == "expired":
        detail = f"Proposal {number} ran out at {seen.proposal.expires:%Y-%m-%d %H:%M} UTC."
        raise Refusal("proposal_expired", detail, "Propose the move again, as things are now.", facts)
    if seen.proposal.ended is not None:
        how = "was withdrawn" if seen.proposal.move is None else f"has started move {seen.proposal.move}"
        raise Refusal("proposal_ended", f"Proposal {number} {how}.", "There is nothing left to decide.", facts)
    return seen


def _seen(unit: Unit, proposal: Proposal, signed: Sequence[SignOff]) -> Proposed:
    """As it stands. Approvals run out with their proposal alone, so what was given for one that ended is still told."""
    return Proposed(proposal, gates_of(signed, subject_of(proposal), _basis(proposal), proposal.at), unit.now())


def _word(seen: Proposed, kind: Kind, name: str, by: By) -> SignOff:
    said = (kind, subject_of(seen.proposal), name, _basis(seen.proposal), by.actor, by.reason.strip())
    return SignOff(0, *said, seen.now, seen.proposal.expires)


def _basis(proposal: Proposal) -> str:
    text = json.dumps(_wish_json(proposal), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _wish_json(proposal: Proposal) -> dict[str, Any]:
    surfaces = {key: list(one) for key, one in proposal.surfaces.items()}
    asked = {"preferences": list(proposal.preferences), "to": proposal.to.value}
    return {**asked, "expect": dict(proposal.expect), "surfaces": surfaces}
