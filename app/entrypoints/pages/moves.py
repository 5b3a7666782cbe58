"""One move: its stages, who is waited for, how it ended, and the way back."""

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.moves import Move
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.actions import Action, undo
from app.entrypoints.pages.move_facts import approved, called_off, epochs_of, notices, plan_of
from app.entrypoints.pages.progress import progress_of
from app.entrypoints.pages.undoing import found_move, titles_of
from app.entrypoints.pages.writers import writers_of
from app.services.moving import call_off
from app.services.recording import By
from app.services.store import Unit

REASONS = ("Called off by hand", "It takes too long", "Something looks wrong", "Another team asked")


@may(Role.VIEWER)
def move(number: int) -> str:
    """How far the move is, and what can still be done about it."""
    with context.store.reading() as unit:
        found = found_move(unit, number)
        facts, leases = _facts(unit, found), unit.leases.all()
    now = facts["now"]
    return render_template(
        "move.html",
        **facts,
        move=found,
        titles=titles_of(found.preferences),
        titles_by_key={key: titles_of((key,)) for key in found.preferences},
        writers=writers_of(found, leases, context.driver.waited_for(found), now),
        operates=caller.holds({Role.OPERATOR}),
        reasons=REASONS,
        epochs_of=epochs_of,
    )


@may(Role.OPERATOR)
def call_move_off(number: int) -> Response:
    """End the move before its activation: the old owner writes again."""
    with context.store.writing() as unit:
        found = found_move(unit, number)
        call_off(unit, found, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return redirect(url_for("pages.move", number=number), 303)


def _facts(unit: Unit, found: Move) -> dict[str, Any]:
    """What the page shows of one moment."""
    now, rows = unit.now(), unit.ownerships.of(found.preferences)
    back = undo(unit, context.catalogue, found, caller)
    stands = all(rows[key].epoch == epoch for key, epoch in found.epochs.items())
    return {
        "now": now,
        "progress": progress_of(found, now, called_off(unit, found), stands=stands),
        "plan": plan_of(unit, found),
        "approved": approved(unit, found),
        "notices": notices(unit, found, now),
        "undo": back if isinstance(back, Action) else None,
        "no_undo": back if isinstance(back, Refusal) else None,
    }
