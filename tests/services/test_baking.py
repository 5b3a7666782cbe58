"""Checks while a new owner is watched: asked again and again, by one process at a time, until the last ones pass."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from app.domain.moves import Move, Outcome, Stage
from app.services.baking import FAILS_IN_A_ROW, LEFT_ALONE, failing, has_failed
from app.services.driving import Driver
from app.services.flags import FlagAnswer, FlagState
from app.services.store import Lost, Unreachable
from tests.services.world import MHV, RX, VA_GOV, World

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
