"""Rows of lease holders."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.database.tables import leases
from app.domain.leases import Lease
from app.services.store import Lost

_RENEWED = ("keys", "ttl", "acknowledged", "renewals")


class SqlLeases:
    """See `services.store.Leases`."""

    def __init__(self, connection: Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def all(self) -> list[Lease]:
        """See `services.store.Leases`."""
        rows = self._connection.execute(select(leases).order_by(leases.c.client, leases.c.instance))
        return [_read(row) for row in rows]

    def behind(self, revision: int) -> list[Lease]:
        """See `services.store.Leases`."""
        late = select(leases).where(leases.c.acknowledged < revision).order_by(leases.c.client, leases.c.instance)
        return [_read(row) for row in self._connection.execute(late)]

    def find(self, leases_wanted: Iterable[str]) -> dict[str, Lease]:
        """See `services.store.Leases`."""
        wanted = select(leases).where(leases.c.id.in_(list(leases_wanted))).order_by(leases.c.id).with_for_update()
        return {row.id: _read(row) for row in self._connection.execute(wanted)}

    def save(self, rows: Sequence[Lease]) -> None:
        """See `services.store.Leases`."""
        if not rows:
            return
        now = self._now()
        changed = update(leases).where(leases.c.id == bindparam("lease"))
        changed = changed.values({name: bindparam(f"new_{name}") for name in (*_RENEWED, "renewed")})
        self._connection.execute(changed, [_renewed(row, now) for row in rows])

    def add(self, rows: Sequence[Lease]) -> None:
        """See `services.store.Leases`."""
        if not rows:
            return
        now = self._now()
        try:
            self._connection.execute(
                insert(leases), [{**asdict(row), "keys": list(row.keys), "renewed": now} for row in rows]
            )
        except IntegrityError as error:
            raise Lost from error

    def delete(self, lease: str, renewals: int | None = None) -> bool:
        """See `services.store.Leases`."""
        gone = delete(leases).where(leases.c.id == lease)
        if renewals is not None:
            gone = gone.where(leases.c.renewals == renewals)
        return self._connection.execute(gone).rowcount == 1


def _read(row: Row[Any]) -> Lease:
    values = row._asdict()
    return Lease(**{**values, "keys": tuple(values["keys"])})


def _renewed(row: Lease, now: datetime) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _RENEWED} | {"keys": list(row.keys), "renewed": now}
    return {"lease": row.id, **{f"new_{name}": value for name, value in values.items()}}
