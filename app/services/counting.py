"""Counting what the checks of plans judge rates by.

Counts are kept in memory, so that no write and no read waits for them, and are added to the database from time to time:
a process that dies loses some counts, and nothing else.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.services.store import Store, Unit
from app.services.tallies import NOTHING, Counted, Place, Tally


@dataclass
class Counts:
    """What one process has counted and not yet added to the database. Safe to be used from many threads."""

    _counted: dict[Place, Tally] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, place: Place, came: Tally) -> None:
        """Count."""
        with self._lock:
            self._counted[place] = self._counted.get(place, NOTHING).plus(came)

    def flush(self, store: Store) -> None:
        """Add what was counted to the database. Raises what the store raises, and keeps the counts then.

        A commit of which nobody knows whether it was made may so be counted twice: rates stay what they are.
        """
        with self._lock:
            taken, self._counted = self._counted, {}
        if not taken:
            return
        try:
            with store.writing() as unit:
                unit.tallies.add(taken, unit.now())
        except BaseException:
            for place, tally in taken.items():
                self.add(place, tally)
            raise


def under_present_owner(unit: Unit, what: Counted, keys: Iterable[str], since: datetime) -> Mapping[str, Tally]:
    """What was counted since a moment of each of these preferences, under the owner that it has now.

    The epoch tells, and no clock: what was counted before the last move says nothing about the system that it went to.
    """
    wanted = list(keys)
    began: dict[str, int] = {}
    for key, number in unit.moves.last_activated(wanted).items():
        move = unit.moves.find(number)
        began[key] = 0 if move is None else move.epochs[key]
    found = dict.fromkeys(wanted, NOTHING)
    for (key, epoch), tally in unit.tallies.of(what, wanted, since).items():
        if epoch >= began.get(key, 0):
            found[key] = found[key].plus(tally)
    return found
