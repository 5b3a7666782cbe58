"""Approvals: everything that waits for one, who has given one, who can, and what it would do."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template

from app.domain.actors import identity_of
from app.domain.ownership import NOBODY, Target
from app.domain.plan_gates import SignOff
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages.undoing import titles_of
from app.entrypoints.pages.words import label_of, person, roles_of
from app.services.moving import Wish
from app.services.persons import who_may
from app.services.planning.awaiting import Asked, AskedProposal, AskedStep, asked_proposal, awaited, overriders
from app.services.planning.proposing import Proposed, latest, look, subject_of, wanted, wish_of
from app.services.rehearsing import rehearse
from app.services.store import Unit

ENDED_SHOWN = 20
STATES = {"open": "Open", "started": "Started", "withdrawn": "Withdrawn", "expired": "Ran out"}


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that waits: what it would do, and what the reader may do about it. `instead` says why not, and who."""

    asked: Asked
    title: str
    does: str
    offered: bool
    instead: str | None
    missing: str
    step: AskedStep | None = None
    proposal: Proposed | None = None


@may(Role.VIEWER)
def approvals() -> str:
    """Everything that waits for an approval, what waits for the reader first."""
    with context.store.reading() as unit:
        now, found, able = unit.now(), awaited(unit, context.looking), able_in(unit)
        ended = [one for one in latest(unit, ENDED_SHOWN) if one.state != "open"]
        broken = broken_by(unit, ended)
    cards = [*(step_card(one, able) for one in found.steps), *(proposal_card(one, able) for one in found.proposals)]
    cards.sort(key=lambda card: not card.offered)
    return render_template(
        "approvals.html",
        cards=cards,
        mine=sum(card.offered for card in cards),
        unreadable=found.unreadable,
        ended=ended,
        broken=broken,
        states=STATES,
        title_of=lambda one: f"{titles_of(one.preferences)} {towards(one.to)}",
        overrides=caller.holds({Role.ADMIN}),
        has_given=lambda asked: caller.holds({Role.APPROVER}) and asked.has_given(caller.actor),
        now=now,
    )


@may(Role.VIEWER)
def proposal(number: int) -> str:
    """One proposal: what it would do with its checks asked now, who approved it, and what can be done about it."""
    with context.store.reading() as unit:
        now, seen, able = unit.now(), look(unit, number), able_in(unit)
        broken = broken_by(unit, [seen]).get(number)
    answers: tuple[dict[str, str], ...] = ()
    trouble: str | None = None
    if seen.state == "open":
        answers, trouble = asked_now(wish_of(seen.proposal))
    card = proposal_card(asked_proposal(seen, needed_of(seen)), able)
    return render_template(
        "proposal.html",
        card=card,
        seen=seen,
        state=STATES[seen.state],
        broken=broken,
        answers=answers,
        trouble=trouble,
        overrides=caller.holds({Role.ADMIN}),
        withdraws=caller.holds({Role.OPERATOR, Role.APPROVER}),
        is_mine=card.asked.is_by(caller.actor),
        now=now,
    )


def needed_of(seen: Proposed) -> int:
    """How many approvals a proposal needs; of one that has ended, as many as when it was proposed."""
    known = all(key in context.catalogue.preferences for key in seen.proposal.preferences)
    return wanted(context.catalogue, seen.proposal) if known else seen.proposal.needed


def asked_now(wish: Wish) -> tuple[tuple[dict[str, str], ...], str | None]:
    """What the checks of a move answer now; or why it could not begin at all."""
    try:
        move = rehearse(context.store, context.catalogue, context.checks, wish, approved=True)
    except Refusal as refusal:
        return (), str(refusal)
    return tuple(move.stages[0].detail.get("answers", ())), None


def able_in(unit: Unit) -> list[str]:
    """Who can approve, as far as is known here."""
    return who_may(unit, context.sign_in, Role.APPROVER)


def broken_by(unit: Unit, found: Iterable[Proposed]) -> dict[int, SignOff]:
    """Who has overridden the missing approvals of these proposals, by number."""
    subjects = {subject_of(one.proposal): one.proposal.id for one in found}
    signed = unit.sign_offs.of(subjects)
    return {number: given[0] for subject, number in subjects.items() if (given := overriders(signed, subject))}


def step_card(one: AskedStep, able: Iterable[str]) -> Card:
    """A step that waits."""
    keys = one.step.preferences
    title = f"Step {one.number} of {one.around.plan.title}: {titles_of(keys)} {towards(one.step.to)}"
    return Card(
        one.asked, title, _does(keys, one.step.to), *_offer(one.asked, able, "step"), _missing(one.asked), step=one
    )


def proposal_card(one: AskedProposal, able: Iterable[str]) -> Card:
    """A proposal of a move by hand that waits."""
    asked, wish = one.asked, one.seen.proposal
    title = f"Move by hand: {titles_of(wish.preferences)} {towards(wish.to)}"
    offer = _offer(asked, able, "move") if one.seen.state == "open" else (False, None)
    return Card(asked, title, _does(wish.preferences, wish.to), *offer, _missing(asked), proposal=one.seen)


def towards(to: Target | None) -> str:
    """Where to, as it follows a title."""
    if to is None:
        return "on other pages"
    return "to nobody (it is retired)" if to is NOBODY else f"to {label_of(to)}"


def require_four_eyes(asked: Asked, able: Iterable[str], noun: str) -> None:
    """Refuse the page that asks for an approval to whom it would then be refused (Refusal `not_four_eyes`)."""
    sentence = _offer(asked, able, noun)[1]
    if sentence is not None:
        raise Refusal("not_four_eyes", sentence, "Nothing was done.")


def _does(keys: tuple[str, ...], to: Target | None) -> str:
    what = ", ".join(keys)
    if to is None:
        return f"Changes where Veterans find {what}. No owner changes."
    if to is NOBODY:
        return f"Retires {what}: nobody can change it any more."
    return f"Moves {what}: afterwards {label_of(to)} can change it."


def _missing(asked: Asked) -> str:
    given = ", ".join(f"{person(one.actor)}" for one in asked.given)
    stands = f"{len(asked.given)} of {asked.needed} {'approval' if asked.needed == 1 else 'approvals'} given"
    return f"{stands}{f', by {given}' if given else ''}. Missing: {asked.missing or 'none'}."


def _offer(asked: Asked, able: Iterable[str], noun: str) -> tuple[bool, str | None]:
    """Whether the reader may approve it; else the sentence that stands in place of the button."""
    if not asked.missing:
        return False, None
    others = _others(asked, able)
    if not caller.holds({Role.APPROVER}):
        return False, f"You can’t approve it: your role is {roles_of(caller)}. {others}"
    if asked.is_by(caller.actor):
        return False, f"You can’t approve this {noun}. You are its author; another person must. {others}"
    if asked.has_given(caller.actor):
        return False, f"You have approved it, and count once. {others}"
    return True, None


def _others(asked: Asked, able: Iterable[str]) -> str:
    out = {identity_of(asked.author), *(identity_of(one.actor) for one in asked.given)}
    names = [person(one) for one in able if identity_of(one) not in out]
    if not names:
        return "Any other approver can; none is signed in now."
    return f"These people can: {', '.join(names)}."
