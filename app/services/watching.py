"""Who is connected: every lease, what its holder has acknowledged, and which moves wait for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.leases import Lease, Waited
from app.domain.moves import Move
from app.services.context import Context
from app.services.showing import utc


@dataclass(frozen=True, slots=True)
class Watched:
    """Every lease at one revision and moment, the moves under way, and for each lease the moves that wait for it."""

    now: datetime
    revision: int
    leases: Sequence[Lease]
    moves: Sequence[Move]
    waits: Mapping[str, Sequence[tuple[int, Waited]]]


def watched(context: Context) -> Watched:
    """Who is connected now."""
    with context.store.reading() as unit:
        now, revision = unit.now(), unit.ledger.head().revision
        leases, unfinished = unit.leases.all(), unit.moves.unfinished()
    waits: dict[str, list[tuple[int, Waited]]] = {}
    for move in unfinished:
        for waited in context.driver.waited_for(move):
            waits.setdefault(waited.lease.id, []).append((move.id, waited))
    return Watched(now, revision, leases, unfinished, waits)


def connected(context: Context) -> dict[str, Any]:
    """The revision, and each lease with the moves that wait for it; no `latest_seconds` where only it can end that."""
    seen = watched(context)
    leases = [_told(lease, seen.revision, seen.waits.get(lease.id, [])) for lease in seen.leases]
    return {"revision": seen.revision, "leases": leases}


def _told(lease: Lease, revision: int, waits: Sequence[tuple[int, Waited]]) -> dict[str, Any]:
    return {
        "client": lease.client,
        "instance": lease.instance,
        "kind": "service" if lease.token is None else "client",
        "keys": sorted(lease.keys),
        "ttl": lease.ttl,
        "renewed": utc(lease.renewed),
        "acknowledged": lease.acknowledged,
        "behind": max(0, revision - lease.acknowledged),
        "waited_for": [{"move": move, "latest_seconds": _rounded(waited.latest)} for move, waited in waits],
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
