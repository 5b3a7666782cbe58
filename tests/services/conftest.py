"""A controller for each test: on SQLite and on PostgreSQL, with a clock that the test advances."""

from collections.abc import Iterator

import pytest

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.services.world import World


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Two systems, a few preferences that nobody holds yet, and a database. Runs on both kinds of database."""
    yield from _world(database_url)


@pytest.fixture
def sqlite_world(sqlite_url: str) -> Iterator[World]:
    """The same, on SQLite alone: for what does not depend on the database."""
    yield from _world(sqlite_url)


def _world(url: str) -> Iterator[World]:
    clock = FakeClock()
    store = SqlStore(make_engine(url), clock.now)
    yield World(store, clock)
    store.close()
