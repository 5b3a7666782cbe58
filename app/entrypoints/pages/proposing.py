"""Asking others to approve a move by hand, where its files want that: the page, and the button that proposes it."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages.confirming import asked, faults_of
from app.entrypoints.pages.wished import Wished, question_of, target_named, wish_entered, wished
from app.services.approving import needed
from app.services.moving import Wish
from app.services.planning.proposing import propose
from app.services.recording import By


@may(Role.OPERATOR)
def propose_form() -> Response:
    """What the move would do once it is approved. Nothing is stored."""
    keys = tuple(dict.fromkeys(request.args.getlist("keys")))
    return _asked(wished(keys, target_named(request.args.get("to", ""))), [])


@may(Role.OPERATOR)
def propose_now() -> Response:
    """Store the proposal, decided on the epochs that its author saw."""
    wish = wish_entered()
    faults = faults_of(None)
    if faults:
        seen = wished(wish.preferences, wish.to)
        for key, row in seen.rows.items():
            row.require(wish.expect[key])
        return _asked(seen, faults)
    return proposed(wish)


def proposed(wish: Wish) -> Response:
    """Propose it, and go to where it waits."""
    with context.store.writing() as unit:
        found = propose(unit, context.catalogue, wish, By(caller.actor, wish.terms.reason))
    context.notices.publish()
    return redirect(url_for("pages.proposal", number=found.proposal.id), 303)


def _asked(seen: Wished, faults: list[tuple[str, str]]) -> Response:
    approvals = max(1, needed(context.catalogue, seen.keys))
    return asked(question_of(seen, approvals=approvals), seen.now, faults)
