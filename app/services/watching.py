"""Who is connected: every lease, what its holder has acknowledged, and which moves wait for it."""

from typing import Any

from app.domain.leases import Lease, Waited
from app.services.context import Context
from app.services.showing import utc


def connected(context: Context) -> dict[str, Any]:
    """The revision, and each lease with the moves that wait for it; no `latest_seconds` where only it can end that."""
    with context.store.reading() as unit:
        revision, leases, unfinished = unit.ledger.head().revision, unit.leases.all(), unit.moves.unfinished()
    waits: dict[str, list[tuple[int, Waited]]] = {}
    for move in unfinished:
        for waited in context.driver.waited_for(move):
            waits.setdefault(waited.lease.id, []).append((move.id, waited))
    return {"revision": revision, "leases": [_told(lease, revision, waits.get(lease.id, [])) for lease in leases]}


def _told(lease: Lease, revision: int, waits: list[tuple[int, Waited]]) -> dict[str, Any]:
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
