"""Taking a move back: the page that asks, and the button that starts the move the other way."""

from datetime import timedelta

from flask import redirect, url_for
from werkzeug.wrappers import Response

from app.domain.moves import Move
from app.domain.ownership import Ownership
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context, existing
from app.entrypoints.pages import forms
from app.entrypoints.pages.actions import ASKED_FOR
from app.entrypoints.pages.confirming import Question, asked, faults_of
from app.entrypoints.pages.moving_words import boxes_of, facts_of
from app.entrypoints.pages.pauses import clients_of, usual_pause
from app.entrypoints.pages.words import label_of
from app.services.moving import Wish, start, undoing
from app.services.recording import By
from app.services.rehearsing import rehearse
from app.services.store import Unit

MOST = 2**31


@may(Role.OPERATOR)
def undo_form(number: int) -> Response:
    """What the undo would do, with its checks asked now. Nothing is changed."""
    return _asked(number, [])


@may(Role.OPERATOR)
def undo_now(number: int) -> Response:
    """Start the undo. What was moved must not have changed since, so no epoch needs to travel with the form."""
    faults = faults_of(None)
    if faults:
        return _asked(number, faults)
    catalogue = context.catalogue
    with context.store.writing() as unit:
        wish = undoing(unit, found_move(unit, number), By(caller.actor, forms.entered("reason")))
        move = start(unit, catalogue, wish)
    context.notices.publish()
    return redirect(url_for("pages.move", number=move.id), 303)


def found_move(unit: Unit, number: int) -> Move:
    """A move by its number. Refusal `not_found`."""
    return existing(unit.moves.find(number) if number < MOST else None, f"move {number}")


def titles_of(keys: tuple[str, ...]) -> str:
    """What moves: one preference by its title, several by their count."""
    if len(keys) > 1:
        return f"{len(keys)} preferences"
    found = context.catalogue.preferences.get(keys[0])
    return found.title if found else keys[0]


def _asked(number: int, faults: list[tuple[str, str]]) -> Response:
    with context.store.reading() as unit:
        now, move = unit.now(), found_move(unit, number)
        wish = undoing(unit, move, By(caller.actor, ASKED_FOR))
        row = unit.ownerships.of(move.preferences)[move.preferences[0]]
        usual = usual_pause(unit)
    return asked(_question(move, row, wish, usual), now, faults)


def _question(move: Move, row: Ownership, wish: Wish, usual: timedelta | None) -> Question:
    back = rehearse(context.store, context.catalogue, context.checks, wish)
    surfaces = wish.terms.surfaces.get(row.key, row.surfaces)
    several = [("Preferences", ", ".join(move.preferences))] if len(move.preferences) > 1 else []
    return Question(
        title=f"Undo move {move.id}: move {titles_of(move.preferences)} back to {label_of(move.origin)}?",
        boxes=boxes_of(row, back, usual),
        button=f"Undo: move back to {label_of(move.origin)} now",
        typed=None,
        answers=tuple(back.stages[0].detail.get("answers", ())),
        facts=(*several, *facts_of(back, surfaces, clients_of(back))),
        crumbs=(
            (url_for("pages.board"), "Board"),
            (url_for("pages.move", number=move.id), f"Move {move.id}"),
        ),
    )
