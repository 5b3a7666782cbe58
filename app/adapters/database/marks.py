"""What the revision row says of stops, and of the database itself."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, update

from app.adapters.database.tables import revision as row


class SqlMarks:
    """See `services.store.RevisionMarks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stop(self, revision: int) -> None:
        """See `services.store.RevisionMarks`."""
        self._connection.execute(update(row).values(stopped=revision))

    def drain(self, stopped: int) -> bool:
        """See `services.store.RevisionMarks`."""
        return self._change(row.c.stopped == stopped, row.c.drained < stopped, drained=stopped)

    def identify(self, identity: str | None, seen: str | None) -> bool:
        """See `services.store.RevisionMarks`."""
        return self._change(row.c.identity.is_not_distinct_from(seen), identity=identity)

    def _change(self, *guards: ColumnElement[bool], **values: Any) -> bool:
        return self._connection.execute(update(row).where(*guards).values(**values)).rowcount == 1
