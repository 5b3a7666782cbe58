"""The database's own clock, as part of a statement: the moment of the call, not of the transaction's beginning."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal_column

SQLITE_NOW = "strftime('%Y-%m-%dT%H:%M:%f', 'now')"


def now_of(connection: Connection) -> ColumnElement[Any]:
    """What a statement selects to be told the time; `read` makes a moment of it."""
    return literal_column(SQLITE_NOW) if connection.dialect.name == "sqlite" else func.clock_timestamp()


def read(told: str | datetime) -> datetime:
    """A moment in UTC from what the database told."""
    return datetime.fromisoformat(told).replace(tzinfo=UTC) if isinstance(told, str) else told.astimezone(UTC)
