"""What becomes of a step: when it is due, what it waits for, when it can never start. Time is an argument."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.milestones import Milestone
from app.domain.plan_deciding import Decision, Known, decide, ready_at
from app.domain.plan_gates import Gates
from app.domain.plans import Plan, Step, StepRow, StepState

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rows(**states: StepState) -> dict[str, StepRow]:
    """Steps as stored, by id."""
    return {name: StepRow("plan", name, state, since=NOON) for name, state in states.items()}


def decided(step: Step, now: datetime = NOON, row: StepRow | None = None, **known: object) -> Decision:
    """What becomes of a step of a plan that was started at noon."""
    around = replace(Known(now, NOON, {}), **known)  # type: ignore[arg-type]  # what the test says
    return decide(Plan("plan", "Plan", "UTC", (step,), "", ""), step, row or StepRow("plan", step.id), around)


@pytest.mark.parametrize(
    ("wait", "not_before", "ready"),
    [
        (timedelta(0), None, NOON),
        (HOUR, None, NOON + HOUR),
        (timedelta(0), NOON - HOUR, NOON),
        (timedelta(0), NOON + HOUR, NOON + HOUR),
        (2 * HOUR, NOON + HOUR, NOON + 2 * HOUR),
        (HOUR, NOON + 2 * HOUR, NOON + 2 * HOUR),
    ],
)
def test_a_step_is_ready_after_its_wait_and_not_before_its_date(
    wait: timedelta, not_before: datetime | None, ready: datetime
) -> None:
    step = Step("b", ("k",), None, wait=wait, not_before=not_before)
    assert ready_at(step, StepRow("plan", "b"), NOON) == ready


@pytest.mark.parametrize("moment", [NOON - HOUR, NOON + HOUR])
def test_a_date_that_a_person_gave_stands_in_place_of_wait_and_date_but_not_of_needs(moment: datetime) -> None:
    step = Step("b", ("k",), None, wait=9 * HOUR, not_before=NOON + 9 * HOUR)
    assert ready_at(step, StepRow("plan", "b", moment=moment), NOON) == max(NOON, moment)


def test_a_step_that_was_tried_again_counts_from_then() -> None:
    assert ready_at(Step("b", ("k",), None), StepRow("plan", "b", anew=NOON + HOUR), NOON) == NOON + HOUR


@pytest.mark.parametrize("state", StepState)
def test_a_step_that_is_done_or_skipped_meets_a_need_and_one_that_is_lost_holds_what_needs_it(state: StepState) -> None:
    decision = decided(Step("b", ("k",), None, needs_steps=("a",)), rows=rows(a=state))
    assert decision.is_due is (state in (StepState.DONE, StepState.SKIPPED))
    lost = state in (StepState.UNDONE, StepState.CANCELLED)
    assert (decision.never == f"It needs step a, which was {state}.") is lost
    assert bool(decision.waits) is (not lost and not decision.is_due)


def test_all_needs_have_to_be_met_and_each_open_one_is_named() -> None:
    step = Step("c", ("k",), None, needs_steps=("a", "b"), milestones=("live", "gone"))
    states = rows(a=StepState.DONE, b=StepState.HELD)
    decision = decided(step, rows=states, milestones={"live": Milestone("live", "It is live", team="The team")})
    assert [wait.words for wait in decision.waits] == [
        "step b to be done, which is held",
        "the milestone “It is live”",
        "the milestone gone, which is not in milestones.toml any more",
    ]
    assert decision.waits[1].who == "The team"
    assert decision.row.due is None


def test_the_wait_counts_from_the_last_need_that_was_met() -> None:
    live = Milestone("live", "It is live", reached=NOON + 3 * HOUR)
    step = Step("c", ("k",), None, milestones=("live",), needs_steps=("a",), wait=HOUR)
    decision = decided(step, NOON + 3 * HOUR, rows=rows(a=StepState.DONE), milestones={"live": live})
    assert (decision.row.needs_met, decision.row.due) == (NOON + 3 * HOUR, NOON + 4 * HOUR)
    assert [wait.words for wait in decision.waits] == ["its time, 2027-03-02 16:00:00 UTC"]


@pytest.mark.parametrize(("later", "due"), [(timedelta(0), True), (HOUR - timedelta(seconds=1), True), (HOUR, False)])
def test_a_step_that_comes_later_than_it_may_is_never_started_at_another_hour(later: timedelta, due: bool) -> None:
    decision = decided(Step("c", ("k",), None, late=HOUR), NOON + later)
    assert decision.is_due is due
    assert ("13:00:00 UTC has passed" in (decision.never or "")) is not due


def test_known_failure_11_an_edited_date_counts_at_once_and_the_old_one_no_more() -> None:
    step = Step("c", ("k",), None)
    row = decided(step).row
    moved = decided(step, NOON, replace(row, moment=NOON + 9 * HOUR))
    assert moved.row.due == NOON + 9 * HOUR
    assert not moved.is_due


def test_a_step_waits_for_its_approvals_and_is_due_from_the_last_of_them() -> None:
    step = Step("c", ("k",), None, approvals=1)
    waiting = decided(step, NOON + 48 * HOUR)
    assert [wait.words for wait in waiting.waits] == ["one approval"]
    assert waiting.row.due is None, "whenever it is approved: a date that moves on with every look is none"
    assert decided(replace(step, wait=HOUR)).row.due == NOON + HOUR
    approved = Gates(overrides=frozenset({"approvals"}), overridden=NOON + 48 * HOUR)
    assert decided(step, NOON + 48 * HOUR, gates=approved).is_due


def test_what_a_target_lacks_is_waited_for_and_the_time_counts_from_when_it_came() -> None:
    step = Step("c", ("k",), None)
    lacking = decided(step, lacking="It is on hold.")
    assert lacking.row.why == "It is on hold."
    came = decided(step, NOON + 90 * HOUR, lacking.row)
    assert (came.is_due, came.row.why, came.row.due) == (True, None, NOON + 90 * HOUR)


def test_what_is_stopped_does_not_start_and_is_late_in_the_end() -> None:
    step = Step("c", ("k",), None)
    stops = (("", "everything is stopped by ada: smoke", NOON),)
    assert [wait.kind for wait in decided(step, stops=stops).waits] == ["stop"]
    assert decided(step, NOON + HOUR, stops=stops).never


def test_a_plan_knows_its_steps_by_name() -> None:
    first, second = Step("a", ("k",), None), Step("b", ("l",), None)
    assert Plan("p", "Plan", "UTC", (first, second), "", "").step("b") is second
