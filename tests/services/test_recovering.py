"""Recovery: nobody writes, open moves end, and no epoch is issued twice."""

from collections.abc import Callable
from typing import Any

import pytest

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.domain.moves import Outcome, Stage
from app.domain.ownership import NOBODY, State
from app.services.driving import Driver
from app.services.leasing import Renewal, renew
from app.services.recovering import RAISED_BY, Stopped, recover
from app.services.store import Lost
from tests.fakes.clock import FakeClock
from tests.services.racers import race
from tests.services.stops import named, outlast, recovered, refused, stopped, told
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, RX, VA_GOV, World, catalogue, preference


def test_a_recovery_stops_what_somebody_holds_and_raises_every_epoch_and_the_revision(world: World) -> None:
    world.adopt(RX, ALERTS, IMAGES)
    world.flip(VA_GOV, RX)
    world.flip(NOBODY, ALERTS)
    before, head = world.rows(RX, ALERTS, IMAGES, NEWS), world.head
    did = recovered(world)
    after = world.rows(RX, ALERTS, IMAGES, NEWS)
    assert {key: row.state for key, row in after.items()} == {
        RX: State.STOPPED,
        ALERTS: State.RETIRED,
        IMAGES: State.STOPPED,
        NEWS: State.UNOWNED,
    }
    for key, row in after.items():
        assert (row.epoch, row.owner, row.surfaces) == (before[key].epoch + 1_000_000, before[key].owner, row.surfaces)
        assert row.route.write_to is None
    assert world.head.revision == head.revision + 1_000_000 == did.revision == world.head.stopped
    assert did.rows == after


def test_a_recovery_is_one_entry_of_the_ledger_that_tells_both_sides(world: World) -> None:
    world.adopt(RX)
    number = world.head.number
    recovered(world)
    assert world.head.number == number + 1
    body = told(world, "recover")
    assert set(body["preferences"]) == {RX, ALERTS, IMAGES, NEWS}
    assert body["preferences"][RX]["before"]["epoch"] == 1
    assert body["preferences"][RX]["after"]["state"] == "stopped"
    assert set(body["identity"]) == {"before", "after"}


@pytest.mark.parametrize("stage", [Stage.CHECK, Stage.FREEZE, Stage.DRAIN, Stage.CATCH_UP])
def test_a_recovery_ends_open_moves_and_gives_their_owner_no_right_back(world: World, stage: Stage) -> None:
    world.adopt()
    driver = world.driver()
    move = world.bring_to(stage, world.start(VA_GOV, RX, ALERTS), driver)
    did = recovered(world)
    assert did.moves == (move.id,)
    ended = world.move(move.id)
    assert ended.outcome is Outcome.CALLED_OFF
    assert ended.epochs == {key: row.epoch for key, row in world.rows(RX, ALERTS).items()}
    assert {row.state for row in world.rows(RX, ALERTS).values()} == {State.STOPPED}
    assert driver.advance(move.id) is None
    assert {row.state for row in world.rows(RX, ALERTS).values()} == {State.STOPPED}


def test_a_driver_that_meant_to_activate_what_was_stopped_loses(world: World) -> None:
    world.adopt()

    class Slow(Driver):
        """One that is overtaken between its look and its activation."""

        def _catch_up(self, move: Any) -> float:
            recovered(world)
            return super()._catch_up(move)

    move = world.bring_to(Stage.CATCH_UP, world.start(VA_GOV, RX))
    plain = world.driver()
    slow = Slow(plain.store, plain.clock, plain.fences, plain.notices, plain.drains, plain.checks)
    assert slow.advance(move.id) == 0.0
    assert slow.advance(move.id) is None
    assert (world.row(RX).state, world.row(RX).owner) == (State.STOPPED, MHV)


def test_until_every_grant_has_run_out_nothing_but_a_stop_a_recovery_and_a_call_off_is_possible(world: World) -> None:
    world.adopt(RX, ALERTS)
    world.flip(NOBODY, ALERTS)
    recovered(world)
    head = world.head
    asked: list[Callable[[], object]] = [
        lambda: world.adopt(IMAGES),
        lambda: world.flip(VA_GOV, NEWS),
        lambda: world.flip(VA_GOV, RX),
        lambda: world.restore(ALERTS),
        lambda: named(world, RX, MHV),
    ]
    for ask in asked:
        refusal = refused(ask)
        assert (refusal.code, refusal.status) == ("recovering", 503)
        assert refusal.facts["retry_after"]
    assert world.head == head
    stopped(world, RX, 0)
    recovered(world)
    outlast(world)
    world.adopt(IMAGES)
    world.flip(VA_GOV, NEWS)
    world.restore(ALERTS)
    named(world, RX, VA_GOV)
    assert {row.owner for row in world.rows(IMAGES, NEWS, ALERTS, RX).values()} == {MHV, VA_GOV}


def test_a_stopped_preference_cannot_be_moved_adopted_or_undone(world: World) -> None:
    world.adopt()
    move = world.flip(VA_GOV, RX)
    recovered(world)
    outlast(world)
    assert refused(lambda: world.flip(MHV, RX)).code == "stopped"
    assert refused(lambda: world.flip(NOBODY, RX)).code == "stopped"
    assert refused(lambda: world.undo(move.id)).code == "stopped"
    assert refused(lambda: world.adopt(RX)).code == "already_adopted"
    assert refused(lambda: world.restore(RX)).code == "transition_illegal"
    assert world.row(RX).state is State.STOPPED


def test_43_a_lost_adoption_issues_no_epoch_twice(world: World) -> None:
    """Rows that the copy never had: with a file at the recovery, and without one."""
    world.files = catalogue(preference(RX), preference(ALERTS))
    recovered(world)
    outlast(world)
    world.files = catalogue(preference(RX), preference(ALERTS), preference(IMAGES))
    world.adopt()
    assert all(row.epoch > RAISED_BY for row in world.rows(RX, ALERTS, IMAGES).values())


def test_a_recovery_goes_above_what_a_person_has_seen(world: World) -> None:
    world.adopt(RX)
    did = recovered(world, above=2_000_007)
    assert (did.revision, world.row(RX).epoch, world.row(NEWS).epoch) == (3_000_007, 3_000_007, 3_000_007)


def test_a_recovery_that_a_driver_overtook_is_done_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.adopt()
    tries: list[int] = []

    def overtaken(*given: Any) -> Stopped:
        tries.append(1)
        if len(tries) < 3:
            raise Lost
        return recover(*given)

    monkeypatch.setattr("app.services.recovering.recover", overtaken)
    assert recovered(world).revision == world.head.revision
    assert len(tries) == 3


def test_a_lease_is_answered_during_the_wait_that_nobody_may_write(world: World) -> None:
    world.adopt()
    recovered(world)
    answered = renew(world.store, Renewal("l", "portal", "l", (RX, ALERTS), 30.0, 0))
    assert answered.revision == world.head.revision
    assert [row.route.write_to for row in answered.rows.values()] == [None, None]


def test_a_recovery_and_an_activation_of_another_process_at_once_leave_it_stopped_and_agree(database_url: str) -> None:
    """Whichever is first, nobody may write afterwards, and the move says which one it was."""
    clock = FakeClock()
    world = World(SqlStore(make_engine(database_url), clock.now), clock)
    world.adopt()
    move = world.bring_to(Stage.CATCH_UP, world.start(VA_GOV, RX))
    activated, stopped = race(database_url, "activate", "recover")
    row, ended = world.row(RX), world.move(move.id)
    assert (stopped, row.state) == ("recovered", State.STOPPED)
    if activated == "activated":
        assert (row.owner, ended.outcome, row.epoch) == (VA_GOV, None, RAISED_BY + 3)
    else:
        assert (row.owner, ended.outcome, row.epoch) == (MHV, Outcome.CALLED_OFF, RAISED_BY + 2)
    world.store.close()
