"""Fixtures for tests of the API: callers with one role each, and a service on either database."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.domain.roles import Role
from tests.entrypoints.api.announced import PLAN
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api
from tests.entrypoints.invented import FIRST, ON_HOLD, ONLY_VA_GOV, SECOND
from tests.entrypoints.world import World


@pytest.fixture
def either_world(database_url: str) -> Iterator[World]:
    """As `world`, with its first two preferences adopted; once on SQLite and once on PostgreSQL."""
    made = World(database_url)
    made.files.put(FIRST, SECOND, ON_HOLD, ONLY_VA_GOV)
    made.context.keeper.reload()
    made.adopt(FIRST_KEY, SECOND_KEY)
    yield made
    made.store.close()
    assert made.troubles == []


@pytest.fixture
def adopted(world: World) -> World:
    """A service on SQLite whose first two preferences MHV holds."""
    world.adopt(FIRST_KEY, SECOND_KEY)
    return world


@pytest.fixture
def writing(adopted: World) -> World:
    """The same, with a lease of its own, so that it may carry writes."""
    adopted.holder.renew()
    return adopted


@pytest.fixture
def viewer(world: World) -> Api:
    """Somebody who may look."""
    return api(world, Role.VIEWER)


@pytest.fixture
def operator(world: World) -> Api:
    """Somebody who may move."""
    return api(world, Role.OPERATOR)


@pytest.fixture
def carried(world: World) -> Api:
    """A client whose reads and writes are carried."""
    return api(world, Role.CLIENT)


@pytest.fixture
def planned(either_world: World) -> World:
    """A service in which a plan runs whose step is announced; on either database."""
    either_world.run(PLAN)
    return either_world


@pytest.fixture
def asker(planned: World) -> Api:
    """Who asks what Veterans are told."""
    return api(planned, Role.CLIENT)


@pytest.fixture
def waits(planned: World, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each wait of a question or a stream was to last at the most. Time passes, and nothing else happens."""
    lasted: list[float] = []

    def wait(seen: int, seconds: float, *_: Any) -> int:
        lasted.append(seconds)
        planned.clock.advance(seconds)
        return seen

    monkeypatch.setattr(planned.context.notices, "wait", wait)
    monkeypatch.setattr(planned.context.notices, "wait_for_revision", wait)
    return lasted


@pytest.fixture
def ada(filed: World) -> Api:
    """Somebody who may start plans, over plans that stand in files."""
    return api(filed, Role.OPERATOR)
