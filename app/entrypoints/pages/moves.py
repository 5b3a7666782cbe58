"""One move: its stages, who is waited for, how it ended, and the way back."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.actions import Action, undo
from app.entrypoints.pages.progress import progress_of
from app.entrypoints.pages.undoing import found_move, titles_of
from app.services.moving import call_off
from app.services.recording import By
from cutover_client.routes import FROZEN_NOTICE

REASONS = ("Called off by hand", "It takes too long", "Something looks wrong", "Another team asked")


@may(Role.VIEWER)
def move(number: int) -> str:
    """How far the move is, and what can still be done about it."""
    with context.store.reading() as unit:
        now, found = unit.now(), found_move(unit, number)
        rows = unit.ownerships.of(found.preferences)
        back = undo(unit, context.catalogue, found, caller)
    stands = all(rows[key].epoch == epoch for key, epoch in found.epochs.items())
    progress = progress_of(found, now, context.driver.waited_for(found), stands=stands)
    return render_template(
        "move.html",
        move=found,
        titles=titles_of(found.preferences),
        progress=progress,
        now=now,
        undo=back if isinstance(back, Action) else None,
        no_undo=back if isinstance(back, Refusal) else None,
        operates=caller.holds({Role.OPERATOR}),
        reasons=REASONS,
        frozen_notice=FROZEN_NOTICE,
    )


@may(Role.OPERATOR)
def call_move_off(number: int) -> Response:
    """End the move before its activation: the old owner writes again."""
    with context.store.writing() as unit:
        found = found_move(unit, number)
        call_off(unit, found, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return redirect(url_for("pages.move", number=number), 303)
