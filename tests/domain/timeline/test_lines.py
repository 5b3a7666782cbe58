"""What a timeline says of each step and milestone, from what is stored and what is forecast."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.milestones import Estimate, Milestone
from app.domain.plans import NoticeTerms, PlanState, StepState
from app.domain.timeline.shapes import Look, MilestoneLine, StepLine, Stretch
from app.domain.timeline.telling import timeline
from tests.domain.timeline.making import (
    DAY,
    DONE,
    HELD,
    NOTICE,
    NOW,
    PLANNED,
    RUNNING,
    SKIPPED,
    WATCHING,
    drafted,
    et,
    facts,
    plan,
    ran,
    spread,
    started,
    step,
)

SPREAD = spread("2025-05-20", "2025-06-03", "2025-06-26")


def line(states: dict[str, Any], **more: Any) -> StepLine:
    """The line of the one step of a plan that runs."""
    return ran({"tea": states}, step("tea", **more.pop("terms", {})), **more).steps[0]


@pytest.mark.parametrize(
    ("row", "look", "at"),
    [
        (DONE, Look.MOVED, et(2025, 4, 11)),
        (WATCHING, Look.WATCHED, et(2025, 4, 15)),
        (RUNNING, Look.MOVING, NOW),
        (PLANNED, Look.PLANNED, et(2025, 4, 29)),
        ({"state": StepState.DUE, **PLANNED}, Look.PLANNED, et(2025, 4, 29)),
        (HELD, Look.HELD, et(2025, 4, 10)),
        (SKIPPED, Look.SKIPPED, et(2025, 4, 2)),
        ({"state": StepState.UNDONE, "since": NOW}, Look.UNDONE, NOW),
        ({"state": StepState.CANCELLED, "since": NOW}, Look.CANCELLED, NOW),
        ({}, Look.UNDATED, None),
    ],
)
def test_each_state_has_its_look_and_its_moment(row: dict[str, Any], look: Look, at: object) -> None:
    found = line(row)
    assert (found.look, found.at, found.state) == (look, at, row.get("state", StepState.WAITING))


def test_a_step_moved_when_its_move_was_activated_and_was_watched_until_it_was_done() -> None:
    found = line(DONE, activated={"tea": et(2025, 4, 8, 0, 5)})
    assert (found.at, found.moved) == (et(2025, 4, 8, 0, 5), et(2025, 4, 8, 0, 5))
    assert found.watched == Stretch(et(2025, 4, 8, 0, 5), et(2025, 4, 11))


def test_a_step_is_watched_for_its_bake_time_after_it_has_moved_or_will_have() -> None:
    assert line(WATCHING).watched == Stretch(et(2025, 4, 15), et(2025, 4, 18))
    assert line(PLANNED).watched == Stretch(et(2025, 4, 29), et(2025, 5, 2))
    assert line(PLANNED, terms={"bake": timedelta(0)}).watched is None
    assert line(PLANNED, terms={"to": None}).watched is None


def test_a_held_step_that_had_moved_says_both() -> None:
    found = line(HELD, activated={"tea": et(2025, 4, 8)})
    assert (found.look, found.moved, found.at, found.why) == (
        Look.HELD,
        et(2025, 4, 8),
        et(2025, 4, 10),
        "Its move was called off.",
    )


def test_what_nothing_dates_is_uncertain_expected_on_one_day_or_without_a_date() -> None:
    found = drafted(step("tea"), step("bread"), step("soup"), tea=SPREAD, bread=et(2025, 4, 29), soup="Nobody knows.")
    tea, bread, soup = found.steps
    assert (tea.look, tea.spread, tea.at, tea.state) == (Look.UNCERTAIN, SPREAD, None, None)
    assert (bread.look, bread.spread, bread.at) == (Look.EXPECTED, None, et(2025, 4, 29))
    assert (soup.look, soup.why) == (Look.UNDATED, "Nobody knows.")


def test_a_date_that_is_stored_counts_more_than_a_forecast() -> None:
    assert line(PLANNED, starts={"tea": SPREAD}).look is Look.PLANNED


def test_without_a_forecast_a_step_says_why() -> None:
    assert line({}, forecast=None, trouble="A file is gone.").why == "A file is gone."


def test_a_step_that_lacks_approvals_says_so_until_they_are_given() -> None:
    assert line(PLANNED, terms={"approvals": 1}).lacks_approval
    assert not line(PLANNED, terms={"approvals": 1}, approved={"tea": NOW}).lacks_approval
    assert not line(PLANNED).lacks_approval


BOTH = NoticeTerms(7 * DAY, 2 * DAY, "From {date}.")


def test_veterans_are_warned_and_then_blocked_before_a_date() -> None:
    found = line(PLANNED, terms={"notice": BOTH})
    assert found.warned == Stretch(et(2025, 4, 22), et(2025, 4, 27))
    assert found.blocked == Stretch(et(2025, 4, 27), et(2025, 4, 29))
    assert line(PLANNED, terms={"notice": None}).warned is None


def test_nobody_was_warned_before_the_date_was_known() -> None:
    late = NoticeTerms(30 * DAY, timedelta(0), "From {date}.")
    begins = et(2025, 4, 1)
    assert line(PLANNED, terms={"notice": late}).warned == Stretch(begins, et(2025, 4, 29))
    met = line({**PLANNED, "needs_met": et(2025, 4, 5)}, terms={"notice": late}).warned
    approved = line(PLANNED, terms={"notice": late, "approvals": 1}, approved={"tea": et(2025, 4, 7)}).warned
    missing = line(PLANNED, terms={"notice": late, "approvals": 1}).warned
    assert [one and one.begins for one in (met, approved, missing)] == [et(2025, 4, 5), et(2025, 4, 7), NOW]


def test_what_was_told_before_a_move_is_shown_behind_it() -> None:
    found = line({**DONE, "since": et(2025, 4, 11)}, terms={"notice": BOTH}, activated={"tea": et(2025, 4, 8, 0, 5)})
    assert found.warned == Stretch(et(2025, 4, 1), et(2025, 4, 6))
    assert found.blocked == Stretch(et(2025, 4, 6), et(2025, 4, 8, 0, 5))


def test_of_an_expected_step_notices_are_dated_from_today_and_of_an_uncertain_one_only_by_length() -> None:
    soon, later = drafted(step("tea"), step("bread"), tea=et(2025, 4, 20), bread=SPREAD).steps
    assert soon.warned == Stretch(NOW, et(2025, 4, 20))
    assert (later.warned, later.warning, later.blocking) == (None, NOTICE.warning, NOTICE.blocked)


@pytest.mark.parametrize("state", [StepState.SKIPPED, StepState.UNDONE, StepState.CANCELLED])
def test_nothing_was_told_and_nothing_watched_of_what_stayed(state: StepState) -> None:
    found = line({**PLANNED, "state": state, "since": NOW}, terms={"notice": BOTH})
    assert (found.warned, found.blocked, found.watched, found.windows) == (None, None, None, ())


DAYS = Estimate(date(2025, 5, 6), date(2025, 5, 20), date(2025, 7, 15))


def test_milestones_that_steps_wait_for_are_told_once_in_the_order_of_the_steps() -> None:
    one = plan(step("tea", milestones=("b", "a")), step("bread", milestones=("a", "gone")))
    known = {"a": Milestone("a", "A", estimate=DAYS), "b": Milestone("b", "B", estimate=DAYS, reached=NOW)}
    found = timeline(facts(one, milestones={**known, "other": Milestone("other", "Not waited for")})).milestones
    assert found == (
        MilestoneLine("b", "B", reached=NOW),
        MilestoneLine("a", "A", estimate=DAYS),
        MilestoneLine("gone", "gone", is_known=False),
    )


def test_in_a_plan_that_has_ended_nothing_is_to_come() -> None:
    one = plan(step("tea"))
    row = replace(started(one, {"tea": PLANNED}), state=PlanState.CANCELLED)
    found = timeline(facts(one, row)).steps[0]
    assert (found.look, found.why) == (Look.UNDATED, "The plan has ended.")


def test_a_step_that_the_stored_plan_does_not_know_waits() -> None:
    one = plan(step("tea"), step("bread"))
    row = replace(started(one, {}), steps=started(one, {}).steps[:1])
    assert timeline(facts(one, row)).steps[1].state is StepState.WAITING
