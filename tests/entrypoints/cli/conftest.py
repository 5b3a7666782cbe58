"""Fixtures for tests of the command line."""

import pytest

from tests.entrypoints.cli.running import Cutover, Line
from tests.entrypoints.world import World


@pytest.fixture
def line(world: World) -> Line:
    """What the commands reach through."""
    return Line(world)


@pytest.fixture
def cutover(line: Line, capsys: pytest.CaptureFixture[str]) -> Cutover:
    """Runs a command: `cutover("status", "--json")`."""
    return Cutover(line, capsys)
