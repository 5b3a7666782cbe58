"""One preference: who can change it, both systems side by side, what Veterans see, what can be done, what happened."""

from itertools import islice

from flask import render_template

from app.domain.ledger import Entry
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context, number_asked
from app.entrypoints.pages.halts import halts_of
from app.entrypoints.pages.happened import Happened, happened, marks_in
from app.entrypoints.pages.seen import clients_by_key, rows_of, seen
from app.entrypoints.pages.sides import sides_of
from app.services.planning.explaining import why
from app.services.showing import ownership_json

PAGE = 20
MOVES = 20
"""Moves that are shown; the ledger has all."""


@may(Role.VIEWER)
def preference(key: str) -> str:
    """Everything that is known of one preference. Refusal `preference_unknown`."""
    saw = seen(context, caller, only=key)
    if saw.rows[key].epoch == 0:
        context.catalogue.preference(key)
    [row] = rows_of(context, saw)
    entries, older = _history(key)
    return render_template(
        "preference.html",
        one=row,
        now=saw.now,
        notice=ownership_json(row.ownership, context.catalogue, row.told)["notice"],
        announcement=row.told,
        sides=sides_of(row.ownership, row.preference, context.driver.fences.fenced, _marks(key)),
        halts=halts_of(saw.locks, context.catalogue, caller, only=key),
        lock_page=_lock_page(key, locked=key in saw.locks),
        clients=clients_by_key(context, saw)[key],
        leases=sorted((one for one in saw.leases if key in one.keys), key=lambda one: (one.client, one.instance)),
        revision=saw.revision,
        moves=[move for move in saw.latest if key in move.preferences][:MOVES],
        history=entries,
        older=older,
        waits=_waits(key),
    )


def _waits(key: str) -> dict[str, object]:
    """Why nothing has moved, as `cutover why` says it; what cannot be explained is said instead."""
    try:
        return why(context, key)
    except Refusal as refusal:
        return {"sentence": str(refusal), "stops": [], "steps": [], "moves": [], "unreadable": []}


def _history(key: str) -> tuple[list[Happened], int | None]:
    """A page of what changed it, the newest first, and the entry behind which the next page begins."""
    before = number_asked("before", 0, 2**31 - 1)
    with context.store.reading() as unit:
        entries = (one for one in unit.ledger.changes_of(key) if not before or one.number < before)
        found = list(islice(entries, PAGE + 1))
    shown = found[:PAGE]
    return [happened(one, key) for one in shown], shown[-1].number if len(found) > PAGE else None


def _marks(key: str) -> dict[str, str]:
    """The marks that its last activation stands on, by system, in words."""
    with context.store.reading() as unit:
        last: Entry | None = next((one for one in unit.ledger.changes_of(key) if "marks" in one.body), None)
    return marks_in(last, key) if last is not None else {}


def _lock_page(key: str, *, locked: bool) -> str | None:
    page = "pages.unlock_form" if locked else "pages.lock_form"
    known = key in context.catalogue.preferences
    return page if known and caller.holds({Role.ADMIN if locked else Role.OPERATOR}) else None
