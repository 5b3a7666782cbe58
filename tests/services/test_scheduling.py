"""Plans that run: each step happens once, when it is due, and a person decides where one could not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.moves import Outcome
from app.domain.ownership import NOBODY
from app.domain.plans import PlanState, Step, StepState
from app.domain.refusals import Refusal
from app.services.scheduling import Ticked
from tests.fakes.clock import BEGINNING
from tests.services.timetable import Timetable, plan
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, PM, RX, VA_GOV, World, catalogue

HOUR = timedelta(hours=1)
FIRST, SECOND = Step("first", (RX,), VA_GOV), Step("second", (ALERTS,), VA_GOV, needs_steps=("first",))


def test_a_start_copies_the_text_and_the_hash_and_is_told_to_the_ledger(world: World) -> None:
    row = Timetable(world, plan(FIRST, SECOND)).row()
    assert (row.state, row.text, row.hash, row.preferences) == (PlanState.RUNNING, "text of plan", "hash", (RX, ALERTS))
    assert (row.actor, row.reason, row.started) == (PM.actor, PM.reason, BEGINNING)
    assert [(step.id, step.state) for step in row.steps] == [("first", "waiting"), ("second", "waiting")]
    assert (world.ledger[-1].act, world.ledger[-1].body) == ("plan_started", {"plan": "plan", "hash": "hash"})


def test_a_due_step_starts_its_move_with_the_terms_of_the_plan(world: World) -> None:
    step = replace(FIRST, surfaces=("va_gov_profile",), freeze_limit=3 * HOUR, bake=HOUR)
    times = Timetable(world, plan(step))
    assert times.tick().started == ("plan/first",)
    terms = times.move("first").terms
    assert (terms.plan, terms.step, terms.freeze_limit, terms.bake) == ("plan", "first", 3 * HOUR, HOUR)
    assert terms.surfaces == {RX: ("va_gov_profile",)}
    assert (terms.actor, times.move("first").to) == ("scheduler", VA_GOV)


def test_a_step_that_runs_says_since_when_it_runs(world: World) -> None:
    times = Timetable(world, plan(replace(FIRST, not_before=BEGINNING + HOUR)))
    times.tick()
    world.clock.advance(3600 + 60)
    times.tick(2)
    assert (times.state("first"), times.step("first").since) == (StepState.RUNNING, BEGINNING + timedelta(minutes=61))


def test_ticking_again_starts_nothing_twice(world: World) -> None:
    times = Timetable(world, plan(FIRST))
    times.tick(2)
    assert times.tick(5) == Ticked()
    with world.store.reading() as unit:
        assert len(unit.moves.latest(10)) == 1


def test_a_step_is_done_when_its_move_is_and_the_plan_when_every_step_is(world: World) -> None:
    times = Timetable(world, plan(FIRST, SECOND))
    times.tick(2)
    world.finish(times.move("first"))
    assert times.tick().ended == ("plan/first",)
    assert times.row().state is PlanState.RUNNING
    times.tick(2)
    world.finish(times.move("second"))
    assert times.tick().ended == ("plan/second",)
    assert times.row().state is PlanState.DONE
    assert [entry.act for entry in world.ledger[-2:]] == ["step_done", "plan_done"]
    assert times.tick() == Ticked()


def test_a_step_waits_for_every_step_that_it_needs(world: World) -> None:
    last = Step("last", (IMAGES,), VA_GOV, needs_steps=("first", "second"))
    times = Timetable(world, plan(FIRST, replace(SECOND, needs_steps=()), last))
    times.tick(2)
    world.finish(times.move("first"))
    times.tick(3)
    assert (times.state("first"), times.state("last")) == (StepState.DONE, StepState.WAITING)
    world.finish(times.move("second"))
    times.tick(3)
    assert times.state("last") is StepState.RUNNING


def test_a_wait_counts_from_when_the_last_need_was_met(world: World) -> None:
    times = Timetable(world, plan(FIRST, replace(SECOND, wait=HOUR)))
    times.tick(2)
    world.clock.advance(600)
    world.finish(times.move("first"))
    times.tick(2)
    world.clock.advance(3599)
    times.tick(3)
    assert times.state("second") is StepState.WAITING
    assert times.step("second").due == BEGINNING + timedelta(seconds=4200)
    world.clock.advance(1)
    times.tick(2)
    assert times.state("second") is StepState.RUNNING


def test_a_wait_without_needs_counts_from_the_start_of_the_plan(world: World) -> None:
    times = Timetable(world, plan(replace(FIRST, wait=HOUR)))
    world.clock.advance(3599)
    times.tick(2)
    assert times.state("first") is StepState.WAITING
    world.clock.advance(1)
    times.tick(2)
    assert times.state("first") is StepState.RUNNING


def test_no_step_starts_before_its_date(world: World) -> None:
    times = Timetable(world, plan(replace(FIRST, not_before=BEGINNING + HOUR)))
    times.tick(3)
    assert (times.state("first"), times.step("first").due) == (StepState.WAITING, BEGINNING + HOUR)
    world.clock.advance(3600)
    times.tick(2)
    assert times.state("first") is StepState.RUNNING


def test_a_step_watches_for_the_bake_time(world: World) -> None:
    times = Timetable(world, plan(replace(FIRST, bake=HOUR)))
    times.tick(2)
    driver = world.driver()
    while driver.advance(times.move("first").id) == 0:
        pass
    times.tick()
    assert times.state("first") is StepState.WATCHING
    world.clock.advance(3601)
    world.finish(times.move("first"), driver)
    times.tick()
    assert times.state("first") is StepState.DONE


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_move_that_was_called_off_holds_its_step_with_the_reason_and_nothing_after_it_starts(
    world: World, by_hand: bool
) -> None:
    times = Timetable(world, plan(FIRST, SECOND))
    times.tick(2)
    if by_hand:
        world.call_off(times.move("first").id)
    else:
        world.systems[VA_GOV].down = "It is closed."
        world.finish(times.move("first"))
    assert times.tick().held == ("plan/first",)
    why = times.step("first").why or ""
    assert ("It is time." if by_hand else "It is closed.") in why
    assert world.ledger[-1].act == "step_held"
    assert times.tick(3) == Ticked()
    assert (times.state("second"), times.row().state) == (StepState.WAITING, PlanState.RUNNING)


@pytest.mark.parametrize("watched", [True, False], ids=["while it is watched", "before it was looked at"])
def test_a_step_whose_move_was_undone_is_undone(world: World, watched: bool) -> None:
    times = Timetable(world, plan(replace(FIRST, bake=HOUR), SECOND))
    times.tick(2)
    driver, move = world.driver(), times.move("first")
    while driver.advance(move.id) == 0:
        pass
    if watched:
        times.tick()
    world.finish(world.undo(move.id))
    assert times.tick().ended == ("plan/first",)
    assert times.state("first") is StepState.UNDONE
    assert world.ledger[-1].act == "step_undone"
    times.tick(3)
    assert times.state("second") is StepState.HELD, "an undone step meets no need"
    assert times.step("second").why == "It needs step first, which was undone."


@pytest.mark.parametrize("obstacle", ["file gone", "in another move", "already there", "retired"])
def test_a_step_that_cannot_start_is_held_with_the_reason_and_leaves_no_move(world: World, obstacle: str) -> None:
    times = Timetable(world, plan(FIRST))
    expected = None
    if obstacle == "file gone":
        world.files = replace(world.files, missing=frozenset({RX}))
    elif obstacle == "in another move":
        expected = world.start(NOBODY, RX).id
    else:
        world.flip(VA_GOV if obstacle == "already there" else NOBODY, RX)
    assert times.tick().held == ("plan/first",)
    row = times.step("first")
    assert (row.state, row.move) == (StepState.HELD, None)
    assert RX.split("_")[0] in (row.why or "").lower()
    with world.store.reading() as unit:
        assert [move.id for move in unit.moves.unfinished()] == ([expected] if expected else [])


def test_a_long_title_keeps_no_step_from_starting(world: World) -> None:
    times = Timetable(world, plan(FIRST, title="a" * 500))
    assert times.tick().started == ("plan/first",)


def test_one_plan_that_is_held_keeps_no_other_waiting(world: World) -> None:
    world.files = catalogue(*(one for key, one in world.files.preferences.items() if key != NEWS))
    other = Step("other", (ALERTS,), VA_GOV)
    times = Timetable(world, plan(replace(FIRST, preferences=("gone",)), key="a"), plan(other, key="b"))
    ticked = times.tick()
    assert (ticked.held, ticked.started) == (("a/first",), ("b/other",))


def test_a_plan_that_cannot_be_read_any_more_keeps_no_other_waiting_and_is_told(world: World) -> None:
    times = Timetable(world, plan(FIRST, key="a"), plan(replace(SECOND, needs_steps=()), key="b"))
    times.unreadable = {"a"}
    for _ in range(2):
        with pytest.raises(Refusal, match="another version"):
            times.tick()
    assert [step.state for step in times.row("b").steps] == [StepState.RUNNING]


def test_a_plan_that_runs_is_not_started_again(world: World) -> None:
    times = Timetable(world, plan(FIRST))
    with pytest.raises(Refusal) as refused:
        times.start(plan(FIRST))
    assert refused.value.code == "plan_not_startable"


def test_a_second_running_plan_of_the_same_preference_is_refused_and_told_which_is_the_first(world: World) -> None:
    times = Timetable(world, plan(FIRST, SECOND, key="one"))
    before = world.head
    with pytest.raises(Refusal) as refused:
        times.start(plan(Step("x", (IMAGES, ALERTS), VA_GOV), key="two"))
    assert (refused.value.code, refused.value.facts) == ("preference_in_plan", {"key": ALERTS, "plan": "one"})
    assert world.head == before


def test_a_plan_that_is_done_may_be_started_again_and_its_preferences_planned_anew(world: World) -> None:
    times = Timetable(world, plan(FIRST))
    times.tick(2)
    world.finish(times.move("first"))
    times.tick()
    back = times.start(replace(plan(replace(FIRST, to=MHV)), text="text of another"))
    assert [step.state for step in back.steps] == [StepState.WAITING]
    assert times.tick().started == ("plan/first",)
    assert world.finish(times.move("first")).outcome is Outcome.DONE
    assert world.row(RX).owner is MHV


def test_a_step_whose_target_lacks_a_contract_waits_with_that_reason_until_it_has_one(world: World) -> None:
    times = Timetable(world, plan(FIRST))
    whole = world.files
    lacking = replace(whole.preferences[RX], systems={MHV: whole.preferences[RX].systems[MHV]})
    world.files = replace(whole, preferences={**whole.preferences, RX: lacking})
    assert times.tick() == Ticked()
    waiting = times.step("first")
    assert waiting.state is StepState.WAITING
    assert "VA.gov has no id or contract" in (waiting.why or "")
    world.files = whole
    assert times.tick().started == ("plan/first",)
    assert times.step("first").why is None
