"""Steps under a stop: none starts, each waits for the stop by name, and a person decides on what came too late."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from app.domain.moves import Outcome
from app.domain.plans import OnFailure, Plan, Step, StepState
from app.services.checks.asking import Checks
from app.services.planning.stopping import lift, stop_all, unlock
from app.services.planning.surroundings import Surroundings
from app.services.scheduling import Scheduler, Ticked
from tests.services.test_stopping_moves import ONCALL, in_unit, locked, stop
from tests.services.timetable import Timetable, plan
from tests.services.world import ADMIN, ALERTS, MHV, RX, VA_GOV, World

HOUR = timedelta(hours=1)
FIRST = Step("first", (RX,), VA_GOV, late=HOUR)
OTHER = Step("other", (ALERTS,), VA_GOV, late=HOUR)


def waits(times: Timetable, one: Plan, name: str) -> list[tuple[str, str, str | None]]:
    """What a step waits for: kind, words, command."""
    world = times.world
    with world.store.reading() as unit:
        seen = Surroundings.of(unit, one, times.row(one.key), world.files, world.milestones)
    return [(wait.kind, wait.words, wait.command) for wait in seen.decide(one.step(name)).waits]


def test_under_a_stop_no_step_starts_and_each_waits_for_it_by_name(world: World) -> None:
    one = plan(FIRST, OTHER)
    times = Timetable(world, one)
    stop(world)
    assert times.tick(3) == Ticked()
    words = "the stop of everything to be lifted, which is by token:oncall: “The errors grow.”"
    assert waits(times, one, "first") == [("stop", words, "cutover resume --reason …")]
    in_unit(world, lambda unit: lift(unit, ADMIN))
    assert times.tick().started == ("plan/first", "plan/other")


def test_a_lock_stops_the_steps_of_its_preference_alone(world: World) -> None:
    one = plan(FIRST, OTHER)
    times = Timetable(world, one)
    locked(world, RX)
    assert times.tick().started == ("plan/other",)
    assert [command for _, _, command in waits(times, one, "first")] == [f"cutover unlock {RX} --reason …"]
    in_unit(world, lambda unit: unlock(unit, RX, ADMIN))
    assert times.tick().started == ("plan/first",)


def test_a_step_that_only_changes_surfaces_is_stopped_too(world: World) -> None:
    times = Timetable(world, plan(replace(FIRST, to=None, surfaces=("mhv_feature_page",))))
    stop(world)
    assert times.tick() == Ticked()
    assert world.row(RX).surfaces == ("mhv_profile",)
    in_unit(world, lambda unit: lift(unit, ADMIN))
    assert times.tick().ended == ("plan/first",)


def test_a_stopped_step_is_held_when_its_time_passes(world: World) -> None:
    times = Timetable(world, plan(FIRST))
    stop(world)
    times.tick()
    world.clock.advance(HOUR.total_seconds() + 1)
    assert times.tick().held == ("plan/first",)
    assert "has passed" in str(times.step("first").why)
    in_unit(world, lambda unit: lift(unit, ADMIN))
    assert times.tick() == Ticked(), "it never runs at a surprising hour"


def test_a_step_that_was_due_when_everything_was_stopped_does_not_start(world: World) -> None:
    world.systems[VA_GOV].down = "It is closed."
    times = Timetable(world, plan(replace(FIRST, checks=("systems_reachable",))))
    times.tick()
    assert times.state("first") is StepState.DUE
    stop(world)
    world.systems[VA_GOV].down = None
    world.clock.advance(60.0)
    assert times.tick() == Ticked()
    in_unit(world, lambda unit: lift(unit, ADMIN))
    assert times.tick().started == ("plan/first",)


def test_a_stop_that_comes_while_a_steps_checks_are_asked_is_in_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = Timetable(world, plan(replace(FIRST, checks=("systems_reachable",))))
    ask = Checks.ask

    def slowly(checks: Checks, *asked: object) -> object:
        answers = ask(checks, *asked)  # type: ignore[arg-type]  # handed on as it came
        stop(world)
        return answers

    monkeypatch.setattr(Checks, "ask", slowly)
    assert Scheduler(world.store, times, world.checks()).tick(world.files) == Ticked()
    with world.store.reading() as unit:
        assert unit.moves.latest(1) == []


def test_a_step_whose_move_was_called_off_by_a_stop_is_held_and_says_by_whom(world: World) -> None:
    times = Timetable(world, plan(FIRST))
    times.tick()
    stop(world)
    assert times.move("first").outcome is Outcome.CALLED_OFF
    assert times.tick().held == ("plan/first",)
    assert "Everything was stopped by token:oncall: The errors grow." in str(times.step("first").why)


def test_a_watched_step_that_fails_is_taken_back_under_a_stop(world: World) -> None:
    checks = ("systems_reachable",)
    times = Timetable(world, plan(replace(FIRST, bake=HOUR, checks=checks, on_failure=OnFailure.UNDO)))
    times.tick()
    driver = world.driver()
    for _ in range(20):
        driver.advance(times.move("first").id)
    assert times.move("first").activated is not None
    in_unit(world, partial(stop_all, by=ONCALL))
    world.systems[VA_GOV].down = "It burns."
    for _ in range(10):
        world.clock.advance(120.0)
        driver.advance(times.move("first").id)
    times.tick()
    assert times.state("first") is StepState.HELD
    assert "takes it back" in str(times.step("first").why)
    world.systems[VA_GOV].down = None
    with world.store.reading() as unit:
        [undo] = [one for one in unit.moves.unfinished() if one.terms.undoes]
    world.finish(undo)
    assert world.row(RX).owner is MHV
