"""Moving one preference by hand: the page that asks, and the button that starts the move."""

from datetime import datetime

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.domain.catalogue import Preference
from app.domain.moves import Move, Terms
from app.domain.ownership import NOBODY, Ownership, System, Target
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.actions import ASKED_FOR
from app.entrypoints.pages.confirming import Question, asked, faults_of
from app.entrypoints.pages.moving_words import boxes_of, button_of, facts_of, title_of
from app.services.moving import Wish, start
from app.services.rehearsing import rehearse


@may(Role.OPERATOR)
def move_form(key: str) -> Response:
    """What the move would do, with its checks asked now. Nothing is changed."""
    preference, to = context.catalogue.preference(key), _target(request.args.get("to"))
    row, now = _seen(key)
    return asked(_question(preference, row, _wish(key, to, row.epoch, ASKED_FOR)), now)


@may(Role.OPERATOR)
def move_now(key: str) -> Response:
    """Start the move that the page asked about, if everything is still as it was then."""
    preference, to = context.catalogue.preference(key), _target(forms.entered("to"))
    wish = _wish(key, to, forms.number_entered("epoch"), forms.entered("reason"))
    faults = faults_of(key)
    if faults:
        row, now = _seen(key)
        row.require(wish.expect[key])
        shown = _wish(key, to, row.epoch, ASKED_FOR)
        return asked(_question(preference, row, shown), now, faults)
    catalogue = context.catalogue
    with context.store.writing() as unit:
        move = start(unit, catalogue, wish)
    context.notices.publish()
    return redirect(url_for("pages.move", number=move.id), 303)


def _target(name: str | None) -> Target:
    """Refusal `malformed` for anything but the three targets."""
    if name == NOBODY.value:
        return NOBODY
    try:
        return System(name or "")
    except ValueError:
        raise Refusal("malformed", "The address does not say where to.", "Begin at the board.") from None


def _wish(key: str, to: Target, epoch: int, reason: str) -> Wish:
    return Wish((key,), to, {key: epoch}, Terms(caller.actor, reason))


def _seen(key: str) -> tuple[Ownership, datetime]:
    with context.store.reading() as unit:
        return unit.ownerships.of([key])[key], unit.now()


def _question(preference: Preference, row: Ownership, wish: Wish) -> Question:
    move = rehearse(context.store, context.catalogue, context.checks, wish)
    return Question(
        title=title_of(preference.title, move),
        boxes=boxes_of(row, move),
        button=button_of(move),
        typed=preference.key,
        hidden={"to": move.to.value, "epoch": row.epoch},
        answers=tuple(move.stages[0].detail.get("answers", ())),
        facts=facts_of(move, row.surfaces, clients_of(move)),
    )


def clients_of(move: Move) -> dict[str, int]:
    """How many processes of each client may write what a move moves."""
    counted: dict[str, int] = {}
    with context.store.reading() as unit:
        for lease in unit.leases.all():
            if lease.holds_any(move.preferences):
                counted[lease.client] = counted.get(lease.client, 0) + 1
    return counted
