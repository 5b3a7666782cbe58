"""Moving several preferences in one move, all or none: the page that chooses, the one that asks, and the button."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages.confirming import asked, faults_of
from app.entrypoints.pages.proposing import proposed
from app.entrypoints.pages.seen import rows_of, seen
from app.entrypoints.pages.wished import Wished, question_of, target_named, wish_entered, wished
from app.services.approving import needed
from app.services.moving import start

TARGETS = (("va_gov", "VA.gov"), ("mhv", "MHV"), ("nobody", "Nobody: retire them"))


@may(Role.OPERATOR)
def move_several() -> Response | str:
    """Choose preferences and where to; with both chosen, what the move would do. Nothing is changed."""
    keys = tuple(dict.fromkeys(request.args.getlist("keys")))
    to = request.args.get("to", "")
    if keys and to:
        return _asked(wished(keys, target_named(to)), [])
    rows = sorted(rows_of(context, seen(context, caller)), key=lambda row: row.title)
    choosable = [row for row in rows if row.moves.open is None and row.preference is not None]
    return render_template("several.html", rows=choosable, targets=TARGETS, is_empty="to" in request.args)


@may(Role.OPERATOR)
def move_several_now() -> Response:
    """Start the move that the page asked about, or propose it where the files want approvals."""
    wish = wish_entered()
    present = wished(wish.preferences, wish.to)
    approvals = needed(context.catalogue, wish.preferences)
    faults = faults_of(None if approvals else present.typed)
    if faults:
        for key, row in present.rows.items():
            row.require(wish.expect[key])
        return _asked(present, faults)
    if approvals:
        return proposed(wish)
    with context.store.writing() as unit:
        move = start(unit, context.catalogue, wish)
    context.notices.publish()
    return redirect(url_for("pages.move", number=move.id), 303)


def _asked(present: Wished, faults: list[tuple[str, str]]) -> Response:
    return asked(question_of(present, approvals=needed(context.catalogue, present.keys)), present.now, faults)
