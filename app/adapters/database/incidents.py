"""Incidents. The unique constraint decides between two processes that find the same thing."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from app.adapters.database.once import inserting
from app.adapters.database.tables import incidents
from app.domain.evidence import Found, Incident, Kind


class SqlIncidents:
    """See `services.evidence.Incidents`."""

    def __init__(self, connection: Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def add(self, found: Found) -> int | None:
        """See `services.evidence.Incidents`."""
        row = {**_identity(found), "epoch": found.epoch, "detail": found.detail, "at": self._now()}
        statement = inserting(self._connection, incidents).values(row).on_conflict_do_nothing()
        number: int | None = self._connection.execute(statement.returning(incidents.c.id)).scalar_one_or_none()
        return number

    def has(self, found: Found) -> bool:
        """See `services.evidence.Incidents`."""
        same = [incidents.c[name] == value for name, value in _identity(found).items()]
        return self._connection.execute(select(incidents.c.id).where(*same)).one_or_none() is not None

    def find(self, number: int) -> Incident | None:
        """See `services.evidence.Incidents`."""
        row = self._connection.execute(select(incidents).where(incidents.c.id == number)).one_or_none()
        return None if row is None else _read(row)

    def latest(self, most: int, *, only_open: bool = False, keys: Iterable[str] | None = None) -> list[Incident]:
        """See `services.evidence.Incidents`."""
        wanted = select(incidents).order_by(incidents.c.id.desc()).limit(most)
        if only_open:
            wanted = wanted.where(incidents.c.closed.is_(None))
        if keys is not None:
            wanted = wanted.where(incidents.c.key.in_(list(keys)))
        return [_read(row) for row in self._connection.execute(wanted)]

    def close(self, number: int, at: datetime) -> bool:
        """See `services.evidence.Incidents`."""
        still_open = update(incidents).where(incidents.c.id == number, incidents.c.closed.is_(None))
        return self._connection.execute(still_open.values(closed=at)).rowcount == 1


def _identity(found: Found) -> dict[str, Any]:
    return {"kind": found.kind, "key": found.key, "system": found.system, "reference": found.reference}


def _read(row: Row[Any]) -> Incident:
    what = Found(Kind(row.kind), row.key, row.system, row.reference, row.detail, row.epoch)
    return Incident(row.id, row.at, what, row.closed)
