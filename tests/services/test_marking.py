"""Bare marks, of systems without a fence: asked for again for a while, and never the rule."""

from typing import Any

import pytest

from app.domain.leases import MARK_WITHIN
from app.domain.moves import Move, Outcome, Stage
from app.services.driving import MARK_AGAIN, Driver
from app.services.systems import Failed
from tests.services.world import MHV, RX, VA_GOV, World, limit


class Faulty:
    """A system that fails when it is asked for its mark; `times` counts how often it was asked."""

    def __init__(self, failures: float) -> None:
        self.failures, self.times = failures, 0

    def __call__(self) -> None:
        self.times += 1
        if self.times <= self.failures:
            raise Failed("it does not answer")


@pytest.fixture
def drained(world: World) -> tuple[Driver, Move]:
    """A move whose drain is over."""
    world.adopt(RX)
    driver = world.driver()
    return driver, world.bring_to(Stage.CATCH_UP, world.start(VA_GOV, RX, **limit(60)), driver)


def marks(world: World) -> Any:
    """What the activation says that it stands on."""
    return next(entry for entry in reversed(world.ledger) if entry.act == "activate").body["marks"]


def test_a_system_that_keeps_no_marks_is_told_as_such_at_once(world: World, drained: tuple[Driver, Move]) -> None:
    driver, move = drained
    world.systems[MHV].keeps_marks = False
    world.systems[MHV].on_mark = asked = Faulty(0)
    world.finish(move, driver)
    assert marks(world) == {"mhv": None, "va_gov": {RX: 1}}
    assert asked.times == 1


def test_a_system_that_does_not_answer_is_asked_again_and_the_other_one_is_not(
    world: World, drained: tuple[Driver, Move]
) -> None:
    driver, move = drained
    world.systems[MHV].on_mark = other = Faulty(0)
    world.systems[VA_GOV].on_mark = asked = Faulty(2)
    assert [driver.advance(move.id) for _ in range(2)] == [MARK_AGAIN, MARK_AGAIN]
    assert world.move(move.id).stage is Stage.CATCH_UP
    world.finish(move, driver)
    assert marks(world) == {"mhv": {RX: 1}, "va_gov": {RX: 1}}
    assert (other.times, asked.times) == (1, 3)


def test_a_mark_that_cannot_be_had_in_time_stops_no_move_and_the_ledger_says_so(
    world: World, drained: tuple[Driver, Move]
) -> None:
    driver, move = drained
    world.systems[MHV].on_mark = Faulty(1_000_000)
    assert driver.advance(move.id) == MARK_AGAIN
    world.clock.advance(MARK_WITHIN - 0.1)
    assert driver.advance(move.id) == MARK_AGAIN
    world.clock.advance(0.2)
    assert world.finish(move, driver).outcome is Outcome.DONE
    assert marks(world)["mhv"] == "No mark: it does not answer"


def test_the_limit_of_the_freeze_goes_before_any_mark(world: World, drained: tuple[Driver, Move]) -> None:
    driver, move = drained
    world.systems[MHV].on_mark = Faulty(1_000_000)
    driver.advance(move.id)
    world.clock.advance(61)
    assert world.finish(move, driver).outcome is Outcome.CALLED_OFF


def test_another_process_asks_anew_and_for_as_long(world: World, drained: tuple[Driver, Move]) -> None:
    driver, move = drained
    world.systems[MHV].on_mark = Faulty(1_000_000)
    driver.advance(move.id)
    world.clock.advance(MARK_WITHIN)
    assert world.driver().advance(move.id) == MARK_AGAIN


def test_what_was_seen_of_a_move_that_another_process_ended_is_forgotten(
    world: World, drained: tuple[Driver, Move]
) -> None:
    driver, move = drained
    world.finish(move)
    assert driver.drains.seen() == {move.id}
    driver.keep_only([move.id])
    assert driver.drains.seen() == {move.id}
    driver.keep_only([])
    assert driver.drains.seen() == set()
