"""Fixtures: databases with the product's tables in them, a new one for each test that asks.

The tables are made once, by the product's own migrations, in a template for each kind of database; a test gets a copy.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from tests.postgres import Server, server
from tests.postgres_binaries import MISSING, find

NO_POSTGRESQL = "there is no PostgreSQL"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database. The test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite file."""
    file = tmp_path / "cutover.db"
    shutil.copyfile(_sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_url(postgres_cluster: Server, _postgres_template: str) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database, dropped after the test."""
    name = _name("test")
    yield postgres_cluster.create(name, _postgres_template)
    postgres_cluster.drop(name)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Server]:
    """A PostgreSQL server for this run. Without one: a failure in CI, elsewhere a skip that the last line tells."""
    binaries = find()
    if binaries is None and not os.environ.get("TEST_DATABASE_URL"):
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(NO_POSTGRESQL)
    with server(binaries) as running:
        yield running


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "cutover.db"
    _migrate(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    # A copy of the file alone would lack what still stands in the write-ahead log.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


@pytest.fixture(scope="session")
def _postgres_template(postgres_cluster: Server) -> Iterator[str]:
    name = _name("template")
    _migrate(postgres_cluster.create(name))
    yield name
    postgres_cluster.drop(name)


def _migrate(url: str) -> None:
    # Imported here, so that a fault in the product fails the tests that need a database, and no others.
    from app.adapters.database.migrating import upgrade  # noqa: PLC0415

    upgrade(url)


_numbers = count(1)
_run = uuid4().hex[:8]


def _name(kind: str) -> str:
    """A name that no other run on the same server has."""
    return f"cutover_{kind}_{_run}_{next(_numbers)}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in one line that nobody overlooks how many tests were not run for want of PostgreSQL."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = sum(NO_POSTGRESQL in str(report.longrepr) for report in skipped)
    if missed:
        terminalreporter.write_line(f"{missed} TESTS WERE NOT RUN. {MISSING}", red=True, bold=True)
