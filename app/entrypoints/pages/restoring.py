"""Giving a retired preference back to its last owner: only for administrators."""

from datetime import datetime

from flask import redirect, url_for
from werkzeug.wrappers import Response

from app.domain.ownership import Act, Ownership
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import Box, Question, asked, faults_of
from app.entrypoints.pages.words import label_of, mark_of
from app.services.moving import restore
from app.services.recording import By


@may(Role.ADMIN)
def restore_form(key: str) -> Response:
    """What the restoring would do. Nothing is changed."""
    row, now = _seen(key)
    return asked(_question(row), now)


@may(Role.ADMIN)
def restore_now(key: str) -> Response:
    """Restore it, if it is still as the page showed it."""
    row, now = _seen(key)
    epoch = forms.number_entered("epoch")
    faults = faults_of(key)
    if faults:
        row.require(epoch)
        return asked(_question(row), now, faults)
    with context.store.writing() as unit:
        restore(unit, {key: epoch}, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return redirect(url_for("pages.board", _anchor=key), 303)


def _seen(key: str) -> tuple[Ownership, datetime]:
    """The row, if it can be restored. Refusals `preference_unknown`, `transition_illegal`."""
    context.catalogue.preference(key)
    with context.store.reading() as unit:
        row = unit.ownerships.of([key])[key]
        return row, unit.now()


def _question(row: Ownership) -> Question:
    row.after(Act.RESTORE)
    owner = label_of(row.owner)
    return Question(
        title=f"Restore {context.catalogue.preference(row.key).title} to {owner}?",
        boxes=(
            Box("Now", mark_of(row).sentence, f"Epoch {row.epoch}"),
            Box("Then, for a moment", "No pause", "Nobody can change it now"),
            Box("Afterwards", f"{owner} can change it", "With the choices that it held when it was retired"),
            Box("Undo", "Yes, by retiring it again", "An operator can"),
        ),
        button=f"Restore it to {owner} now",
        typed=row.key,
        hidden={"epoch": row.epoch},
    )
