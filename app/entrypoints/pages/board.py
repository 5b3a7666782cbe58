"""The board: who owns what now. Everything on it is read in one transaction."""

from flask import render_template, request

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages.filtering import shown
from app.entrypoints.pages.halts import halts_of
from app.entrypoints.pages.seen import clients_by_key, rows_of, seen
from app.entrypoints.pages.strip import strip_of


@may(Role.VIEWER)
def board() -> str:
    """Who owns what now, what comes next, what is in the way, and what can be done."""
    saw = seen(context, caller)
    rows = rows_of(context, saw)
    faults = [*map(str, context.catalogue.faults), *saw.outlook.unreadable]
    halts = halts_of(saw.locks, context.catalogue, caller)
    strip = strip_of(rows, plans=saw.outlook.running, faults=len(faults), halts=[one.heading for one in halts])
    return render_template(
        "board.html",
        shown=shown(rows, request.args),
        strip=strip,
        faults=faults,
        halts=[one for one in halts if one.lock.key],  # the stop of everything stands on top of every page
        clients=clients_by_key(context, saw),
        now=saw.now,
        operates=caller.holds({Role.OPERATOR}),
    )
