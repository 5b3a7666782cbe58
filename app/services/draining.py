"""The drain of a move: who may still be writing under its old epoch, and until when at the latest.

Nothing is kept in memory that a crash could lose, but for what this process has seen of leases: a new process begins
to count anew, and waits longer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.catalogue import Preference
from app.domain.leases import Drain, Lease, Waited
from app.domain.moves import Move
from app.domain.ownership import System
from app.services.clock import Clock
from app.services.keeping import Keeper
from app.services.store import Unit
from cutover_client.spans import Spans

NAMED = 3
"""Lease holders that a sentence names at most."""


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


@dataclass(frozen=True, slots=True)
class Looked:
    """Who is waited for, whose lease has run out, and for how many seconds writers without a lease are waited for."""

    waiting: list[Waited]
    expired: list[Lease]
    advisory: float

    @property
    def sentence(self) -> str:
        """Who has not stopped; empty where nobody is known who has not."""
        names = [f"{one.lease.client}, {one.lease.instance}" for one in self.waiting]
        more = [f"{len(names) - NAMED} more"] if len(names) > NAMED else []
        return f"{'; '.join([*names[:NAMED], *more])}, had not stopped." if names else ""


@dataclass
class Drains:
    """The freezes and drains that one process has seen, on its own clock.

    `advisory` answers the seconds to wait for writers without a lease.
    """

    clock: Clock
    advisory: Callable[[Move], float]
    _frozen: dict[int, float] = field(default_factory=dict)
    _drains: dict[int, Drain] = field(default_factory=dict)

    def see(self, number: int) -> float:
        """A move is frozen. When this process first saw that, on its own clock."""
        return self._frozen.setdefault(number, self.clock.monotonic())

    def seen(self) -> set[int]:
        """The moves that this process has seen frozen, and not forgotten."""
        return {*self._frozen, *self._drains}

    def is_past_limit(self, move: Move, now: datetime) -> bool:
        """By the database's clock since the freeze, or this process's own since it first saw it: the sooner."""
        if not move.is_frozen or move.frozen is None:
            return False
        by_own = timedelta(seconds=self.clock.monotonic() - self.see(move.id))
        return max(now - move.frozen, by_own) > move.terms.freeze_limit

    def look(self, unit: Unit, move: Move) -> Looked:
        """How far the drain of a move is, by the leases that `unit` reads."""
        first_seen = self.see(move.id)
        drain = self._of(move)
        leases = unit.leases.behind(drain.freeze_revision)
        now = self.clock.monotonic()
        waiting, expired = drain.look(leases, now)
        return Looked(waiting, expired, max(0.0, first_seen + self.advisory(move) - now))

    def forget(self, number: int) -> None:
        """A move has ended, or come past its drain."""
        self._frozen.pop(number, None)
        self._drains.pop(number, None)

    def _of(self, move: Move) -> Drain:
        if move.freeze_revision is None:
            raise ValueError(f"move {move.id} drains without having been frozen")
        return self._drains.setdefault(move.id, Drain(move.preferences, move.freeze_revision))
