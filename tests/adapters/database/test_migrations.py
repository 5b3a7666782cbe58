"""The migrations make the tables that the code is written for, and change nothing else."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.adapters.database.engine import make_engine
from app.adapters.database.migrating import is_current, upgrade
from app.adapters.database.store import SqlStore
from app.adapters.database.tables import metadata
from app.domain.ownership import Act
from app.services.door import Change, change
from app.services.recording import By
from tests.postgres import Server
from tests.services.world import VA_GOV


@pytest.fixture
def new_url(tmp_path: Path) -> str:
    """A database in which there is nothing at all."""
    return f"sqlite:///{tmp_path / 'new.db'}"


@pytest.fixture
def new_postgresql_url(postgres_cluster: Server) -> Iterator[str]:
    """The same, on PostgreSQL."""
    name = f"cutover_new_{uuid4().hex[:8]}"
    yield postgres_cluster.create(name)
    postgres_cluster.drop(name)


def test_the_migrated_tables_are_those_of_the_code(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_new_database_is_not_current_until_it_was_upgraded(new_url: str) -> None:
    assert not is_current(new_url)
    upgrade(new_url)
    assert is_current(new_url)


def test_the_same_on_postgresql(new_postgresql_url: str) -> None:
    assert not is_current(new_postgresql_url)
    upgrade(new_postgresql_url)
    assert is_current(new_postgresql_url)


def test_an_upgrade_of_what_is_current_changes_no_owner(database_url: str) -> None:
    store = SqlStore(make_engine(database_url))
    with store.writing() as unit:
        change(unit, By("token:pm", "It is time."), Change(Act.START, {"a": 0}, given=VA_GOV))
    with store.reading() as unit:
        before = unit.ownerships.snapshot(), unit.ledger.head()
    upgrade(database_url)
    with store.reading() as unit:
        assert (unit.ownerships.snapshot(), unit.ledger.head()) == before
    store.close()
