"""A controller for each test: on SQLite and on PostgreSQL, with a clock that the test advances."""

from collections.abc import Iterator

import pytest

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.services import leasing
from tests.fakes.clock import FakeClock
from tests.postgres import Server
from tests.services.carriage import WITH_DAILY, Carriage
from tests.services.world import ALERTS, IMAGES, NEWS, RX, World, catalogue, preference
from tests.stores import empty, shared_store


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
def postgresql_world(_shared_store: SqlStore) -> World:
    """The same, on PostgreSQL alone."""
    clock = FakeClock()
    empty(_shared_store)
    _shared_store.clock = clock.now
    return World(_shared_store, clock)


@pytest.fixture(scope="session")
def _shared_store(postgres_cluster: Server, _postgres_template: str) -> Iterator[SqlStore]:
    with shared_store(postgres_cluster, _postgres_template) as store:
        yield store


@pytest.fixture
def carriage(sqlite_world: World) -> Iterator[Carriage]:
    """A carrier whose preferences are held by MHV."""
    sqlite_world.files = catalogue(
        preference(RX), preference(ALERTS, choices=WITH_DAILY), preference(IMAGES), preference(NEWS, starts_with=None)
    )
    sqlite_world.adopt()
    one = Carriage(sqlite_world)
    yield one
    one.carrier._pool.shutdown()


@pytest.fixture
def counted_from_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every registration begins to count at 0, so that a test can tell how often it was renewed."""
    monkeypatch.setattr(leasing, "FIRST_COUNTS", 1)
