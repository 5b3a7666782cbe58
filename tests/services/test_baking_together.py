"""Checks while a new owner is watched, where several processes look, or one of them dies while it asks."""

import pytest

from app.domain.moves import Outcome
from app.services.baking import FAILS_IN_A_ROW, LEFT_ALONE, failing
from app.services.flags import FlagState
from app.services.store import Lost, Unreachable
from tests.services.test_baking import EVERY, Flag, asks, look, verdicts, watched
from tests.services.world import MHV, RX, World


@pytest.fixture
def flag(world: World) -> Flag:
    """The flag that the check of the watched moves asks."""
    world.adopt()
    world.flags = found = Flag()
    return found


def test_of_two_processes_that_look_at_once_one_asks(world: World, flag: Flag) -> None:
    move, others = watched(world), list[float | None]()
    before = flag.asked

    def another_looks() -> None:
        flag.during = lambda: None
        others.append(look(world, move))

    flag.during = another_looks
    assert look(world, move) == 0.0
    assert flag.asked == before + 1
    assert others == [LEFT_ALONE.total_seconds()]
    assert failing(world.move(move.id)) == 0
    assert verdicts(world.move(move.id)) == ["pass"]


def test_of_two_processes_that_say_at_once_that_they_ask_one_is_too_late_and_asks_nothing(
    world: World, flag: Flag
) -> None:
    move, before = watched(world), flag.asked
    assert world.driver().baking.watch(move) == 0.0
    with pytest.raises(Lost):
        world.driver().baking.watch(move)
    assert flag.asked == before + 1


def test_another_process_goes_on_with_the_count_where_the_first_one_ended(world: World, flag: Flag) -> None:
    move = watched(world)
    flag.state = FlagState.OFF
    for _ in range(FAILS_IN_A_ROW):
        look(world, move, driver=world.driver())
        world.clock.advance(EVERY)
    assert failing(world.move(move.id)) == FAILS_IN_A_ROW


def test_when_a_process_dies_while_it_asks_another_asks_after_half_a_minute(world: World, flag: Flag) -> None:
    move = watched(world)
    flag.state = FlagState.OFF
    asks(world, move)

    def die() -> None:
        flag.during = lambda: None
        raise SystemExit

    flag.during = die
    with pytest.raises(SystemExit):
        look(world, move)
    before = flag.asked
    world.clock.advance(29)
    assert (look(world, move), flag.asked) == (1.0, before)
    world.clock.advance(1)
    assert (look(world, move), flag.asked) == (0.0, before + 1)
    assert failing(world.move(move.id)) == 2, "the one that died is not counted"


def test_a_process_that_died_while_it_asked_last_does_not_end_the_watch(world: World, flag: Flag) -> None:
    move = watched(world)
    asks(world, move)
    world.clock.advance(3600)

    def die() -> None:
        flag.during = lambda: None
        raise SystemExit

    flag.during = die
    with pytest.raises(SystemExit):
        look(world, move)
    world.clock.advance(LEFT_ALONE.total_seconds())
    flag.state = FlagState.OFF
    assert look(world, move) == 0.0
    assert world.move(move.id).outcome is None


def test_answers_of_a_process_that_took_too_long_are_not_counted(world: World, flag: Flag) -> None:
    move = watched(world)

    def be_overtaken() -> None:
        flag.during = lambda: None
        world.clock.advance(LEFT_ALONE.total_seconds())
        assert look(world, move) == 0.0
        flag.state = FlagState.OFF

    flag.during = be_overtaken
    assert look(world, move) == 0.0
    assert (verdicts(world.move(move.id)), failing(world.move(move.id))) == (["pass"], 0)


def test_a_move_that_is_undone_while_its_checks_are_asked_stays_undone(world: World, flag: Flag) -> None:
    move = watched(world)
    flag.during = lambda: world.finish(world.undo(move.id))
    look(world, move)
    found = world.move(move.id)
    assert (found.outcome, world.row(RX).owner) == (Outcome.DONE, MHV)
    assert found.undone_by is not None


def test_a_database_that_is_away_while_answers_are_written_loses_one_asking_and_no_count(
    world: World, flag: Flag, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = watched(world)
    flag.state = FlagState.OFF

    def away() -> None:
        raise Unreachable("it is away")

    flag.during = lambda: monkeypatch.setattr(world.store, "writing", away)
    with pytest.raises(Unreachable):
        look(world, move)
    monkeypatch.undo()
    flag.during = lambda: None
    world.clock.advance(LEFT_ALONE.total_seconds())
    look(world, move)
    assert failing(world.move(move.id)) == 1
