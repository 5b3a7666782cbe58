"""When a step is due, and what it waits for. Time is an argument."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.plans import Plan, Step, StepRow, StepState, due_at, needs_met, waiting_for

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rows(**states: StepState) -> dict[str, StepRow]:
    """Steps as stored, by id."""
    return {name: StepRow("plan", name, state) for name, state in states.items()}


@pytest.mark.parametrize(
    ("wait", "not_before", "due"),
    [
        (timedelta(0), None, NOON),
        (HOUR, None, NOON + HOUR),
        (timedelta(0), NOON - HOUR, NOON),
        (timedelta(0), NOON + HOUR, NOON + HOUR),
        (2 * HOUR, NOON + HOUR, NOON + 2 * HOUR),
        (HOUR, NOON + 2 * HOUR, NOON + 2 * HOUR),
    ],
)
def test_a_step_is_due_after_its_wait_and_not_before_its_date(
    wait: timedelta, not_before: datetime | None, due: datetime
) -> None:
    assert due_at(Step("b", ("k",), None, wait=wait, not_before=not_before), NOON) == due


@pytest.mark.parametrize("state", StepState)
def test_only_a_step_that_is_done_meets_a_need(state: StepState) -> None:
    step = Step("b", ("k",), None, needs_steps=("a",))
    assert needs_met(step, rows(a=state)) is (state is StepState.DONE)


def test_all_needs_have_to_be_met() -> None:
    step = Step("c", ("k",), None, needs_steps=("a", "b"))
    assert not needs_met(step, rows(a=StepState.DONE, b=StepState.WATCHING))
    assert needs_met(step, rows(a=StepState.DONE, b=StepState.DONE))


def test_a_step_that_waits_says_for_which_steps() -> None:
    step = Step("c", ("k",), None, needs_steps=("a", "b"))
    states = rows(a=StepState.DONE, b=StepState.HELD)
    assert waiting_for(step, StepRow("plan", "c"), states, NOON) == ["step b to be done"]


def test_a_step_whose_needs_are_met_says_until_when_it_waits() -> None:
    row = StepRow("plan", "c", due=NOON)
    step = Step("c", ("k",), None)
    assert waiting_for(step, row, {}, NOON - HOUR) == ["its time, 2027-03-02 12:00:00 UTC"]
    assert waiting_for(step, row, {}, NOON) == []


def test_a_plan_knows_its_steps_by_name() -> None:
    first, second = Step("a", ("k",), None), Step("b", ("l",), None)
    assert Plan("p", "Plan", "UTC", (first, second), "", "").step("b") is second
