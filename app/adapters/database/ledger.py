"""The ledger and its head. The head stands in the revision row, which every change locks first."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from app.adapters.database.listening import CHANNEL
from app.adapters.database.tables import ledger, revision
from app.domain.ledger import Entry, Head
from app.services.store import Lost


class SqlLedger:
    """See `services.store.LedgerBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self) -> Head:
        """See `services.store.LedgerBook`. On SQLite the unit's own beginning is the lock."""
        return _head(self._connection.execute(select(revision).with_for_update()).one())

    def head(self) -> Head:
        """See `services.store.LedgerBook`."""
        return _head(self._connection.execute(select(revision)).one())

    def append(self, entry: Entry) -> None:
        """See `services.store.LedgerBook`."""
        self._connection.execute(insert(ledger).values(asdict(entry)))
        moved = update(revision).where(revision.c.number == entry.number - 1, revision.c.hash == entry.previous)
        values = {"revision": entry.revision, "number": entry.number, "hash": entry.hash}
        if self._connection.execute(moved.values(values)).rowcount != 1:
            raise Lost
        if self._connection.dialect.name == "postgresql":  # told to the other processes with the commit
            self._connection.execute(select(func.pg_notify(CHANNEL, str(entry.number))))

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[Entry]:
        """See `services.store.LedgerBook`."""
        wanted = select(ledger).where(ledger.c.number > after).order_by(ledger.c.number).limit(limit)
        with self._connection.execute(wanted, execution_options={"yield_per": 500}) as rows:  # closed early, too
            for row in rows:
                yield Entry(**row._asdict())

    def changes_of(self, key: str) -> Iterator[Entry]:
        """See `services.store.LedgerBook`. Read from the newest on: what is asked for is seldom far back."""
        epoch = ledger.c.body[("preferences", key, "after", "epoch")].as_integer()
        wanted = select(ledger).where(epoch.is_not(None)).order_by(ledger.c.number.desc())
        with self._connection.execute(wanted, execution_options={"yield_per": 20}) as rows:  # closed early, too
            for row in rows:
                yield Entry(**row._asdict())


def _head(row: Row[Any]) -> Head:
    return Head(row.revision, row.number, row.hash, row.stopped, row.drained, row.identity)
