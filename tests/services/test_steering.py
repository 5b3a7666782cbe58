"""What a person does about a plan that runs, and about its steps. What is accepted does something."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.moves import Outcome, Stage
from app.domain.plans import NoticeTerms, OnFailure, PlanState, Step, StepState
from app.services.scheduling import Ticked
from tests.fakes.clock import BEGINNING
from tests.services.acts import ANN, Acts
from tests.services.timetable import Timetable, plan
from tests.services.world import ALERTS, IMAGES, MHV, RX, VA_GOV, World

HOUR = timedelta(hours=1)
FIRST = Step("first", (RX,), VA_GOV)
SECOND = Step("second", (ALERTS,), VA_GOV, needs_steps=("first",))
OTHER = Step("other", (ALERTS,), VA_GOV, not_before=BEGINNING + 3 * HOUR)
NOTICE = NoticeTerms(timedelta(days=14), timedelta(0), "From {date}.")
CHECKED = replace(FIRST, checks=("systems_reachable", "confirmed:ready"), approvals=1)


def playing(world: World, *steps: Step) -> tuple[Timetable, Acts]:
    """A plan of these steps that runs, and who acts on it."""
    times = Timetable(world, plan(*steps))
    return times, Acts(times)


def told_of(world: World) -> set[str]:
    """The steps of which Veterans are told something."""
    with world.store.reading() as unit:
        return {one.step for one in unit.announcements.all()}


def activated(world: World, times: Timetable) -> None:
    """Carry the move of the first step on until it is activated."""
    driver = world.driver()
    while times.move("first").activated is None:
        driver.advance(times.move("first").id)


def test_while_a_plan_is_paused_no_step_starts(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.plan("pause")
    assert times.tick(3) == Ticked()
    assert (times.state("first"), times.row().state) == (StepState.WAITING, PlanState.PAUSED)
    assert world.ledger[-1].act == "plan_paused"


def test_a_move_under_way_goes_on_while_its_plan_is_paused_and_its_step_follows_when_it_is_resumed(
    world: World,
) -> None:
    times, acts = playing(world, FIRST, SECOND)
    times.tick()
    acts.plan("pause")
    assert world.finish(times.move("first")).outcome is Outcome.DONE
    assert times.tick() == Ticked()
    acts.plan("resume")
    assert times.tick().ended == ("plan/first",)
    assert times.tick().started == ("plan/second",)


def test_a_paused_plan_tells_veterans_nothing_and_a_resumed_one_tells_them_again(world: World) -> None:
    times, acts = playing(world, replace(OTHER, notice=NOTICE))
    times.tick()
    assert told_of(world) == {"other"}
    acts.plan("pause")
    assert told_of(world) == set()
    times.tick()
    acts.plan("resume")
    assert told_of(world) == {"other"}, "its time is as it was, so that no tick has a reason to tell it"


def test_of_a_resumed_plan_a_step_whose_time_has_passed_is_held_and_the_others_go_on(world: World) -> None:
    times, acts = playing(world, FIRST, OTHER)
    acts.plan("pause")
    world.clock.advance(2 * 3600)
    acts.plan("resume")
    assert times.tick() == Ticked(held=("plan/first",))
    assert "has passed" in str(times.step("first").why)
    world.clock.advance(3600)
    assert times.tick().started == ("plan/other",)


@pytest.mark.parametrize("stage", [Stage.CHECK, Stage.FREEZE, Stage.DRAIN, Stage.CATCH_UP])
def test_a_cancelled_plan_calls_off_its_move_before_the_activation(world: World, stage: Stage) -> None:
    times, acts = playing(world, FIRST, SECOND)
    times.tick()
    world.bring_to(stage, times.move("first"))
    acts.plan("cancel")
    assert (times.move("first").outcome, world.row(RX).owner) == (Outcome.CALLED_OFF, MHV)
    assert [step.state for step in times.row().steps] == [StepState.CANCELLED, StepState.CANCELLED]
    assert world.ledger[-1].body == {"plan": "plan", "called_off": [times.move("first").id]}
    assert times.tick(3) == Ticked()


def test_of_a_cancelled_plan_what_is_done_and_what_is_activated_stays(world: World) -> None:
    done, last = Step("done", (IMAGES,), VA_GOV), replace(SECOND, needs_steps=("first", "done"))
    times, acts = playing(world, replace(FIRST, bake=HOUR), done, last)
    times.tick()
    world.finish(times.move("done"))
    activated(world, times)
    times.tick()
    assert times.state("first") is StepState.WATCHING
    acts.plan("cancel")
    assert [step.state for step in times.row().steps] == [StepState.DONE, StepState.DONE, StepState.CANCELLED]
    assert (world.row(RX).owner, world.row(IMAGES).owner) == (VA_GOV, VA_GOV)
    assert world.ledger[-1].body["called_off"] == []


def test_a_step_whose_move_was_taken_back_is_not_called_done_by_the_cancel(world: World) -> None:
    times, acts = playing(world, replace(FIRST, bake=HOUR))
    times.tick()
    activated(world, times)
    world.finish(world.undo(times.move("first").id))
    acts.plan("cancel")
    assert times.state("first") is StepState.UNDONE


def test_a_cancelled_plan_tells_veterans_nothing_and_frees_its_preferences(world: World) -> None:
    times, acts = playing(world, replace(OTHER, notice=NOTICE))
    times.tick()
    acts.plan("cancel")
    assert told_of(world) == set()
    times.start(plan(replace(OTHER, not_before=None), key="next"))
    assert times.tick().started == ("next/other",)


def test_known_failure_17_a_paused_plan_that_is_cancelled_ends(world: World) -> None:
    times, acts = playing(world, FIRST, SECOND)
    times.tick()
    acts.plan("pause")
    acts.plan("cancel")
    assert times.row().state is PlanState.CANCELLED
    assert times.move("first").outcome is Outcome.CALLED_OFF
    head = world.head
    assert (times.tick(3), world.head) == (Ticked(), head)


def test_known_failure_17_a_retried_step_asks_its_checks_again(world: World) -> None:
    world.systems[VA_GOV].down = "It is closed."
    times, acts = playing(world, replace(FIRST, checks=("systems_reachable",)))
    times.tick()
    world.clock.advance(2 * 3600)
    assert times.tick().held == ("plan/first",)
    acts.step("retry")
    times.tick()
    assert (times.state("first"), world.ledger[-1].act) == (StepState.DUE, "step_retried")
    assert "It is closed." in str(times.step("first").why)
    world.systems[VA_GOV].down = None
    world.clock.advance(16)
    assert times.tick().started == ("plan/first",)


def test_a_retried_step_takes_its_next_opening_from_now(world: World) -> None:
    times, acts = playing(world, FIRST)
    world.clock.advance(5 * 3600)
    times.tick()
    acts.plan("pause")
    acts.step("retry")
    assert (times.step("first").anew, times.step("first").why) == (BEGINNING + 5 * HOUR, None)
    world.clock.advance(1800)
    acts.plan("resume")
    assert times.tick().started == ("plan/first",)
    assert times.step("first").until == BEGINNING + 6 * HOUR


def test_a_step_whose_move_was_called_off_starts_another_one_when_it_is_retried(world: World) -> None:
    times, acts = playing(world, FIRST)
    times.tick()
    old = times.move("first").id
    world.call_off(old)
    times.tick()
    acts.step("retry")
    assert times.step("first").move is None
    assert times.tick().started == ("plan/first",)
    assert times.move("first").id > old
    assert world.finish(times.move("first")).outcome is Outcome.DONE


@pytest.mark.parametrize("on_failure", OnFailure)
def test_a_step_that_failed_while_it_was_watched_is_watched_again(world: World, on_failure: OnFailure) -> None:
    times, acts = playing(world, replace(FIRST, checks=("systems_reachable",), bake=HOUR, on_failure=on_failure))
    times.tick()
    activated(world, times)
    driver, move = world.driver(), times.move("first").id
    times.tick()
    world.systems[VA_GOV].down = "It burns."
    for _ in range(10):
        world.clock.advance(120)
        driver.advance(move)
    assert times.tick().held == ("plan/first",)
    world.systems[VA_GOV].down = None
    acts.step("retry")
    assert (times.state("first"), times.step("first").move) == (StepState.WATCHING, move)
    assert times.tick() == Ticked(), "what was found before the retry counts no more"
    if on_failure is OnFailure.HOLD:
        world.clock.advance(7200)
        world.finish(times.move("first"), driver)
        assert times.tick().ended == ("plan/first",)


@pytest.mark.parametrize("state", [StepState.WAITING, StepState.DUE, StepState.HELD])
def test_those_that_need_a_skipped_step_go_on(world: World, state: StepState) -> None:
    times, acts = playing(world, replace(FIRST, approvals=1), SECOND)
    acts.put(state)
    acts.step("skip")
    assert (times.state("first"), world.ledger[-1].act) == (StepState.SKIPPED, "step_skipped")
    assert times.tick().started == ("plan/second",)
    assert world.row(RX).owner is MHV


OPEN = {StepState.WAITING, StepState.DUE, StepState.HELD}
STEP_ACTS: dict[str, tuple[set[StepState], Callable[[Acts], None]]] = {
    "retry": ({StepState.HELD}, lambda acts: acts.step("retry")),
    "skip": (OPEN, lambda acts: acts.step("skip")),
    "reschedule": (OPEN, lambda acts: acts.reschedule(BEGINNING + HOUR)),
    "approve": (OPEN, lambda acts: acts.step("approve", by=ANN)),
    "confirm": (OPEN, lambda acts: acts.confirm("ready")),
    "override a check": (OPEN | {StepState.RUNNING, StepState.WATCHING}, lambda acts: acts.override("confirmed:ready")),
    "override approvals": (OPEN, lambda acts: acts.override("approvals")),
}


@pytest.mark.parametrize("state", StepState)
@pytest.mark.parametrize("act", STEP_ACTS)
def test_known_failure_17_an_act_on_a_step_does_something_or_is_refused(
    sqlite_world: World, act: str, state: StepState
) -> None:
    times, acts = playing(sqlite_world, CHECKED)
    acts.put(state)
    allowed, do = STEP_ACTS[act]
    if state in allowed:
        before, head = times.row(), sqlite_world.head
        do(acts)
        assert times.row().version > before.version
        assert sqlite_world.head.number == head.number + 1
    else:
        refused = acts.refused("step_state", lambda: do(acts))
        assert refused.facts == {"state": state, "step": "first"}


@pytest.mark.parametrize("state", [state for state in PlanState if state is not PlanState.DRAFT])
@pytest.mark.parametrize("act", ["pause", "resume", "cancel"])
def test_known_failure_17_an_act_on_a_plan_does_something_or_is_refused(
    world: World, act: str, state: PlanState
) -> None:
    allowed = {"pause": {"running"}, "resume": {"paused"}, "cancel": {"running", "paused"}}[act]
    times, acts = playing(world, CHECKED)
    if state is PlanState.DONE:
        acts.step("skip")
        times.tick()
    elif state is not PlanState.RUNNING:
        acts.plan({PlanState.PAUSED: "pause", PlanState.CANCELLED: "cancel"}[state])
    if state in allowed:
        acts.plan(act)
        assert times.row().state is not state
    else:
        assert acts.refused("plan_state", lambda: acts.plan(act)).facts == {"state": state}
