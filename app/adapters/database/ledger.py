"""The ledger and its head. The head stands in the revision row, which every change locks first."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, func, insert, or_, select, update

from app.adapters.database.listening import CHANNEL
from app.adapters.database.tables import ledger, revision
from app.domain.ledger import Entry, Head
from app.services.ledger_book import Sought
from app.services.store import Lost


class SqlLedger:
    """See `services.ledger_book.LedgerBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self) -> Head:
        """See `services.ledger_book.LedgerBook`. On SQLite the unit's own beginning is the lock."""
        return _head(self._connection.execute(select(revision).with_for_update()).one())

    def head(self) -> Head:
        """See `services.ledger_book.LedgerBook`."""
        return _head(self._connection.execute(select(revision)).one())

    def append(self, entry: Entry) -> None:
        """See `services.ledger_book.LedgerBook`."""
        self._connection.execute(insert(ledger).values(asdict(entry)))
        moved = update(revision).where(revision.c.number == entry.number - 1, revision.c.hash == entry.previous)
        values = {"revision": entry.revision, "number": entry.number, "hash": entry.hash}
        if self._connection.execute(moved.values(values)).rowcount != 1:
            raise Lost
        if self._connection.dialect.name == "postgresql":  # told to the other processes with the commit
            self._connection.execute(select(func.pg_notify(CHANNEL, str(entry.number))))

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[Entry]:
        """See `services.ledger_book.LedgerBook`."""
        wanted = select(ledger).where(ledger.c.number > after).order_by(ledger.c.number).limit(limit)
        with self._connection.execute(wanted, execution_options={"yield_per": 500}) as rows:  # closed early, too
            for row in rows:
                yield Entry(**row._asdict())

    def changes_of(self, key: str) -> Iterator[Entry]:
        """See `services.ledger_book.LedgerBook`. Read from the newest on: what is asked for is seldom far back."""
        epoch = ledger.c.body[("preferences", key, "after", "epoch")].as_integer()
        wanted = select(ledger).where(epoch.is_not(None)).order_by(ledger.c.number.desc())
        with self._connection.execute(wanted, execution_options={"yield_per": 20}) as rows:  # closed early, too
            for row in rows:
                yield Entry(**row._asdict())

    def search(self, sought: Sought, *, beyond: int, newest_first: bool, limit: int) -> Iterator[Entry]:
        """See `services.ledger_book.LedgerBook`."""
        number = ledger.c.number
        wanted = select(ledger).where(*_conditions(sought)).limit(limit)
        if newest_first:
            wanted = wanted.where(number < beyond).order_by(number.desc())
        else:
            wanted = wanted.where(number > beyond).order_by(number)
        for row in self._connection.execute(wanted):
            yield Entry(**row._asdict())


def _conditions(sought: Sought) -> Iterator[ColumnElement[bool]]:
    body = ledger.c.body
    if sought.key is not None:
        yield _names(sought.key)
    if sought.act is not None:
        yield ledger.c.act == sought.act
    if sought.person is not None:
        yield ledger.c.actor.icontains(sought.person, autoescape=True)
    if sought.plan is not None:
        yield body["plan"].as_string() == sought.plan
    if sought.move is not None:
        yield body["move"].as_integer() == sought.move
    if sought.since is not None:
        yield ledger.c.at >= sought.since
    if sought.until is not None:
        yield ledger.c.at < sought.until
    if sought.text is not None:
        yield ledger.c.reason.icontains(sought.text, autoescape=True)


def _names(key: str) -> ColumnElement[bool]:
    """Whether an entry names a preference: as what it is about, among those that change, in a list, or by its epoch."""
    body = ledger.c.body
    listed = cast(body["preferences"], Text).contains(f'"{key}"', autoescape=True)
    return or_(body["key"].as_string() == key, listed, body[("epochs", key)].as_string().is_not(None))


def _head(row: Row[Any]) -> Head:
    return Head(row.revision, row.number, row.hash, row.stopped, row.drained, row.identity)
