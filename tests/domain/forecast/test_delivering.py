"""What other teams must deliver for a plan, and when they must be told."""

from dataclasses import replace
from datetime import date, timedelta

from app.domain.forecast.comparing import compare
from app.domain.forecast.figures import Deliverable
from app.domain.forecast.given import Known
from app.domain.milestones import Milestone
from app.domain.plans import Plan
from tests.domain.forecast.making import NIGHTS, known, midnight, plan, point, preference, step

WEEK = timedelta(weeks=1)
ANTS = point("ants_live", "2027-03-01", team="Ants", lead=2 * WEEK)
WORLD = known((ANTS,), (preference("ants"), preference("bees")))


def delivered(one: Plan, of: Known = WORLD) -> tuple[Deliverable, ...]:
    return compare((one,), of, draws=3).plans[0].deliverables


def test_a_milestone_is_needed_by_the_start_of_its_step_and_told_of_its_lead_before() -> None:
    found = delivered(plan("p", step("ants", milestones=("ants_live",), window=NIGHTS)))
    assert found == (Deliverable("ants_live", None, ANTS.title, "Ants", 2 * WEEK, date(2027, 3, 2), date(2027, 2, 16)),)


def test_a_milestone_of_several_steps_is_told_once_for_the_first_of_them() -> None:
    later = step("bees", milestones=("ants_live",), wait=10 * WEEK)
    found = delivered(plan("p", later, step("ants", milestones=("ants_live",))))
    assert [(one.milestone, one.needed_by) for one in found] == [("ants_live", date(2027, 3, 1))]


def test_a_step_that_names_a_team_is_a_deliverable_of_its_own() -> None:
    found = delivered(plan("p", step("ants", team="Profile", lead=WEEK, not_before=midnight("2027-02-17"))))
    assert found == (Deliverable(None, "ants", "Step ants", "Profile", WEEK, date(2027, 2, 17), date(2027, 2, 10)),)


def test_a_lead_is_days_of_the_calendar_also_over_a_change_of_clocks() -> None:
    """Clocks change on March 14: counted in hours, midnight less a week would fall on the day before."""
    found = delivered(plan("p", step("ants", team="Profile", lead=WEEK, not_before=midnight("2027-03-17"))))
    assert found[0].tell_by == date(2027, 3, 10)


def test_what_was_reached_is_delivered() -> None:
    reached = replace(WORLD, milestones={"ants_live": replace(ANTS, reached=midnight("2026-12-01"))})
    assert delivered(plan("p", step("ants", milestones=("ants_live",))), reached) == ()


def test_without_an_estimate_there_is_no_day_to_tell_and_a_sentence_says_why() -> None:
    undated = replace(WORLD, milestones={"ants_live": Milestone("ants_live", "Ants", team="Ants", lead=WEEK)})
    (found,) = delivered(plan("p", step("ants", milestones=("ants_live",))), undated)
    assert (found.needed_by, found.tell_by) == (None, None)
    assert found.why == "Step ants waits for “Ants”, for which nobody has given an estimate."


def test_without_a_lead_there_is_a_day_on_which_it_is_needed_and_none_to_tell() -> None:
    (found,) = delivered(plan("p", step("ants", team="Profile", not_before=midnight("2027-02-01"))))
    assert (found.needed_by, found.tell_by, found.why) == (date(2027, 2, 1), None, None)
