"""Ownership rows. Every change is guarded by the epoch that was seen."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.database import moment
from app.adapters.database.tables import ownership, revision
from app.domain.grants import Standing
from app.domain.ownership import NOBODY, Ownership, State, System
from app.services.store import Lost


class SqlOwnerships:
    """See `services.store.Ownerships`."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime] | None = None) -> None:
        self._connection = connection
        self._clock = clock

    def all(self) -> dict[str, Ownership]:
        """See `services.store.Ownerships`."""
        rows = self._connection.execute(select(ownership).order_by(ownership.c.key))
        return {row.key: _read(row) for row in rows}

    def of(self, keys: Iterable[str]) -> dict[str, Ownership]:
        """See `services.store.Ownerships`."""
        wanted = list(keys)
        rows = self._connection.execute(select(ownership).where(ownership.c.key.in_(wanted)))
        found = {row.key: _read(row) for row in rows}
        return {key: found.get(key, Ownership(key)) for key in wanted}

    def change(self, after: Ownership, epoch_seen: int) -> None:
        """See `services.store.Ownerships`. Each row by itself: a list of keys and epochs could commit half a move."""
        values = _written(after)
        guarded = update(ownership).where(ownership.c.key == after.key, ownership.c.epoch == epoch_seen)
        if self._connection.execute(guarded.values(values)).rowcount == 1:
            return
        if epoch_seen != 0:
            raise Lost
        try:
            self._connection.execute(insert(ownership).values(key=after.key, **values))
        except IntegrityError as error:
            raise Lost from error

    def snapshot(self) -> Standing:
        """See `services.store.Ownerships`. Two statements could answer old routes under a new revision."""
        of_all = (
            revision.c.revision,
            revision.c.identity,
            revision.c.hash,
            moment.now_of(self._connection).label("at"),
        )
        joined = select(*of_all, *ownership.c).select_from(revision.outerjoin(ownership, revision.c.id == 1))
        rows = self._connection.execute(joined).all()
        found = {row.key: _read(row) for row in rows if row.key is not None}
        at = moment.read(rows[0].at) if self._clock is None else self._clock()
        return Standing(rows[0].revision, found, rows[0].identity, rows[0].hash, at)


def _read(row: Row[Any]) -> Ownership:
    target = None if row.target is None else NOBODY if row.target == NOBODY else System(row.target)
    owner = None if row.owner is None else System(row.owner)
    return Ownership(row.key, State(row.state), owner, target, row.epoch, row.move, tuple(row.surfaces))


def _written(row: Ownership) -> dict[str, Any]:
    return {
        "state": row.state.value,
        "owner": None if row.owner is None else row.owner.value,
        "target": None if row.target is None else row.target.value,
        "epoch": row.epoch,
        "move": row.move,
        "surfaces": list(row.surfaces),
    }
