"""Rows of lease holders."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.database.tables import leases
from app.domain.leases import Lease
from app.services.store import Lost


class SqlLeases:
    """See `services.store.Leases`."""

    def __init__(self, connection: Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def all(self) -> list[Lease]:
        """See `services.store.Leases`."""
        rows = self._connection.execute(select(leases).order_by(leases.c.client, leases.c.instance))
        return [_read(row) for row in rows]

    def find(self, lease: str) -> Lease | None:
        """See `services.store.Leases`."""
        row = self._connection.execute(select(leases).where(leases.c.id == lease).with_for_update()).one_or_none()
        return None if row is None else _read(row)

    def renew(self, lease: Lease) -> bool:
        """See `services.store.Leases`. Nothing is taken back: a drain waits for the longest ttl that was granted.

        So it is with preferences: a write of one that is no longer named may still be in flight.
        """
        known = self.find(lease.id)
        if known is None:
            return False
        values: dict[str, Any] = {
            "keys": list(dict.fromkeys((*known.keys, *lease.keys))),
            "ttl": _larger(leases.c.ttl, lease.ttl),
            "acknowledged": _larger(leases.c.acknowledged, lease.acknowledged),
            "renewals": leases.c.renewals + 1,
            "renewed": self._now(),
        }
        return self._connection.execute(update(leases).where(leases.c.id == lease.id).values(values)).rowcount == 1

    def add(self, lease: Lease) -> None:
        """See `services.store.Leases`."""
        values = {**asdict(lease), "keys": list(lease.keys), "renewed": self._now()}
        try:
            self._connection.execute(insert(leases).values(values))
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


def _larger(column: ColumnElement[Any], value: float) -> ColumnElement[Any]:
    return case((column < value, value), else_=column)
