"""What is done with a world that is stopped: recover it, wait, name its owners."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from app.domain.ownership import System
from app.domain.refusals import Refusal
from app.services.notices import Notices
from app.services.outlasting import Outlasting
from app.services.recovering import Stopped, name, recover_now, stop
from cutover_client.spans import Spans
from tests.services.world import ADMIN, World

SPANS = Spans(30.0, 5.0, {"mhv": 3.0})
LONGEST = 30.0 * 1.01 + 8.0


def refused(ask: Callable[[], object]) -> Refusal:
    """The refusal of something."""
    with pytest.raises(Refusal) as found:
        ask()
    return found.value


def process(world: World, **given: Any) -> Outlasting:
    """A process that has seen no stop yet."""
    return Outlasting(world.store, world.clock, SPANS, Notices(), **given)


def recovered(world: World, above: int = 0) -> Stopped:
    """Stop everything."""
    return recover_now(world.store, world.files, ADMIN, above)


def stopped(world: World, key: str, epoch: int) -> Stopped:
    """Stop one preference, of which a later epoch is known elsewhere."""
    with world.store.writing() as unit:
        return stop(unit, key, epoch, ADMIN)


def named(world: World, key: str, system: System, expect: int | None = None) -> None:
    """Name an owner."""
    with world.store.writing() as unit:
        name(unit, {key: world.row(key).epoch if expect is None else expect}, system, ADMIN)


def outlast(world: World, one: Outlasting | None = None) -> None:
    """Let every grant run out."""
    one = one or process(world)
    while (seconds := one.look()) is not None:
        world.clock.advance(seconds)


def told(world: World, act: str) -> Mapping[str, Any]:
    """The body of the last entry with this act."""
    return [entry for entry in world.ledger if entry.act == act][-1].body
