"""What depends on something that nobody knows is no figure: it is left out, with a sentence that says why."""

from dataclasses import replace
from datetime import date, timedelta

from app.domain.milestones import Milestone
from app.domain.windows import Blackout
from tests.domain.forecast.making import (
    AT_BOTH,
    known,
    midnight,
    plan,
    step,
)
from tests.domain.forecast.test_comparing import (
    BOTH,
    DAY,
    LETTERS,
    LIVE,
    MEDICINES,
    ONE_BY_ONE,
    compared,
    counts,
    finish,
    only,
)


def test_a_milestone_without_an_estimate_leaves_no_figure_that_depends_on_it_and_says_why() -> None:
    undated = known((LIVE[0], Milestone("letters_live", "Letters are live")), (MEDICINES, LETTERS))
    short = plan("short", step("medicines", milestones=("medicines_live",), bake=3 * DAY))
    found = compared(undated, ONE_BY_ONE, short)
    why = "Step letters waits for “Letters are live”, for which nobody has given an estimate."
    first, second = found.plans
    assert (finish(first), *counts(first)) == (None, None, None, None)
    assert first.why == dict.fromkeys(("split", "detour", "mismatch", "finish"), why)
    assert (first.frozen_minutes, first.largest_move) == (4.0, 1), "these depend on no date"
    assert (finish(second), *counts(second)) == (date(2027, 2, 4), 3, 0, 0)


def test_a_step_behind_one_without_a_date_has_none_either() -> None:
    undated = known((Milestone("never", "Nobody knows"),), (MEDICINES, LETTERS))
    chain = plan("chain", step("medicines", milestones=("never",)), step("letters", needs_steps=("medicines",)))
    assert only(undated, chain).deliverables[0].why == (
        "Step medicines waits for “Nobody knows”, for which nobody has given an estimate."
    )
    assert "letters" not in only(undated, chain).why["finish"]


def test_only_the_detour_depends_on_a_feature_that_nobody_dated() -> None:
    undated = known((Milestone("medicines_live", "Medicines", feature="medicines_feature"),), (MEDICINES,))
    found = only(undated, plan("moving", step("medicines", not_before=midnight("2027-02-01"))))
    assert (finish(found), *counts(found)) == (date(2027, 2, 1), 0, None, 0)
    assert found.why == {"detour": "Nobody has given an estimate for “Medicines”."}


def test_only_mismatch_days_depend_on_when_mhv_is_connected_and_only_of_a_plan_that_leaves_its_pages() -> None:
    undated = known((*LIVE, Milestone("connected", "MHV is connected", connects=True)), (MEDICINES,))
    leaving = plan("leaving", step("medicines", surfaces=AT_BOTH, milestones=("medicines_live",)))
    taking = plan("taking", step("medicines", milestones=("medicines_live",)))
    found = compared(undated, leaving, taking)
    assert counts(found.plans[0]) == (0, 0, None)
    assert found.plans[0].why == {"mismatch": "Nobody has given an estimate for “MHV is connected”."}
    assert counts(found.plans[1]) == (0, 0, 0)


def test_a_feature_without_a_milestone_is_on_no_detour_and_the_assumptions_say_so() -> None:
    found = compared(known((), (MEDICINES,)), plan("moving", step("medicines", not_before=midnight("2027-02-01"))))
    assert counts(found.plans[0]) == (0, 0, 0)
    assert any("no detour is counted: Medicines news" in each for each in found.assumptions)


def test_a_step_whose_window_never_opens_has_no_date() -> None:
    forever = Blackout(midnight("2027-01-01"), midnight("2101-01-01"), "closed")
    found = only(BOTH, plan("never", step("medicines"), blackouts=(forever,)))
    assert found.why["finish"] == "Step medicines finds no opening of its window outside the blackouts."


def test_what_is_overdue_is_taken_to_come_at_the_next_midnight_and_said_so() -> None:
    late = replace(BOTH, start=midnight("2027-02-10") + timedelta(hours=9))
    found = compared(late, plan("moving", step("medicines", milestones=("medicines_live",))))
    assert finish(found.plans[0]) == date(2027, 2, 11)
    assert any("medicines_live is there" in each and "overdue" in each for each in found.assumptions)
