"""PostgreSQL servers that a test copies, promotes and changes the settings of."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from tests.databases import NO_POSTGRESQL
from tests.fakes.clock import FakeClock
from tests.postgres import Server, own_server
from tests.postgres_binaries import MISSING, find
from tests.services.world import World

DATABASE = "cutover"


@pytest.fixture(scope="session")
def binaries() -> Path:
    """PostgreSQL's own programs, those that copy a server among them."""
    found = find()
    if found is None or not shutil.which("pg_basebackup", path=str(found)):
        if os.environ.get("CI") == "true" and not os.environ.get("TEST_DATABASE_URL"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(NO_POSTGRESQL)
    return found


@pytest.fixture(scope="module")
def own(binaries: Path) -> Iterator[Server]:
    """A server of this module's own."""
    with own_server(binaries) as running:
        yield running


@contextmanager
def world_on(url: str) -> Iterator[World]:
    """A controller on a database, with a clock that the test moves."""
    clock = FakeClock()
    world = World(SqlStore(make_engine(url), clock.now), clock)
    try:
        yield world
    finally:
        world.store.close()


def run_on(url: str, *statements: str) -> None:
    """Statements as a person gives them, each in a transaction of its own."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def carry_over(binaries: Path, source: str, target: str) -> None:
    """Dump one database and read the dump into another, as after the loss of a server."""
    plain = [
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False) for url in (source, target)
    ]
    dumped = subprocess.run([str(binaries / "pg_dump"), plain[0]], check=True, capture_output=True)
    subprocess.run([str(binaries / "psql"), "-q", "-d", plain[1]], check=True, capture_output=True, input=dumped.stdout)
