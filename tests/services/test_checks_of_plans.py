"""What checks do to a plan's step: asked when it is due, again when its move begins, and again in its bake."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.moves import Outcome, Stage
from app.domain.plan_gates import Kind, SignOff, basis_of
from app.domain.plans import OnFailure, Step, StepState
from app.services.baking import FAILS_IN_A_ROW
from app.services.flags import FlagState
from tests.services.test_baking import CHECK, EVERY, HOUR, Flag
from tests.services.timetable import Timetable, plan
from tests.services.world import MHV, RX, VA_GOV, World

STEP = Step("first", (RX,), VA_GOV, bake=HOUR, checks=(CHECK,))
ASK_AGAIN = 15.0


@pytest.fixture
def flag(world: World) -> Flag:
    """The flag that the check of the steps asks."""
    world.flags = found = Flag()
    return found


def override(world: World, times: Timetable, name: str = CHECK) -> None:
    """An administrator overrides one check of the step."""
    with world.store.writing() as unit:
        row = times.row()
        unit.ledger.lock()
        told = (Kind.OVERRIDE, "plan/first", name, basis_of(row, "first"), "token:admin", "It was agreed.", unit.now())
        assert unit.sign_offs.add(SignOff(0, *told))


def begun(world: World, times: Timetable) -> int:
    """The step's move, whose new owner is watched."""
    times.tick(2)
    world.bring_to(Stage.WATCH, times.move("first"))
    times.tick()
    assert times.state("first") is StepState.WATCHING
    return times.move("first").id


def fail(world: World, flag: Flag, number: int, often: int, state: FlagState = FlagState.OFF) -> None:
    """So many answers in a row do not pass."""
    flag.state = state
    for _ in range(often):
        world.driver().advance(number)
        world.clock.advance(EVERY)


@pytest.mark.parametrize("state", [FlagState.OFF, FlagState.UNKNOWN])
def test_a_due_step_waits_with_what_its_check_found_and_is_asked_again(
    world: World, flag: Flag, state: FlagState
) -> None:
    flag.state = state
    times = Timetable(world, plan(STEP))
    times.tick(3)
    assert (times.state("first"), times.step("first").why) == (StepState.DUE, f"The flag rx_on_va_gov is {state}.")
    assert times.step("first").move is None
    flag.state = FlagState.ON
    times.tick()
    assert times.state("first") is StepState.DUE, "it was asked a moment ago"
    world.clock.advance(ASK_AGAIN)
    assert times.tick().started == ("plan/first",)


@pytest.mark.parametrize("state", [FlagState.OFF, FlagState.UNKNOWN])
def test_known_failure_5_a_check_is_asked_again_when_its_move_begins(
    world: World, flag: Flag, state: FlagState
) -> None:
    times = Timetable(world, plan(STEP))
    times.tick(2)
    assert (times.state("first"), flag.asked) == (StepState.RUNNING, 1), "it passed when the step was due"
    flag.state = state
    before = world.row(RX)
    move = world.finish(times.move("first"))
    assert flag.asked == 2
    assert (move.outcome, move.frozen, world.row(RX)) == (Outcome.CALLED_OFF, None, before)
    assert times.tick().held == ("plan/first",)
    assert f"The flag rx_on_va_gov is {state}." in (times.step("first").why or "")


def test_known_failure_5_an_answer_that_is_too_old_when_the_freeze_comes_is_asked_for_once_more(
    world: World, flag: Flag
) -> None:
    times = Timetable(world, plan(STEP))
    times.tick(2)
    world.bring_to(Stage.FREEZE, times.move("first"))
    world.clock.advance(11)
    flag.state = FlagState.OFF
    move = world.finish(times.move("first"))
    assert (move.outcome, move.frozen, world.row(RX).owner) == (Outcome.CALLED_OFF, None, MHV)


@pytest.mark.parametrize("state", [FlagState.OFF, FlagState.UNKNOWN])
def test_three_answers_in_a_row_that_do_not_pass_hold_the_step_and_two_do_not(
    world: World, flag: Flag, state: FlagState
) -> None:
    times = Timetable(world, plan(STEP))
    number = begun(world, times)
    fail(world, flag, number, FAILS_IN_A_ROW - 1, state)
    times.tick(2)
    assert times.state("first") is StepState.WATCHING
    fail(world, flag, number, 1, state)
    assert times.tick().held == ("plan/first",)
    assert f"The flag rx_on_va_gov is {state}." in (times.step("first").why or "")
    assert world.row(RX).owner is VA_GOV, "a person decides"
    with world.store.reading() as unit:
        assert [one.id for one in unit.moves.latest(10)] == [number]


@pytest.mark.parametrize("late", [False, True], ids=["seen at once", "seen after the watch has ended"])
def test_a_failure_is_not_overlooked_by_who_ticks_seldom(world: World, flag: Flag, late: bool) -> None:
    times = Timetable(world, plan(STEP))
    number = begun(world, times)
    fail(world, flag, number, FAILS_IN_A_ROW)
    flag.state = FlagState.ON
    if late:
        world.clock.advance(3600)
        assert world.finish(world.move(number)).outcome is Outcome.DONE
    assert times.tick().held == ("plan/first",)
    assert "The flag rx_on_va_gov is off." in (times.step("first").why or "")


def test_a_step_whose_plan_says_so_is_undone_when_its_checks_fail(world: World, flag: Flag) -> None:
    times = Timetable(world, plan(replace(STEP, on_failure=OnFailure.UNDO)))
    number = begun(world, times)
    fail(world, flag, number, FAILS_IN_A_ROW)
    assert times.tick().held == ("plan/first",)
    with world.store.reading() as unit:
        back = unit.moves.latest(1)[0]
    assert (back.terms.undoes, back.terms.actor) == (number, "scheduler")
    assert f"Move {back.id} takes it back." in (times.step("first").why or "")
    times.tick(3)
    with world.store.reading() as unit:
        assert unit.moves.latest(1)[0].id == back.id, "it is undone once"
    world.finish(back)
    assert times.tick().ended == ("plan/first",)
    assert (times.state("first"), world.row(RX).owner) == (StepState.UNDONE, MHV)


def test_an_overridden_check_lets_the_step_go_on_and_its_answer_is_kept(world: World, flag: Flag) -> None:
    flag.state = FlagState.OFF
    times = Timetable(world, plan(STEP))
    times.tick(2)
    override(world, times)
    world.clock.advance(ASK_AGAIN)
    assert times.tick().started == ("plan/first",)
    world.bring_to(Stage.WATCH, times.move("first"))
    told = times.move("first").record(Stage.CHECK).detail["answers"]
    answer = {"check": CHECK, "verdict": "fail", "sentence": "The flag rx_on_va_gov is off.", "overridden": True}
    assert answer in told
    assert [one["check"] for one in told if "overridden" in one] == [CHECK]
    fail(world, flag, times.move("first").id, FAILS_IN_A_ROW)
    assert times.move("first").record(Stage.WATCH).detail["answers"] == [answer]
    times.tick()
    assert times.state("first") is StepState.WATCHING
    world.clock.advance(3600)
    world.finish(times.move("first"))
    times.tick()
    assert times.state("first") is StepState.DONE


def test_an_override_of_one_check_lets_no_other_pass(world: World, flag: Flag) -> None:
    flag.state = FlagState.OFF
    times = Timetable(world, plan(replace(STEP, checks=(CHECK, "milestone_reached:live"))))
    times.tick(2)
    override(world, times)
    override(world, times, "systems_reachable")
    world.clock.advance(ASK_AGAIN)
    times.tick()
    assert times.state("first") is StepState.DUE
    assert times.step("first").why == "There is no milestone live in milestones.toml."


def test_a_confirmation_passes_until_it_expires(world: World) -> None:
    times = Timetable(world, plan(replace(STEP, checks=("confirmed:seen",))))
    times.tick(2)
    assert times.step("first").why == "Nobody has confirmed seen of step first."
    with world.store.writing() as unit:
        unit.ledger.lock()
        expires = unit.now() + timedelta(seconds=60)
        unit.sign_offs.add(
            SignOff(0, Kind.CONFIRMATION, "plan/first", "seen", "", "token:pm", "Ticket 1.", unit.now(), expires)
        )
    world.clock.advance(ASK_AGAIN)
    assert times.tick().started == ("plan/first",)
    world.clock.advance(60)
    assert world.finish(times.move("first")).outcome is Outcome.CALLED_OFF
