"""What stands on top of every page beside the menu: that everything is stopped, and how much waits for the reader.

Nothing of it changes without an entry in the ledger, but for what runs out by the time alone. So a page asks for the
ledger's head, which is one row, and reads the rest anew only where that is another one, or after a minute.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g

from app.domain.roles import Role
from app.entrypoints.asked import context
from app.services.plan_store import Lock
from app.services.planning.awaiting import Asked, awaited
from app.services.planning.stopping import EVERYTHING, called_off_by
from app.services.store import Unit, Unreachable

TOP = "on_top"
LASTS = 60.0
"""Seconds for which what was read counts, where the ledger has no newer entry."""


@dataclass(frozen=True, slots=True)
class Top:
    """What was read, with the ledger's number and the moment of this process's clock at which it was."""

    number: int
    at: float
    now: datetime
    waiting: tuple[Asked, ...] = ()
    stop: Lock | None = None
    called_off: int = 0


@dataclass
class Kept:
    """What this process has read last. Two requests at once read it twice, which does no harm."""

    top: Top | None = None


def on_top() -> Top | None:
    """What stands on top; None where nobody is signed in, or the database does not answer, which the page says."""
    if g.get("caller") is None:
        return None
    if "on_top" not in g:
        try:
            g.on_top = _read()
        except Unreachable:  # the page itself has read all that it shows, or says that it could not
            g.on_top = None
    found: Top | None = g.on_top
    return found


def waits_for_caller() -> int:
    """How many approvals wait for whoever looks at this page; 0 for who may give none."""
    top = on_top()
    if top is None or not g.caller.holds({Role.APPROVER}):
        return 0
    return sum(one.waits_for(g.caller.actor) for one in top.waiting)


def _read() -> Top:
    kept: Kept = current_app.extensions[TOP]
    moment = context.clock.monotonic()
    with context.store.reading() as unit:
        number = unit.ledger.head().number
        if kept.top is None or kept.top.number != number or moment - kept.top.at > LASTS:
            kept.top = _look(unit, number, moment)
        return kept.top


def _look(unit: Unit, number: int, moment: float) -> Top:
    stop = unit.locks.all().get(EVERYTHING)
    ended = len(called_off_by(unit, stop)) if stop else 0
    return Top(number, moment, unit.now(), awaited(unit, context.looking).all, stop, ended)
