"""A plan of two steps over two adopted preferences, and who looks at it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.ownership import System
from app.domain.plans import Plan, Step
from app.domain.roles import Role
from tests.entrypoints.invented import FIRST, SECOND, plan
from tests.entrypoints.world import World

SOON = timedelta(days=3)


@pytest.fixture
def two(world: World) -> Plan:
    """A plan in a file: the first step waits three days and needs an approval and evidence, the second the first."""
    world.adopt(FIRST.key, SECOND.key)
    first = Step("first", (FIRST.key,), System.VA_GOV, wait=SOON, approvals=1, checks=("confirmed:ready",))
    made = plan("one", first, Step("second", (SECOND.key,), System.VA_GOV, needs_steps=("first",)))
    world.plans.plans["one"] = made
    return made


@pytest.fixture
def running(world: World, two: Plan) -> Plan:
    """The same, started."""
    world.run(two)
    return two


@pytest.fixture
def held(world: World, two: Plan) -> Plan:
    """The same, but its first step has been held: nobody confirmed in time what it needs."""
    first = replace(two.steps[0], approvals=0, wait=timedelta(0), late=timedelta(minutes=1))
    made = replace(two, steps=(first, two.steps[1]))
    world.run(made)
    world.clock.advance(120)
    world.context.tick()
    return made


@pytest.fixture
def operator(world: World) -> FlaskClient:
    """An operator."""
    return world.person(Role.OPERATOR, name="Operator One")


@pytest.fixture
def approver(world: World) -> FlaskClient:
    """An approver."""
    return world.person(Role.APPROVER, name="Approver One")


@pytest.fixture
def admin(world: World) -> FlaskClient:
    """An administrator."""
    return world.person(Role.ADMIN, name="Administrator One")


@pytest.fixture
def viewer(world: World) -> FlaskClient:
    """Somebody who may only look."""
    return world.person(Role.VIEWER, name="Viewer One")
