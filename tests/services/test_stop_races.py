"""A stop beside starts, activations, drivers and other stops: each is before it, or after it."""

from functools import partial

import pytest

from app.domain.moves import Move, Stage
from app.services import moving
from app.services.planning.stopping import Stopped, insisting, lift, stop_all
from app.services.store import Lost, Unit
from tests.services.stops import refused
from tests.services.test_races import race
from tests.services.test_stopping_moves import ONCALL, in_unit, open_moves, stop
from tests.services.world import ADMIN, ALERTS, IMAGES, RX, VA_GOV, World

THREADS = 6


def test_of_a_stop_and_an_activation_at_once_one_is_first_and_no_move_is_left_open(world: World) -> None:
    world.adopt()
    for _ in range(3):
        owner = world.row(RX).owner
        assert owner is not None
        move = world.bring_to(Stage.CATCH_UP, world.start(owner.other, RX))
        answers = race(partial(world.driver()._catch_up, move), partial(stop, world))
        assert isinstance(answers[1], Stopped), answers
        activated, called_off = answers[0] == 0.0, answers[1].moves == (move.id,)
        assert activated != called_off, answers
        assert world.row(RX).owner is (owner.other if activated else owner)
        world.finish(move)
        assert open_moves(world) == []
        in_unit(world, lambda unit: lift(unit, ADMIN))


def test_no_start_slips_between_a_stop_and_the_moves_that_it_calls_off(world: World) -> None:
    world.adopt()
    keys = (RX, ALERTS, IMAGES)
    for _ in range(4):
        wishes = [world.wish(VA_GOV, keys[number % 3]) for number in range(THREADS)]
        answers = race(*[partial(world.ask, wish) for wish in wishes], partial(stop, world))
        did = answers[-1]
        assert isinstance(did, Stopped), answers
        began = {one.id for one in answers if isinstance(one, Move)}
        assert {one for one in answers if isinstance(one, str)} <= {"everything_stopped", "move_open"}, answers
        assert began == set(did.moves)
        assert open_moves(world) == []
        in_unit(world, lambda unit: lift(unit, ADMIN))


def test_of_several_stops_at_once_one_stands(world: World) -> None:
    answers = race(*[partial(stop, world)] * 4)
    assert len([one for one in answers if isinstance(one, Stopped)]) == 1
    assert answers.count("already_stopped") == 3
    assert [entry.act for entry in world.ledger] == ["everything_stopped"]


def test_a_stop_that_was_slower_than_a_driver_is_done_again(world: World) -> None:
    world.adopt()
    move = world.start(VA_GOV, RX)
    tries = []

    def slow(unit: Unit) -> Stopped:
        tries.append(unit)
        if len(tries) == 1:
            raise Lost
        return stop_all(unit, ONCALL)

    assert insisting(world.store, slow).moves == (move.id,)

    def never(_unit: Unit) -> Stopped:
        raise Lost

    with pytest.raises(Lost):
        insisting(world.store, never)


def test_a_start_asks_for_stops_with_the_ledger_locked(postgresql_world: World) -> None:
    """A stop that commits while a start waits for the ledger is seen by that start."""
    world = postgresql_world
    world.adopt()
    wish = world.wish(VA_GOV, RX)
    with world.store.writing() as waits, world.store.writing() as unit:
        waits.moves.unfinished()  # this transaction has begun before the stop
        stop_all(unit, ONCALL)
        unit.connection.commit()
        assert refused(lambda: moving.start(waits, world.files, wish)).code == "everything_stopped"
