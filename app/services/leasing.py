"""Leases as the controller grants them: register, renew and acknowledge, release, forget.

The lease's record is committed before the routes that answer it are read, and both are read from the database, never
from memory. Otherwise a freeze could fall between: committed after the routes were read, and waiting for nobody because
it read the leases too early.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.domain.grants import Standing, answer_of
from app.domain.leases import Lease, Watcher
from app.domain.ownership import Ownership
from app.domain.refusals import Refusal
from app.services.guarding import require_known, require_same
from app.services.store import Lost, Store
from cutover_client.spans import Spans

FIRST_COUNTS = 2**30
"""A registration begins to count its renewals anywhere below this."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a holder sends: who it is, what it wants to write, by which revision it acts."""

    lease: str
    client: str
    instance: str
    keys: tuple[str, ...]
    ttl: float
    acknowledged: int
    token: str | None = None


def renew(store: Store, renewal: Renewal) -> Standing:
    """Record a registration or renewal, then answer the routes as they are after it.

    A renewal that finds no row is a registration. A registration acknowledges the revision that is current when its row
    is inserted. Nobody can acknowledge a revision that there is not yet: a drain would not wait for such a holder.
    Refusal `database_changed`: by another database nothing is granted.
    """
    try:
        _record(store, renewal)
    except Lost:  # the same registration, sent again, was faster
        _record(store, renewal)
    with store.reading() as unit:
        standing = unit.ownerships.snapshot()
        require_same(unit, standing.identity)
    return Standing(standing.revision, {key: standing.rows.get(key, Ownership(key)) for key in renewal.keys})


def forget(store: Store, watcher: Watcher, clock: Callable[[], float]) -> list[str]:
    """Delete the rows that this process has seen unrenewed for three of their ttl, on its own `clock`.

    A row that was renewed meanwhile stays. The ids of those deleted.
    """
    with store.reading() as unit:
        leases = unit.leases.all()
    # After the rows: a process that is stopped in between would date a living holder back, and forget it.
    now = clock()
    watcher.see(leases, now)
    dead = watcher.forgettable(leases, now)
    if not dead:
        return []
    with store.writing() as unit:
        return [lease.id for lease in dead if unit.leases.delete(lease.id, lease.renewals)]


def _record(store: Store, renewal: Renewal) -> None:
    with store.writing() as unit:
        head = unit.ledger.head()
        require_known(unit, head.identity)
        current = head.revision
        acknowledged = max(0, min(renewal.acknowledged, current))
        _require_own(unit.leases.find(renewal.lease), renewal.token)
        row = _row(renewal, acknowledged)
        if not unit.leases.renew(row):
            # Never the count of a row that was deleted: who saw that one must not take this one for it.
            unit.leases.add(replace(row, acknowledged=current, renewals=secrets.randbelow(FIRST_COUNTS)))


def _row(renewal: Renewal, acknowledged: int) -> Lease:
    names = (renewal.lease, renewal.client, renewal.instance, renewal.keys)
    return Lease(*names, renewal.ttl, acknowledged, token=renewal.token)


def release(store: Store, lease: str, token: str | None = None) -> None:
    """Give a lease up. Releasing is acknowledging everything; its holder must have no write in flight."""
    with store.writing() as unit:
        _require_own(unit.leases.find(lease), token)
        unit.leases.delete(lease)


def told(lease: str, standing: Standing, permits: Mapping[str, str], spans: Spans) -> dict[str, Any]:
    """What a registration or renewal is answered. Durations are in seconds."""
    routes = answer_of(standing, permits).routes.values()
    return {
        "lease": lease,
        "ttl": spans.ttl,
        "renew_every": spans.renew_every,
        "write_timeout": spans.write_timeout,
        "settle": dict(spans.settle),
        "revision": standing.revision,
        "routes": [asdict(route) for route in routes],
    }


def _require_own(row: Lease | None, token: str | None) -> None:
    """Nobody may acknowledge for another: a drain would not wait for whoever still writes."""
    if row is not None and row.token != token:
        detail = "This lease was registered with another token."
        raise Refusal("not_allowed", detail, "Draw an id of your own at each start of a process.")
