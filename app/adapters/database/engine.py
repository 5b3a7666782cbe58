"""Connections, set up so that a commit that was answered is on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.services.store import Lost, ReadOnly, Unreachable

_PATIENCE = 10
"""Seconds to wait for another writer's lock before giving up."""

_IDLE = 5
"""Seconds for which a transaction may do nothing. Shorter than the patience of those who wait for its locks: a process
that was stopped inside a transaction would keep everybody out, and a freeze could not be called off."""

_POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 15, "pool_timeout": _PATIENCE}
# Several processes share one server, which by default takes 100 connections; short transactions wait for one in turn.
# A server that went away without a word is found out, instead of holding this process's threads for ever.
POSTGRES: dict[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    # A connection to a standby would outlive its promotion, and go on under the name of the timeline before.
    "target_session_attrs": "primary",
}
IDENTITY = "identity"
"""Where a connection's `info` keeps the name of its server and timeline."""

_WARNINGS = "warnings"
_HARMLESS = {"DEBUG", "LOG", "INFO", "NOTICE"}
_OUTAGES = {
    *("OperationalError", "InterfaceError", "AdminShutdown", "LockNotAvailable"),
    *("IdleInTransactionSessionTimeout", "QueryCanceled"),
}


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`."""
    if url.startswith("sqlite"):
        arguments = {"timeout": _PATIENCE, "check_same_thread": False}
        engine = create_engine(url, connect_args=arguments, **_POOL)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        pool_pre_ping=True,
        connect_args={**POSTGRES, "options": " ".join(f"-c {name}={value}" for name, value in _session().items())},
        **_POOL,
    )
    event.listen(engine, "connect", _set_up_postgres)
    return engine


def _session() -> dict[str, str]:
    return {
        "synchronous_commit": "on",
        "default_transaction_isolation": r"read\ committed",
        "lock_timeout": f"{_PATIENCE}s",
        "statement_timeout": f"{_PATIENCE + 5}s",
        "idle_in_transaction_session_timeout": f"{_IDLE}s",
    }


def _require_quiet(warnings: list[str]) -> None:
    """A commit that came with a warning may be on this server alone, for example while its standby was away.

    The server has committed, and a failover would take it back: nobody may be told that it is done.
    """
    if warnings:
        raise Unreachable(f"the commit came with a warning, and may not last: {'; '.join(warnings)}")


@contextmanager
def transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """One transaction. Reading is one snapshot; writing takes SQLite's one write lock at its beginning.

    Under SQLite's plain BEGIN, two transactions that read and then write fail each other two times in three.
    """
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.info["begin"] = "BEGIN IMMEDIATE" if writes else "BEGIN"
            with connection.begin():
                if engine.dialect.name != "sqlite" and not writes:
                    # In the driver's own way it takes six calls, and most transactions are readings.
                    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield connection
                connection.info[_WARNINGS] = []  # from here on, what the server says is about the commit
            _require_quiet(connection.info[_WARNINGS])
    except PoolTimeout as error:
        raise Unreachable("every connection is in use") from error
    except DBAPIError as error:
        if type(error.orig).__name__ == "DeadlockDetected":
            raise Lost from error
        if _is_read_only(error):
            raise ReadOnly(type(error.orig).__name__) from error
        if error.connection_invalidated or _is_outage(error):
            raise Unreachable(type(error.orig).__name__) from error
        raise


def _is_read_only(error: DBAPIError) -> bool:
    name = getattr(error.orig, "sqlite_errorname", type(error.orig).__name__)
    return name == "ReadOnlySqlTransaction" or name.startswith("SQLITE_READONLY")


def _is_outage(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in _OUTAGES


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_PATIENCE * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _set_up_postgres(connection: Any, record: Any) -> None:
    """Read which server this is, and on which timeline, and listen to what it says.

    The timeline comes from the name of the log file that is written now: the control file (`pg_control_checkpoint`)
    goes on naming the timeline before until the first checkpoint after a promotion.
    """
    system, file = connection.execute(
        "SELECT system_identifier, pg_walfile_name(pg_current_wal_lsn()) FROM pg_control_system()"
    ).fetchone()
    connection.rollback()
    record.info[IDENTITY] = f"{system}/{int(file[:8], 16)}"
    record.info[_WARNINGS] = []
    connection.add_notice_handler(lambda said: _note(record.info, said))


def _note(info: dict[str, Any], said: Any) -> None:
    if said.severity_nonlocalized not in _HARMLESS:
        info.setdefault(_WARNINGS, []).append(said.message_primary)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.info.get("begin", "BEGIN IMMEDIATE"))
