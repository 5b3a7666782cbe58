"""After a stop: waiting until every grant that may have been given has run out, and telling the fences.

Which grants there were is not known, since the commits that recorded them may be lost. So the longest ttl that is known
of is waited for, on this process's own clock, from when it first saw the stop. A new process begins anew, which only
waits longer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from app.services.clock import Clock
from app.services.guarding import is_another, require_same
from app.services.notices import Notices
from app.services.recording import By, record
from app.services.store import Store, Unit
from cutover_client.spans import CLOCK_MARGIN, Spans

BY = By("controller", "Every grant from before the stop has run out, and the fences know the present epochs.")

LOOK_AGAIN = 1.0
"""Seconds until the fences are told again, where one has not confirmed."""

TellFences = Callable[[Mapping[str, int]], bool]
"""Tells every fence the present epochs; whether all have confirmed them."""


def nothing_fenced(_epochs: Mapping[str, int]) -> bool:
    """Where no system has a fence there is nobody to tell."""
    return True


@dataclass(frozen=True, slots=True)
class Seen:
    """A stop, when this process first saw it on its own clock, and how many seconds from then it waits at least."""

    stopped: int = 0
    since: float = 0.0
    wait: float = 0.0


@dataclass
class Outlasting:
    """What one process has seen of the last stop. Safe to be used from many threads."""

    store: Store
    clock: Clock
    spans: Spans
    notices: Notices
    tell_fences: TellFences = nothing_fenced
    _seen: Seen = field(default_factory=Seen)
    _lock: Lock = field(default_factory=Lock)

    def look(self) -> float | None:
        """Do what is due. Seconds until it should be looked at again; None where nothing is waited for.

        Raises what telling a fence raises, and the Refusal `database_changed`.
        """
        with self.store.reading() as unit:
            seen = self._look(unit)
            epochs = {key: row.epoch for key, row in unit.ownerships.all().items()} if seen else {}
        if seen is None:
            return None
        left = self._left(seen)
        if left > 0:
            return left
        if not self.tell_fences(epochs):
            return LOOK_AGAIN
        self._store_drained(seen.stopped, epochs)
        return 0.0

    def left(self, unit: Unit) -> float | None:
        """Seconds for which this process still waits; None where nothing is waited for."""
        seen = self._look(unit)
        return None if seen is None else self._left(seen)

    def _left(self, seen: Seen) -> float:
        return max(0.0, seen.since + seen.wait - self.clock.monotonic())

    def _look(self, unit: Unit) -> Seen | None:
        head = unit.ledger.head()
        with self._lock:
            if not head.is_waiting or is_another(unit, head.identity):
                self._seen = Seen()  # what was waited for on another database counts for nothing here
                return None
            if head.stopped != self._seen.stopped:
                self._seen = Seen(head.stopped, self.clock.monotonic())
            # Never less than before: a row that has gone meanwhile may have been the one with the longest ttl.
            longest = max([self.spans.ttl, *(lease.ttl for lease in unit.leases.all())])
            wait = longest * (1 + CLOCK_MARGIN) + self.spans.span()
            self._seen = replace(self._seen, wait=max(self._seen.wait, wait))
            return self._seen

    def _store_drained(self, stopped: int, epochs: Mapping[str, int]) -> None:
        with self.store.writing() as unit:
            head = unit.ledger.lock()
            require_same(unit, head.identity)
            if unit.marks.drain(stopped):
                record(unit, BY, "drained", {"stopped": stopped, "epochs": dict(epochs)})
        self.notices.publish()
