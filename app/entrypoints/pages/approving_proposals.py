"""Approving, ending and overriding a proposal: each is a page of its own, bound to the approvals that it showed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, url_for
from werkzeug.wrappers import Response

from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.approvals import able_in, asked_now, needed_of, require_four_eyes, towards
from app.entrypoints.pages.confirming import Box, Question, asked, faults_of
from app.entrypoints.pages.undoing import titles_of
from app.entrypoints.pages.words import person
from app.services.planning import proposing
from app.services.planning.awaiting import Asked, asked_proposal
from app.services.planning.proposing import Proposed, look, wish_of
from app.services.recording import By
from app.services.store import Unit


@dataclass(frozen=True, slots=True)
class Seen:
    """A proposal as it stands, and who can approve it."""

    proposed: Proposed
    asked: Asked
    now: datetime
    able: list[str]

    @property
    def what(self) -> str:
        """What it would do, in a few words."""
        wish = self.proposed.proposal
        return f"{titles_of(wish.preferences)} {towards(wish.to)}"


Asks = Callable[[Seen], Question]
Act = Callable[[Unit, By], Proposed]


@may(Role.APPROVER)
def approve_proposal_form(number: int) -> Response:
    """What the move would do. Whoever may not approve it is refused with the sentence of who can."""
    seen = _seen(number)
    require_four_eyes(seen.asked, seen.able, "move")
    return asked(_approving(seen), seen.now)


@may(Role.APPROVER)
def approve_proposal_now(number: int) -> Response:
    """Approve it. With the last approval that is needed its move starts."""
    return _sent(number, lambda unit, by: proposing.approve(unit, context.catalogue, number, by), _approving)


@may(Role.OPERATOR, Role.APPROVER)
def withdraw_proposal_form(number: int) -> Response:
    """What taking it back does."""
    seen = _seen(number)
    return asked(_withdrawing(seen), seen.now)


@may(Role.OPERATOR, Role.APPROVER)
def withdraw_proposal_now(number: int) -> Response:
    """End the proposal: an operator withdraws it, or an approver declines it. It is the same act."""
    return _sent(number, lambda unit, by: proposing.withdraw(unit, number, by), _withdrawing)


@may(Role.ADMIN)
def override_proposal_form(number: int) -> Response:
    """What breaking the glass does."""
    seen = _seen(number)
    return asked(_overriding(seen), seen.now)


@may(Role.ADMIN)
def override_proposal_now(number: int) -> Response:
    """Start the move without the approvals that are missing. It is shown in red for ever."""
    return _sent(number, lambda unit, by: proposing.override(unit, context.catalogue, number, by), _overriding)


def _seen(number: int) -> Seen:
    with context.store.reading() as unit:
        found = look(unit, number)
        return Seen(found, asked_proposal(found, needed_of(found)).asked, unit.now(), able_in(unit))


def _sent(number: int, do: Act, asks: Asks) -> Response:
    seen = _seen(number)
    given = forms.number_entered("given")
    faults = faults_of(f"proposal {number}" if asks is _overriding else None)
    if faults:
        return asked(asks(seen), seen.now, faults)
    with context.store.writing() as unit:
        unit.ledger.lock()
        present = look(unit, number)
        if present.state == "open" and len(present.gates.approvals) != given:
            detail = f"Proposal {number} was approved by somebody since you looked at it. Nothing was done."
            raise Refusal("changed_meanwhile", detail, "Look at it as it is now and decide again.")
        after = do(unit, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    if after.proposal.move is not None:
        return redirect(url_for("pages.move", number=after.proposal.move), 303)
    return redirect(url_for("pages.proposal", number=number), 303)


def _facts(seen: Seen) -> tuple[tuple[str, str], ...]:
    wish = seen.proposed.proposal
    epochs = ", ".join(f"{key}: epoch {epoch}" for key, epoch in wish.expect.items())
    return (
        ("It moves", f"{', '.join(wish.preferences)} {towards(wish.to)}"),
        ("Author", person(wish.actor)),
        ("Reason", wish.reason),
        ("Given by", ", ".join(person(each.actor) for each in seen.asked.given) or "Nobody yet"),
        ("Decided on", f"{epochs}. If an owner has changed since, it cannot start."),
    )


def _question(seen: Seen, title: str, then: tuple[Box, Box, Box], button: str) -> Question:
    number = seen.proposed.proposal.id
    is_red = button.startswith("Override")
    approves = button.startswith("Approve")
    answers, trouble = asked_now(wish_of(seen.proposed.proposal)) if seen.proposed.state == "open" else ((), None)
    facts = (("Cannot start now", trouble),) if trouble else ()
    told = tuple(("Check", f"{one['verdict']}: {one['sentence']}") for one in answers)
    stands = f"{len(seen.asked.given)} of {seen.asked.needed} approvals, and {seen.asked.missing} missing"
    return Question(
        title=title,
        boxes=(Box("Now", "It waits for approval", stands), *then),
        button=button,
        typed=f"proposal {number}" if is_red else None,
        hidden={"given": len(seen.asked.given)},
        answers=answers if approves and not trouble and seen.asked.missing <= 1 else (),
        facts=(*facts, *_facts(seen), *(() if approves and seen.asked.missing <= 1 else told)),
        facts_heading="What you decide about",
        crumbs=(
            (url_for("pages.approvals"), "Approvals"),
            (url_for("pages.proposal", number=number), f"Proposal {number}"),
        ),
        is_red=is_red,
    )


def _approving(seen: Seen) -> Question:
    more = seen.asked.missing - 1
    last = Box("Then", "The move starts at once", "It asks its checks again first")
    return _question(
        seen,
        f"Approve the move of {seen.what}?",
        (
            last if more < 1 else Box("Then", f"{more} more must approve", "Nothing moves yet"),
            Box("Afterwards", "The new owner can change it", "Once the move has passed stage 7"),
            Box("Undo", "Call it off, then Undo", "An operator can; before stage 7 and after it"),
        ),
        "Approve this move",
    )


def _withdrawing(seen: Seen) -> Question:
    mine = seen.asked.is_by(caller.actor)
    verb = "Withdraw" if mine or not caller.holds({Role.APPROVER}) else "Decline"
    return _question(
        seen,
        f"{verb} the proposal to move {seen.what}?",
        (
            Box("Then", "The proposal ends", "Its approvals count for nothing any more"),
            Box("Afterwards", "Nothing moves", "Each preference stays with its owner"),
            Box("Undo", "Propose it again", "An operator can"),
        ),
        f"{verb} this proposal",
    )


def _overriding(seen: Seen) -> Question:
    return _question(
        seen,
        f"Start the move of {seen.what} without its approvals?",
        (
            Box("Then", "The move starts at once", "Without the approvals that are missing"),
            Box("Afterwards", "Shown in red for ever", "With your name and reason"),
            Box("Undo", "Call it off, then Undo", "The override itself stays in the ledger"),
        ),
        "Override the approvals",
    )
