"""Fixtures for tests of the faces. `world` holds everything; the others are its parts, by their names."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services import waiting
from app.services.context import Context
from tests.entrypoints.filed import world_of
from tests.entrypoints.invented import FIRST, ON_HOLD, ONLY_VA_GOV, SECOND
from tests.entrypoints.world import World


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """A service with four invented preferences, none of them adopted. It must end without an unexpected error.

    Nobody may wait any longer then: places of those who wait are the process's own, and the next test's too.
    """
    free = waiting._places._value
    made = World(sqlite_url)
    made.files.put(FIRST, SECOND, ON_HOLD, ONLY_VA_GOV)
    # As a process does that starts to serve.
    made.context.keeper.reload()
    yield made
    made.store.close()
    assert made.troubles == []
    assert waiting._places._value == free, "an answer was left open: close it"


@pytest.fixture
def filed(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """A service whose plans stand in files, and whose first two preferences MHV holds."""
    made = world_of(sqlite_url, tmp_path / "plans")
    yield made
    made.store.close()
    assert made.troubles == []


@pytest.fixture
def context(world: World) -> Context:
    """What the faces answer with."""
    return world.context


@pytest.fixture
def app(world: World) -> Flask:
    """The application."""
    return world.app


@pytest.fixture
def client(world: World) -> FlaskClient:
    """A caller that is not signed in and sends no token."""
    return world.app.test_client()


@pytest.fixture
def token(world: World) -> Callable[..., str]:
    """Makes tokens: `token(Role.VIEWER)` answers the secret."""
    return world.token
