"""Leases as the controller grants them: register, renew and acknowledge, release, forget.

The lease's record is committed before the routes that answer it are read, and both are read from the database, never
from memory. Otherwise a freeze could fall between: committed after the routes were read, and waiting for nobody because
it read the leases too early.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from app.domain.grants import Standing, answer_of
from app.domain.leases import Lease, Watcher
from app.domain.refusals import Refusal
from app.services.guarding import require_known, require_same
from app.services.store import Lost, Store
from cutover_client.routes import Route
from cutover_client.spans import Spans

ROUTE = tuple(one.name for one in fields(Route))
"""The members of a route, as it is told."""

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
    """As `renew_all`, of one. Raises what it came to."""
    standing = renew_all(store, [renewal])[0]
    if isinstance(standing, Exception):
        raise standing
    return standing


def renew_all(store: Store, renewals: Sequence[Renewal]) -> list[Standing | Exception]:
    """Record registrations and renewals, then answer the routes as they are after them; in the order of `renewals`.

    A renewal that finds no row is a registration. A registration acknowledges the revision that is current when its row
    is inserted. Nobody can acknowledge a revision that there is not yet: a drain would not wait for such a holder.
    Somebody else's lease comes to Refusal `not_allowed`, of that one alone. By another database nothing is granted
    (Refusal `database_changed`).
    """
    try:
        refused = _record(store, renewals)
    except Lost:  # the same registration, sent again, was faster
        refused = _record(store, renewals)
    with store.reading() as unit:
        standing = unit.ownerships.snapshot()
        require_same(unit, standing.identity)
    return [refused.get(place) or standing.of(renewal.keys) for place, renewal in enumerate(renewals)]


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


def _record(store: Store, renewals: Sequence[Renewal]) -> dict[int, Refusal]:
    """Write them down, by one commit; what is refused, by its place in `renewals`."""
    with store.writing() as unit:
        head = unit.ledger.head()
        require_known(unit, head.identity)
        known = unit.leases.find({one.lease for one in renewals})
        rows, refused = _renewed(known, renewals, head.revision)
        unit.leases.save([row for name, row in rows.items() if name in known])
        unit.leases.add([row for name, row in rows.items() if name not in known])
    return refused


def _renewed(
    known: Mapping[str, Lease], renewals: Sequence[Renewal], current: int
) -> tuple[dict[str, Lease], dict[int, Refusal]]:
    """The rows as they are after each of the renewals in turn. One lease may be among them twice."""
    rows: dict[str, Lease] = {}
    refused: dict[int, Refusal] = {}
    for place, renewal in enumerate(renewals):
        asked = _row(renewal, current)
        row = rows.get(asked.id) or known.get(asked.id)
        if row is None:
            # Never the count of a row that was deleted: who saw that one must not take this one for it.
            rows[asked.id] = replace(asked, acknowledged=current, renewals=secrets.randbelow(FIRST_COUNTS))
        elif row.token == asked.token:
            rows[asked.id] = row.renewed_by(asked)
        else:
            refused[place] = _another()
    return rows, refused


def _row(renewal: Renewal, current: int) -> Lease:
    names = (renewal.lease, renewal.client, renewal.instance, renewal.keys)
    acknowledged = max(0, min(renewal.acknowledged, current))
    return Lease(*names, renewal.ttl, acknowledged, token=renewal.token)


def release(store: Store, lease: str, token: str | None = None) -> None:
    """Give a lease up. Releasing is acknowledging everything; its holder must have no write in flight."""
    with store.writing() as unit:
        row = unit.leases.find([lease]).get(lease)
        if row is not None and row.token != token:
            raise _another()
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
        "routes": [told_route(route) for route in routes],
    }


def told_route(route: Route) -> dict[str, Any]:
    """A route as a lease holder is told it."""
    return {name: getattr(route, name) for name in ROUTE}


def _another() -> Refusal:
    """Nobody may acknowledge for another: a drain would not wait for whoever still writes."""
    detail = "This lease was registered with another token."
    return Refusal("not_allowed", detail, "Draw an id of your own at each start of a process.")
