"""Stores for tests that need many: on PostgreSQL they share one database, emptied before each. A copy takes longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import insert

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.adapters.database.tables import metadata, revision
from app.domain.ledger import NOTHING
from tests.postgres import Server


@contextmanager
def shared_store(server: Server, template: str) -> Iterator[SqlStore]:
    """A store on a database of its own, dropped at the end."""
    name = f"cutover_shared_{uuid4().hex[:8]}"
    store = SqlStore(make_engine(server.create(name, template)))
    yield store
    store.close()
    server.drop(name)


def empty(store: SqlStore) -> None:
    """Make a store as new: nothing has happened yet."""
    names = ", ".join(f'"{name}"' for name in metadata.tables)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        connection.execute(insert(revision).values(id=1, revision=0, number=0, hash=NOTHING, stopped=0, drained=0))
