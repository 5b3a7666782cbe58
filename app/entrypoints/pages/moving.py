"""Moving one preference by hand: the page that asks, and the button that starts the move."""

from dataclasses import replace

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import asked, faults_of
from app.entrypoints.pages.wished import Wished, question_of, target_named, wish_of, wished
from app.services.moving import start


@may(Role.OPERATOR)
def move_form(key: str) -> Response:
    """What the move would do, with its checks asked now. Nothing is changed."""
    context.catalogue.preference(key)
    return _asked(wished((key,), target_named(request.args.get("to", ""))), [])


@may(Role.OPERATOR)
def move_now(key: str) -> Response:
    """Start the move that the page asked about, if everything is still as it was then."""
    context.catalogue.preference(key)
    to, epoch = target_named(forms.entered("to")), forms.number_entered("epoch")
    faults = faults_of(key)
    if faults:
        present = wished((key,), to)
        present.rows[key].require(epoch)
        return _asked(present, faults)
    wish = wish_of((key,), to, {key: epoch}, forms.entered("reason"))
    with context.store.writing() as unit:
        move = start(unit, context.catalogue, wish)
    context.notices.publish()
    return redirect(url_for("pages.move", number=move.id), 303)


def _asked(present: Wished, faults: list[tuple[str, str]]) -> Response:
    [row] = present.rows.values()
    hidden: dict[str, str | int] = {"to": present.to.value, "epoch": row.epoch}
    return asked(replace(question_of(present), hidden=hidden), present.now, faults)
