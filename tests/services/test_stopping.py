"""One preference is stopped, and a person names the owner of what was stopped."""

from dataclasses import replace

from app.domain.moves import Outcome, Stage
from app.domain.ownership import NOBODY, State
from app.services.recovering import HIGHEST, RAISED_BY
from tests.services.stops import named, outlast, recovered, refused, stopped, told
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, RX, VA_GOV, World


def test_a_move_that_was_frozen_when_one_preference_was_stopped_can_be_called_off(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX))
    stopped(world, ALERTS, 5)
    world.call_off(move.id)
    assert (world.row(RX).state, world.row(RX).owner) == (State.HELD, MHV)


def test_a_move_whose_freeze_or_activation_comes_during_the_wait_is_called_off(world: World) -> None:
    world.adopt()
    driver = world.driver()
    first = world.bring_to(Stage.CATCH_UP, world.start(VA_GOV, RX), driver)
    second = world.bring_to(Stage.FREEZE, world.start(VA_GOV, IMAGES), driver)
    stopped(world, ALERTS, 5)
    assert [world.finish(move, driver).outcome for move in (first, second)] == [Outcome.CALLED_OFF] * 2
    assert {row.owner for row in world.rows(RX, IMAGES).values()} == {MHV}


def test_a_person_names_the_owner_under_a_new_epoch_and_it_goes_on_from_there(world: World) -> None:
    world.adopt()
    recovered(world)
    outlast(world)
    named(world, RX, VA_GOV)
    row = world.row(RX)
    assert (row.state, row.owner, row.epoch, row.route.write_to) == (State.HELD, VA_GOV, RAISED_BY + 2, VA_GOV)
    both = told(world, "name")["preferences"][RX]
    assert (both["before"]["owner"], both["after"]["owner"]) == ("mhv", "va_gov")
    world.flip(NOBODY, RX)
    assert world.row(RX).state is State.RETIRED


def test_a_name_that_was_decided_on_a_stale_epoch_is_refused(world: World) -> None:
    world.adopt()
    recovered(world)
    outlast(world)
    assert refused(lambda: named(world, RX, VA_GOV, expect=1)).code == "epoch_stale"
    named(world, RX, MHV)
    assert refused(lambda: named(world, RX, VA_GOV, expect=RAISED_BY + 1)).code == "epoch_stale"
    assert refused(lambda: named(world, RX, VA_GOV)).code == "transition_illegal"
    assert world.row(RX).owner is MHV


def test_a_stop_of_one_preference_is_higher_than_here_and_elsewhere_and_leaves_the_others(world: World) -> None:
    world.adopt()
    stopped(world, RX, 40)
    assert (world.row(RX).state, world.row(RX).epoch) == (State.STOPPED, 41)
    stopped(world, RX, 7)
    assert (world.row(RX).state, world.row(RX).epoch) == (State.STOPPED, 42)
    assert world.row(ALERTS) == replace(world.row(ALERTS), state=State.HELD, epoch=1)
    assert world.head.stopped == world.head.revision
    assert told(world, "stop")["epoch_seen_elsewhere"] == 7


def test_a_stop_of_one_that_nobody_writes_only_raises_its_epoch(world: World) -> None:
    world.adopt(RX)
    world.flip(NOBODY, RX)
    stopped(world, RX, 40)
    stopped(world, NEWS, 9)
    assert [(row.state, row.epoch) for row in world.rows(RX, NEWS).values()] == [
        (State.RETIRED, 41),
        (State.UNOWNED, 10),
    ]


def test_an_epoch_that_cannot_be_stored_stops_a_preference_all_the_same(world: World) -> None:
    world.adopt()
    stopped(world, RX, HIGHEST)
    assert (world.row(RX).state, world.row(RX).epoch) == (State.STOPPED, 2)


def test_a_stop_calls_the_move_of_a_preference_off_and_its_others_go_back(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX, ALERTS))
    assert stopped(world, RX, 3).moves == (move.id,)
    assert world.move(move.id).outcome is Outcome.CALLED_OFF
    assert world.row(RX).state is State.STOPPED
    assert (world.row(ALERTS).state, world.row(ALERTS).owner) == (State.HELD, MHV)
