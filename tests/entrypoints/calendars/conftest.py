"""A service with a plan in it, for tests of its calendar."""

import pytest

from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.world import World


@pytest.fixture
def adopted(world: World) -> World:
    """A service on SQLite whose first two preferences MHV holds."""
    world.adopt(FIRST_KEY, SECOND_KEY)
    return world
