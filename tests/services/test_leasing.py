"""Leases as the controller grants them, and the drain that waits for their holders."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.adapters.database.store import SqlStore, SqlUnit
from app.domain.leases import Lease
from app.domain.moves import Move, Outcome, Stage
from app.domain.ownership import Ownership, State
from app.services.driving import Driver
from app.services.leasing import Renewal, release, renew
from tests.services.world import ALERTS, MHV, RX, VA_GOV, World

TTL = 30.0
LONG = {"freeze_limit": timedelta(minutes=10)}


def lease(world: World, name: str = "l") -> Lease | None:
    """A lease's row, if there is one."""
    with world.store.reading() as unit:
        return next((one for one in unit.leases.all() if one.id == name), None)


def draining(world: World, *keys: str) -> tuple[Driver, Move]:
    """A move that has come to its drain, and the process that has looked at the leases once."""
    driver = world.driver()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, *(keys or (RX,)), **LONG), driver)
    driver.advance(move.id)
    return driver, move


def drained(world: World, move: Move) -> bool:
    """Whether the drain is over."""
    return world.move(move.id).stage is not Stage.DRAIN


@pytest.mark.usefixtures("counted_from_zero")
def test_a_registration_acknowledges_the_revision_that_is_current(world: World) -> None:
    world.adopt()
    assert world.lease() == 3
    row = lease(world)
    assert row is not None
    assert (row.acknowledged, row.ttl, row.keys, row.renewals) == (3, TTL, (RX,), 0)


@pytest.mark.usefixtures("counted_from_zero")
def test_a_renewal_that_finds_no_row_is_a_registration(world: World) -> None:
    world.lease(acknowledged=0)
    release(world.store, "l")
    world.adopt()
    assert world.lease(acknowledged=0) == 3
    row = lease(world)
    assert row is not None
    assert (row.acknowledged, row.renewals) == (3, 0)


@pytest.mark.usefixtures("counted_from_zero")
def test_each_renewal_is_counted_and_acknowledges_what_the_holder_says(world: World) -> None:
    world.lease()
    world.adopt()
    world.lease(acknowledged=0)
    row = lease(world)
    assert row is not None
    assert (row.acknowledged, row.renewals) == (0, 1)
    world.lease(acknowledged=2)
    row = lease(world)
    assert row is not None
    assert (row.acknowledged, row.renewals) == (2, 2)


def test_an_older_renewal_that_comes_late_takes_nothing_back(world: World) -> None:
    world.adopt()
    world.lease(ttl=60.0, keys=(RX, ALERTS))
    world.lease(ttl=TTL, acknowledged=1, keys=(ALERTS,))
    row = lease(world)
    assert row is not None
    assert (row.acknowledged, row.ttl) == (3, 60.0)
    assert set(row.keys) == {RX, ALERTS}, "a write of what is no longer named may still be in flight"


def test_nobody_acknowledges_a_revision_that_there_is_not_yet(world: World) -> None:
    world.adopt()
    world.lease()
    world.lease(acknowledged=1_000)
    row = lease(world)
    assert row is not None
    assert row.acknowledged == 3
    _, move = draining(world)
    assert not drained(world, move)


def test_the_routes_that_are_answered_are_of_the_named_preferences_at_one_revision(world: World) -> None:
    world.adopt()
    answer = renew(world.store, Renewal("l", "portal", "l", (RX, "unknown"), TTL, -1))
    assert (answer.revision, answer.rows) == (3, {RX: world.row(RX), "unknown": Ownership("unknown")})


@dataclass
class InterruptedStore:
    """A store where something happens right before each transaction that writes, or right after its commit."""

    store: SqlStore
    before: Callable[[], object] = lambda: None
    after: Callable[[], object] = lambda: None

    def reading(self) -> AbstractContextManager[SqlUnit]:
        """See `services.store.Store`."""
        return self.store.reading()

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """See `services.store.Store`."""
        self.before()
        with self.store.writing() as unit:
            yield unit
        self.after()


def test_a_freeze_between_the_record_and_the_routes_is_seen_by_the_holder(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.FREEZE, world.start(VA_GOV, RX))
    store = InterruptedStore(world.store, after=lambda: world.driver().advance(move.id))
    answer = renew(store, Renewal("l", "portal", "l", (RX,), TTL, -1))
    assert answer.rows[RX].state is State.MOVING
    row = lease(world)
    assert row is not None
    assert row.acknowledged < answer.revision, "so the drain waits for it, or it acknowledges"


def test_a_drain_waits_for_every_holder_of_one_of_its_preferences_to_acknowledge(world: World) -> None:
    world.adopt()
    for name, keys in (("one", (RX,)), ("two", (RX, ALERTS)), ("three", (ALERTS,))):
        world.lease(name, keys=keys)
    driver, move = draining(world)
    assert [waited.lease.id for waited in driver.waited_for(move)] == ["one", "two"]
    for name, keys, over in (("three", (ALERTS,), False), ("one", (RX,), False), ("two", (RX,), True)):
        world.lease(name, acknowledged=world.head.revision, keys=keys)
        driver.advance(move.id)
        assert drained(world, move) is over
    assert driver.waited_for(world.move(move.id)) == []


def test_a_renewal_that_does_not_acknowledge_does_not_end_the_wait(world: World) -> None:
    world.adopt()
    world.lease()
    driver, move = draining(world)
    world.lease(acknowledged=world.head.revision - 1)
    driver.advance(move.id)
    assert not drained(world, move)


def test_a_release_ends_the_wait(world: World) -> None:
    world.adopt()
    world.lease()
    driver, move = draining(world)
    release(world.store, "l")
    driver.advance(move.id)
    assert drained(world, move)


def test_one_that_registers_after_the_freeze_is_not_waited_for(world: World) -> None:
    world.adopt()
    driver, move = draining(world)
    world.lease()
    driver.advance(move.id)
    assert drained(world, move)


@pytest.mark.parametrize("ttl", [10.0, 60.0])
def test_a_dead_holder_is_waited_out_by_the_ttl_in_its_row_and_its_row_is_deleted(world: World, ttl: float) -> None:
    world.adopt()
    world.lease(ttl=ttl)
    driver, move = draining(world)
    world.clock.advance(ttl * 1.01 - 0.1)
    driver.advance(move.id)
    assert not drained(world, move)
    world.clock.advance(0.2)
    driver.advance(move.id)
    assert drained(world, move)
    assert lease(world) is None
    assert world.move(move.id).record(Stage.DRAIN).detail == {"waited_out": ["portal, l"]}
    assert world.finish(move, driver).outcome is Outcome.DONE


def test_44_a_lease_that_was_granted_for_longer_than_the_present_setting_is_waited_for_as_long_as_it_was_granted(
    world: World,
) -> None:
    before, now = 60.0, 10.0
    world.adopt()
    world.lease("granted before", ttl=before)
    world.lease("granted now", ttl=now)
    world.lease("granted before and renewed now", ttl=before)
    world.lease("granted before and renewed now", ttl=now)
    driver, move = draining(world)
    world.clock.advance(now * 1.01 + 0.1)
    driver.advance(move.id)
    waited = {one.lease.id: one.latest for one in driver.waited_for(move)}
    assert set(waited) == {"granted before", "granted before and renewed now"}
    assert waited["granted before"] == pytest.approx((before - now) * 1.01 - 0.1)
    world.clock.advance((before - now) * 1.01 - 0.2)
    driver.advance(move.id)
    assert not drained(world, move)
    world.clock.advance(0.2)
    driver.advance(move.id)
    assert drained(world, move)


def test_a_wall_clock_that_is_set_ahead_shortens_no_drain(world: World) -> None:
    world.adopt()
    world.lease()
    driver, move = draining(world)
    world.clock.ahead = 300.0
    driver.advance(move.id)
    assert not drained(world, move)


def test_a_process_that_takes_over_begins_to_count_anew(world: World) -> None:
    world.adopt()
    world.lease()
    _, move = draining(world)
    world.clock.advance(TTL)
    driver = world.driver()
    driver.advance(move.id)
    world.clock.advance(TTL)
    driver.advance(move.id)
    assert not drained(world, move)
    world.clock.advance(0.5)
    driver.advance(move.id)
    assert drained(world, move)


def test_a_holder_that_renewed_since_is_not_waited_out_and_the_limit_calls_the_move_off(world: World) -> None:
    world.adopt()
    world.lease()
    driver, move = draining(world)
    world.lease(acknowledged=0)
    world.clock.advance(599)
    driver.advance(move.id)
    assert not drained(world, move)
    world.clock.advance(2)
    assert driver.advance(move.id) is None
    assert world.move(move.id).outcome is Outcome.CALLED_OFF
    assert world.row(RX).route.write_to is MHV
    assert lease(world) is not None


def test_a_holder_that_renews_in_the_moment_in_which_it_is_given_up_is_waited_for_again(world: World) -> None:
    world.adopt()
    world.lease()
    driver, move = draining(world)
    world.clock.advance(TTL * 1.01 + 1)
    driver.store = InterruptedStore(world.store, before=lambda: world.lease(acknowledged=0))
    driver.advance(move.id)
    assert not drained(world, move)
    assert lease(world) is not None
    driver.advance(move.id)
    assert not drained(world, move)


def test_a_lease_that_another_move_waited_out_is_a_new_registration_when_its_holder_comes_back(world: World) -> None:
    world.adopt()
    world.lease()
    driver, move = draining(world)
    world.clock.advance(TTL * 1.01 + 1)
    driver.advance(move.id)
    world.finish(move, driver)
    answer = renew(world.store, Renewal("l", "portal", "l", (RX,), TTL, 1))
    assert answer.rows[RX].owner is VA_GOV
    row = lease(world)
    assert row is not None
    assert row.acknowledged == answer.revision
