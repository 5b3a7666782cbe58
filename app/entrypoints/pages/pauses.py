"""How long moves have paused changes, and whom the next one waits for."""

from collections.abc import Iterable
from datetime import timedelta
from math import ceil
from statistics import median

from app.domain.moves import Move
from app.entrypoints.asked import context
from app.services.store import Unit

LOOKED_BACK = 200
"""Moves that are looked at."""

FEWEST = 3
"""Fewer pauses than these say nothing about what is usual."""


def usual_pause(unit: Unit) -> timedelta | None:
    """The median of past pauses, in whole seconds from above; None where there were too few."""
    return usual_of(unit.moves.latest(LOOKED_BACK))


def usual_of(moves: Iterable[Move]) -> timedelta | None:
    """The same, of these moves: those count that ended their pause by giving it to a new owner."""
    lasted = [(one.activated - one.frozen).total_seconds() for one in moves if one.frozen and one.activated]
    return timedelta(seconds=max(1, ceil(median(lasted)))) if len(lasted) >= FEWEST else None


def clients_of(move: Move) -> dict[str, int]:
    """How many processes of each client may write what a move moves."""
    counted: dict[str, int] = {}
    with context.store.reading() as unit:
        for lease in unit.leases.all():
            if lease.holds_any(move.preferences):
                counted[lease.client] = counted.get(lease.client, 0) + 1
    return counted
