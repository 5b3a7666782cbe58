"""A store on a database of each kind, by the database's own clock."""

from collections.abc import Iterator

import pytest

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from tests.adapters.database.servers import binaries, own  # noqa: F401 - fixtures
from tests.postgres import Server
from tests.stores import empty, shared_store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> SqlStore:
    """A store on a database in which nothing has happened yet."""
    found: SqlStore = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[SqlStore]:
    """The same, on SQLite alone."""
    made = SqlStore(make_engine(sqlite_url))
    yield made
    made.close()


@pytest.fixture
def postgresql_store(_shared_store: SqlStore) -> SqlStore:
    """The same, on PostgreSQL alone."""
    empty(_shared_store)
    _shared_store.clock = None
    return _shared_store


@pytest.fixture(scope="session")
def _shared_store(postgres_cluster: Server, _postgres_template: str) -> Iterator[SqlStore]:
    with shared_store(postgres_cluster, _postgres_template) as store:
        yield store
