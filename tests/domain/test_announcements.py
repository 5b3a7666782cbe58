"""What Veterans are told of a step: when it begins and ends, in which words, and what of several."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.announcements import (
    Announcement,
    Level,
    announced,
    in_words,
    next_edge,
    time_in_words,
    told_now,
)
from app.domain.ownership import System
from app.domain.plans import NoticeTerms, Plan, Step, StepRow, StepState

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = datetime(2027, 3, 2, 5, tzinfo=UTC)
TERMS = NoticeTerms(14 * DAY, HOUR, "You can change this on VA.gov from {date} at {time}.", "Call MHV.")
STEP = Step("first", ("rx", "labs"), System.VA_GOV, notice=TERMS)
ROW = StepRow("plan", "first", due=DUE, until=DUE + 2 * HOUR)


def of(terms: NoticeTerms | None, row: StepRow = ROW) -> tuple[Announcement, ...]:
    """What is announced of a step with these terms."""
    step = replace(STEP, notice=terms)
    return announced(Plan("plan", "The plan", "America/Los_Angeles", (step,), "", ""), step, row)


def periods(terms: NoticeTerms) -> list[tuple[str, datetime, datetime]]:
    """What is announced of its first preference."""
    return [(one.level.value, one.begins, one.ends) for one in of(terms) if one.key == "rx"]


def test_a_warning_is_followed_by_a_blocked_period_without_a_gap() -> None:
    blocked = DUE - HOUR
    assert periods(TERMS) == [("warning", DUE - 14 * DAY, blocked), ("blocked", blocked, DUE + 2 * HOUR)]


@pytest.mark.parametrize(
    ("due", "warning", "blocked"),
    [
        ("2027-03-16T00:00-04:00", "2027-03-09T00:00-05:00", "2027-03-15T23:00-04:00"),
        ("2027-11-09T00:00-05:00", "2027-11-02T00:00-04:00", "2027-11-08T23:00-05:00"),
        # 2:30 a.m. seven days before is the time that the clocks pass over; 1:30 a.m. comes twice: the first counts.
        ("2027-03-21T02:30-04:00", "2027-03-14T03:30-04:00", "2027-03-21T01:30-04:00"),
        ("2027-11-14T01:30-05:00", "2027-11-07T01:30-04:00", "2027-11-14T00:30-05:00"),
    ],
    ids=["forward", "back", "passed over", "twice"],
)
def test_whole_days_are_days_of_the_calendar_when_the_clocks_change(due: str, warning: str, blocked: str) -> None:
    at, begins, ends = (datetime.fromisoformat(one) for one in (due, warning, blocked))
    step = replace(STEP, notice=replace(TERMS, warning=7 * DAY))
    plan = Plan("plan", "The plan", "America/New_York", (step,), "", "")
    told = announced(plan, step, replace(ROW, due=at, until=at + HOUR))
    assert [(one.begins, one.ends) for one in told[:2]] == [(begins, ends), (ends, at + HOUR)]


def test_a_warning_that_a_short_day_leaves_no_time_for_is_not_told() -> None:
    due = datetime(2027, 3, 15, 4, tzinfo=UTC)
    terms = replace(TERMS, warning=DAY, blocked=DAY - HOUR / 2)
    step = replace(STEP, notice=terms)
    plan = Plan("plan", "The plan", "America/New_York", (step,), "", "")
    told = announced(plan, step, replace(ROW, due=due, until=due + HOUR))
    assert {one.level for one in told} == {Level.BLOCKED}


def test_every_preference_of_a_step_is_told_of() -> None:
    assert [(one.key, one.level) for one in of(TERMS)] == [
        (key, level) for key in ("rx", "labs") for level in (Level.WARNING, Level.BLOCKED)
    ]


@pytest.mark.parametrize(("warning", "blocked"), [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 1)])
def test_19_every_notice_ends_with_the_opening_of_its_step_at_the_latest(warning: int, blocked: int) -> None:
    told = periods(replace(TERMS, warning=warning * DAY, blocked=blocked * DAY))
    assert [level for level, _, _ in told] == ["warning"] * (warning > blocked) + ["blocked"] * (blocked > 0)
    for _, begins, ends in told:
        assert begins < ends <= DUE + 2 * HOUR


@pytest.mark.parametrize("state", sorted(StepState))
def test_only_a_step_that_is_still_to_come_is_told_of(state: StepState) -> None:
    assert bool(of(TERMS, replace(ROW, state=state))) is (state in (StepState.WAITING, StepState.DUE))


def test_nothing_is_told_of_a_step_while_nobody_knows_when_it_is_due() -> None:
    assert of(TERMS, replace(ROW, due=None)) == of(TERMS, replace(ROW, until=None)) == ()
    assert of(None) == ()


def test_the_text_names_day_and_time_in_the_east_wherever_the_plan_was_written() -> None:
    assert {one.text for one in of(TERMS)} == {"You can change this on VA.gov from March 2, 2027 at 12:00 a.m. ET."}


@pytest.mark.parametrize(
    ("moment", "day", "time"),
    [
        (datetime(2027, 3, 2, 4, 59, tzinfo=UTC), "March 1, 2027", "11:59 p.m. ET"),
        (datetime(2027, 3, 14, 6, 59, tzinfo=UTC), "March 14, 2027", "1:59 a.m. ET"),
        (datetime(2027, 3, 14, 7, 0, tzinfo=UTC), "March 14, 2027", "3:00 a.m. ET"),
        (datetime(2027, 7, 4, 16, 5, tzinfo=UTC), "July 4, 2027", "12:05 p.m. ET"),
        (datetime(2027, 11, 7, 5, 30, tzinfo=UTC), "November 7, 2027", "1:30 a.m. EDT"),
        (datetime(2027, 11, 7, 6, 30, tzinfo=UTC), "November 7, 2027", "1:30 a.m. EST"),
    ],
)
def test_days_and_times_are_written_as_va_writes_them(moment: datetime, day: str, time: str) -> None:
    assert (in_words(moment), time_in_words(moment)) == (day, time)


def test_of_several_a_veteran_is_told_what_leaves_least() -> None:
    warning, blocked = of(TERMS)[:2]
    long = replace(warning, plan="other", ends=DUE + DAY)
    told = [long, blocked, warning]
    assert told_now(told, "rx", DUE) == blocked
    assert told_now(told, "rx", DUE + 2 * HOUR) == long
    assert told_now(told, "labs", DUE) is None


def test_the_next_edge_is_the_next_moment_at_which_something_begins_or_ends() -> None:
    told = of(TERMS)
    edges = [told[0].begins, told[0].ends, told[1].ends]
    assert [next_edge(told, edge - timedelta(seconds=1)) for edge in edges] == edges
    assert [next_edge(told, edge) for edge in edges] == [*edges[1:], None]
    assert next_edge((), DUE) is None
