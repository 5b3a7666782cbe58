"""Connections, set up so that a commit that was answered is on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from app.services.store import Lost, Unreachable

_PATIENCE = 10
"""Seconds to wait for another writer's lock before giving up."""


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": _PATIENCE, "check_same_thread": False})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=20,
        max_overflow=40,
        pool_timeout=_PATIENCE,
        connect_args={"connect_timeout": 5, "options": f"-c lock_timeout={_PATIENCE}s -c synchronous_commit=on"},
    )


@contextmanager
def transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """One transaction. Reading is one snapshot; writing takes SQLite's one write lock at its beginning.

    Under SQLite's plain BEGIN, two transactions that read and then write fail each other two times in three.
    """
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.info["begin"] = "BEGIN IMMEDIATE" if writes else "BEGIN"
            else:
                level = "READ COMMITTED" if writes else "REPEATABLE READ"
                connection.execution_options(isolation_level=level, postgresql_readonly=not writes)
            with connection.begin():
                yield connection
    except DBAPIError as error:
        if type(error.orig).__name__ == "DeadlockDetected":
            raise Lost from error
        if error.connection_invalidated or _is_outage(error):
            raise Unreachable(type(error.orig).__name__) from error
        raise


def _is_outage(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in {"OperationalError", "InterfaceError", "AdminShutdown", "LockNotAvailable"}


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_PATIENCE * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.info.get("begin", "BEGIN IMMEDIATE"))
