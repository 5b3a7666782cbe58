"""The drain of a move: who may still be writing under its old epoch, and until when at the latest.

Nothing is kept in memory that a crash could lose, but for what this process has seen of leases: a new process begins
to count anew, and waits longer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.catalogue import Preference
from app.domain.leases import Drain, Lease, Waited
from app.domain.moves import Move
from app.domain.ownership import System
from app.services.clock import Clock
from app.services.keeping import Keeper
from app.services.store import Store
from cutover_client.spans import Spans


def advisory_wait(keeper: Keeper, fenced: frozenset[System], spans: Spans, move: Move) -> float:
    """Seconds for which writers without a lease may still act by an answer from before a freeze; 0 where none may.

    An answer from memory may be as old as the shortest advisory ttl when it is given, and is then held for its own.
    """
    files = keeper.current.preferences
    held = [files[key].advisory_ttl.total_seconds() for key in move.preferences if _is_advisory(files.get(key))]
    if not held or all(system in fenced for system in System if system in (move.origin, move.to)):
        return 0.0
    return keeper.current.memory_limit + max(held) + spans.span()


def _is_advisory(preference: Preference | None) -> bool:
    return preference is not None and preference.advisory_writers


@dataclass
class Drains:
    """The drains that one process has seen. `advisory` answers the seconds to wait for writers without a lease."""

    store: Store
    clock: Clock
    advisory: Callable[[Move], float]
    seen: dict[int, Drain] = field(default_factory=dict)

    def look(self, move: Move, first_seen: float) -> tuple[list[Waited], list[Lease], float]:
        """Who is waited for, whose lease has run out, and the seconds that writers without a lease are waited for.

        `first_seen` is when this process saw the freeze committed, on its own clock.
        """
        with self.store.reading() as unit:
            leases = unit.leases.all()
        now = self.clock.monotonic()
        waiting, expired = self._of(move).look(leases, now)
        return waiting, expired, max(0.0, first_seen + self.advisory(move) - now)

    def forget(self, number: int) -> None:
        """A move has ended, or come past its drain."""
        self.seen.pop(number, None)

    def _of(self, move: Move) -> Drain:
        if move.freeze_revision is None:
            raise ValueError(f"move {move.id} drains without having been frozen")
        return self.seen.setdefault(move.id, Drain(move.preferences, move.freeze_revision))
