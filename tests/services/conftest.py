"""A controller for each test: on SQLite and on PostgreSQL, with a clock that the test advances."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import insert

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.adapters.database.tables import metadata, revision
from app.domain.ledger import NOTHING
from tests.fakes.clock import FakeClock
from tests.postgres import Server
from tests.services.world import World


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest) -> World:
    """Two systems, a few preferences that nobody holds yet, and a database. Runs on both kinds of database."""
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


@pytest.fixture
def sqlite_world(sqlite_url: str) -> Iterator[World]:
    """The same, on SQLite alone: for what does not depend on the database."""
    clock = FakeClock()
    store = SqlStore(make_engine(sqlite_url), clock.now)
    yield World(store, clock)
    store.close()


@pytest.fixture
def postgresql_world(_emptied_store: SqlStore) -> World:
    """The same, on PostgreSQL alone. All tests share one database, emptied before each: a copy takes longer."""
    clock = FakeClock()
    _empty(_emptied_store)
    _emptied_store.clock = clock.now
    return World(_emptied_store, clock)


@pytest.fixture(scope="session")
def _emptied_store(postgres_cluster: Server, _postgres_template: str) -> Iterator[SqlStore]:
    name = f"cutover_services_{uuid4().hex[:8]}"
    store = SqlStore(make_engine(postgres_cluster.create(name, _postgres_template)))
    yield store
    store.close()
    postgres_cluster.drop(name)


def _empty(store: SqlStore) -> None:
    names = ", ".join(f'"{name}"' for name in metadata.tables)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        connection.execute(insert(revision).values(id=1, revision=0, number=0, hash=NOTHING))
