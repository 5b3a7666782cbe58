"""Checks while a new owner is watched: asked again and again, by one process at a time, until the last ones pass."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from app.domain.moves import Move, Outcome, Stage
from app.services.baking import FAILS_IN_A_ROW, failing, has_failed
from app.services.driving import Driver
from app.services.flags import FlagAnswer, FlagState
from tests.services.world import RX, VA_GOV, World

CHECK = "unleash_flag:rx_on_va_gov"
HOUR = timedelta(hours=1)
EVERY = 60.0
"""Seconds between two askings in an hour's bake."""


class Flag:
    """A FlagPort with one flag. `asked` counts, `during` is called while it is being asked."""

    def __init__(self) -> None:
        self.state, self.asked = FlagState.ON, 0
        self.during: Callable[[], object] = lambda: None

    def ask(self, flag: str) -> FlagAnswer:
        """See FlagPort."""
        self.asked += 1
        self.during()
        return FlagAnswer(self.state, f"The flag {flag} is {self.state}.")


@pytest.fixture
def flag(world: World) -> Flag:
    """The flag that the check of the watched moves asks."""
    world.adopt()
    world.flags = found = Flag()
    return found


def watched(world: World, **terms: object) -> Move:
    """A move whose new owner is watched for an hour, and whose checks were not asked in that yet."""
    told = {"bake": HOUR, "checks": (CHECK,), **terms}
    return world.bring_to(Stage.WATCH, world.start(VA_GOV, RX, **told))


def look(world: World, move: Move, times: int = 1, driver: Driver | None = None) -> float | None:
    """Let some process look at a move so often; seconds until the next look."""
    seconds: float | None = None
    for _ in range(times):
        seconds = (driver or world.driver()).advance(move.id)
    return seconds


def asks(world: World, move: Move, times: int = 1) -> None:
    """So many times it is time to ask, and it is asked."""
    for _ in range(times):
        assert look(world, move) == 0.0
        world.clock.advance(EVERY)


def verdicts(move: Move) -> Sequence[str]:
    """The last answers."""
    return [one["verdict"] for one in move.record(Stage.WATCH).detail["answers"]]


def test_checks_are_asked_when_the_new_owner_begins_and_then_each_tenth_of_the_bake_or_minute(
    world: World, flag: Flag
) -> None:
    move, before = watched(world), flag.asked
    assert look(world, move) == 0.0
    assert flag.asked == before + 1
    assert look(world, move) == EVERY
    world.clock.advance(59)
    assert (look(world, move), flag.asked) == (1.0, before + 1)
    world.clock.advance(1)
    assert (look(world, move), flag.asked) == (0.0, before + 2)


@pytest.mark.parametrize(("bake", "every"), [(3.0, 1.0), (50.0, 5.0), (86400.0, 60.0)])
def test_a_short_bake_is_asked_about_more_often_and_never_more_than_once_a_second(
    world: World, flag: Flag, bake: float, every: float
) -> None:
    move = watched(world, bake=timedelta(seconds=bake))
    look(world, move)
    assert look(world, move) == every
    assert flag.asked == 2


@pytest.mark.parametrize(("before_the_end", "left"), [(30.0, 30.0), (0.5, 1.0)])
def test_the_last_asking_is_at_the_end_of_the_bake_time_and_never_within_a_second(
    world: World, flag: Flag, before_the_end: float, left: float
) -> None:
    move = watched(world)
    world.clock.advance(3600 - before_the_end)
    assert (look(world, move), look(world, move)) == (0.0, left)


def test_a_check_that_is_for_before_a_move_is_not_asked_while_it_is_watched(world: World, flag: Flag) -> None:
    move = watched(world, checks=())
    before = flag.asked
    assert look(world, move) == HOUR.total_seconds()
    assert world.move(move.id).record(Stage.WATCH).detail == {}
    assert flag.asked == before


def test_a_move_without_a_bake_time_asks_nothing_after_it_began(world: World, flag: Flag) -> None:
    assert world.flip(VA_GOV, RX, checks=(CHECK,)).outcome is Outcome.DONE
    assert flag.asked == 1


def test_what_was_found_stands_in_the_move(world: World, flag: Flag) -> None:
    move = watched(world)
    flag.state = FlagState.OFF
    asks(world, move)
    found = world.move(move.id)
    assert verdicts(found) == ["fail"]
    assert failing(found) == 1
    assert found.record(Stage.WATCH).detail["in_the_way"] == "The flag rx_on_va_gov is off."


def test_the_watch_ends_with_answers_of_after_the_bake_time(world: World, flag: Flag) -> None:
    move = watched(world)
    asks(world, move)
    before = flag.asked
    world.clock.advance(3 * 3600)
    assert look(world, move) == 0.0
    assert (flag.asked, world.move(move.id).outcome) == (before + 1, None)
    assert look(world, move) is None
    assert (flag.asked, world.move(move.id).outcome) == (before + 1, Outcome.DONE)


@pytest.mark.parametrize("state", [FlagState.OFF, FlagState.UNKNOWN])
def test_the_watch_does_not_end_while_the_last_answers_do_not_pass(world: World, flag: Flag, state: FlagState) -> None:
    move = watched(world)
    world.clock.advance(3590)
    flag.state = state
    asks(world, move, 5)
    assert world.move(move.id).outcome is None
    flag.state = FlagState.ON
    asks(world, move)
    assert look(world, move) is None
    assert world.move(move.id).outcome is Outcome.DONE


@pytest.mark.parametrize("state", [FlagState.OFF, FlagState.UNKNOWN])
def test_three_in_a_row_that_do_not_pass_are_a_failure_and_fewer_are_none(
    world: World, flag: Flag, state: FlagState
) -> None:
    move = watched(world)
    flag.state = state
    asks(world, move, FAILS_IN_A_ROW - 1)
    assert has_failed(world.move(move.id)) is None
    flag.state = FlagState.ON
    asks(world, move)
    flag.state = state
    asks(world, move, FAILS_IN_A_ROW - 1)
    assert has_failed(world.move(move.id)) is None
    asks(world, move)
    assert has_failed(world.move(move.id)) == f"The flag rx_on_va_gov is {state}."


def test_a_failure_stays_one_when_later_answers_pass_until_a_person_lets_it_go_on(world: World, flag: Flag) -> None:
    move = watched(world)
    flag.state = FlagState.OFF
    asks(world, move, FAILS_IN_A_ROW)
    flag.state = FlagState.ON
    asks(world, move, 2)
    assert has_failed(world.move(move.id)) == "The flag rx_on_va_gov is off."
    with world.store.writing() as unit:
        unit.moves.save(world.move(move.id).note(Stage.WATCH, failing=0, in_the_way=""))
    asks(world, move)
    assert has_failed(world.move(move.id)) is None


def test_known_failure_17_what_a_person_lets_go_on_is_asked_again_before_the_watch_ends(
    world: World, flag: Flag
) -> None:
    move = watched(world)
    world.clock.advance(3600)
    flag.state = FlagState.OFF
    asks(world, move, FAILS_IN_A_ROW)
    with world.store.writing() as unit:
        unit.moves.save(world.move(move.id).note(Stage.WATCH, failing=0, in_the_way=""))
    before = flag.asked
    asks(world, move)
    assert flag.asked == before + 1
    assert world.move(move.id).outcome is None
    assert failing(world.move(move.id)) == 1
