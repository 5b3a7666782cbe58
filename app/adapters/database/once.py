"""Rows that several processes may write at once, of which one is kept. An error would end the whole unit instead."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite


def inserting(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that may be told what to do when the row is there."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def add_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that are not there; how many were new (of one row: whether it was)."""
    if not rows:
        return 0
    statement = inserting(connection, table).values([dict(row) for row in rows]).on_conflict_do_nothing()
    told = statement.returning(*table.primary_key.columns)  # a count of rows is not answered for every insert
    return len(connection.execute(told).all())


def forget(connection: Connection, table: Table, old: Any, most: int) -> int:
    """Delete up to `most` rows for which `old` holds: a large table is not held for long."""
    key: list[Column[Any]] = list(table.primary_key.columns)
    some = select(*key).where(old).limit(most)
    return connection.execute(delete(table).where(tuple_(*key).in_(some))).rowcount
