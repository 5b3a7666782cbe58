"""What Veterans are told of a step names the day on which that step is due, and comes from nowhere else."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from app.domain.announcements import Level, announced
from app.domain.plan_deciding import Known, decide
from app.domain.plans import NoticeTerms, Plan, Step, StepRow, StepState
from app.domain.windows import Window

STARTED = datetime(2027, 3, 1, 12, tzinfo=UTC)
TERMS = NoticeTerms(timedelta(days=14), timedelta(hours=1), "From {date} on VA.gov. Before {date}, at MHV.", "Call us.")
STEP = Step("s", ("reports", "letters"), None, window=Window((1,), time(0), time(4)), notice=TERMS)
PLAN = Plan("plan", "Plan", "America/New_York", (STEP,), "", "")


@pytest.mark.parametrize(
    ("due", "day"),
    [
        (datetime(2027, 3, 2, 5, tzinfo=UTC), "March 2, 2027"),
        (datetime(2027, 3, 2, 4, 59, tzinfo=UTC), "March 1, 2027"),
        (datetime(2027, 12, 31, 23, 30, tzinfo=UTC), "December 31, 2027"),
    ],
)
def test_the_day_in_a_notice_is_that_of_the_east_and_stands_wherever_the_text_wants_it(due: datetime, day: str) -> None:
    row = StepRow("plan", "s", due=due, until=due + timedelta(hours=4))
    told = announced(PLAN, STEP, row)
    assert {one.text for one in told} == {f"From {day} on VA.gov. Before {day}, at MHV."}
    assert {one.key for one in told} == {"reports", "letters"}
    assert {one.instead for one in told} == {"Call us."}


def test_nothing_is_told_while_nobody_knows_when_or_once_the_step_has_begun() -> None:
    due = datetime(2027, 3, 2, 5, tzinfo=UTC)
    row = StepRow("plan", "s", due=due, until=due + timedelta(hours=4))
    assert announced(PLAN, STEP, replace(row, until=None)) == ()
    assert announced(PLAN, STEP, StepRow("plan", "s")) == ()
    assert announced(PLAN, STEP, replace(row, state=StepState.RUNNING)) == ()
    assert announced(PLAN, replace(STEP, notice=NoticeTerms(timedelta(0), timedelta(0), "x")), row) == ()


@pytest.mark.parametrize("moment", [None, datetime(2027, 6, 8, 12, tzinfo=UTC)], ids=["as planned", "rescheduled"])
def test_20_what_veterans_are_told_is_the_very_opening_in_which_the_step_starts(moment: datetime | None) -> None:
    row = decide(PLAN, STEP, StepRow("plan", "s", moment=moment), Known(STARTED, STARTED, {})).row
    assert row.due is not None
    told = {one.level: one for one in announced(PLAN, STEP, row) if one.key == "reports"}
    assert (told[Level.WARNING].begins, told[Level.WARNING].ends) == (
        row.due - timedelta(days=14),
        row.due - timedelta(hours=1),
    )
    assert (told[Level.BLOCKED].begins, told[Level.BLOCKED].ends) == (row.due - timedelta(hours=1), row.until)
    just_before, at_its_time, too_late = (
        decide(PLAN, STEP, row, Known(at, STARTED, {}))
        for at in (row.due - timedelta(seconds=1), row.due, told[Level.BLOCKED].ends)
    )
    assert (just_before.is_due, at_its_time.is_due) == (False, True)
    assert too_late.never is not None
