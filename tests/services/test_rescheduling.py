"""A step that is given another date: the new one counts at once, the old one no more, and other teams have agreed."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from app.domain.milestones import Milestone, MilestoneRow
from app.domain.plan_leads import tellings
from app.domain.plans import NoticeTerms, Step, StepState
from app.domain.windows import Blackout, Window
from app.services.scheduling import Ticked
from tests.fakes.clock import BEGINNING
from tests.services.acts import ANN, Acts, version
from tests.services.timetable import Timetable, plan
from tests.services.world import ALERTS, RX, VA_GOV, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OLD, NEW = BEGINNING + 2 * HOUR, BEGINNING + 5 * HOUR
FIRST = Step("first", (RX,), VA_GOV, not_before=OLD)


def playing(world: World, *steps: Step) -> tuple[Timetable, Acts]:
    """A plan of these steps that runs and was looked at once, and who acts on it."""
    times = Timetable(world, plan(*steps))
    times.tick()
    return times, Acts(times)


def wait(world: World, until: timedelta) -> None:
    """Let time pass until so long after the beginning."""
    world.clock.advance((BEGINNING + until - world.clock.now()).total_seconds())


def test_known_failure_11_a_rescheduled_step_does_not_start_at_the_old_time(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.reschedule(NEW)
    assert (times.step("first").due, times.step("first").until) == (NEW, NEW + HOUR), "before any tick"
    wait(world, 2 * HOUR)
    assert times.tick(3) == Ticked()
    wait(world, 5 * HOUR)
    assert times.tick().started == ("plan/first",)


def test_known_failure_11_nor_does_one_that_was_due_already(world: World) -> None:
    world.systems[VA_GOV].down = "It is closed."
    times, acts = playing(world, replace(FIRST, not_before=None, checks=("systems_reachable",)))
    assert times.state("first") is StepState.DUE
    acts.reschedule(NEW)
    world.systems[VA_GOV].down = None
    world.clock.advance(60)
    assert times.tick(2) == Ticked()
    assert (times.state("first"), times.step("first").due, times.step("first").why) == (StepState.WAITING, NEW, None)


@pytest.mark.parametrize("rescheduled", [False, True], ids=["by the plan", "by a person"])
def test_known_failure_11_under_a_new_version_with_another_date_a_step_does_not_start_at_the_old_one(
    world: World, *, rescheduled: bool
) -> None:
    times = Timetable(world, version("one", FIRST))
    acts = Acts(times)
    if rescheduled:
        acts.reschedule(OLD + HOUR)
    times.tick()
    acts.accept(version("two", replace(FIRST, not_before=NEW)))
    wait(world, 3 * HOUR)
    assert times.tick(2) == Ticked()
    assert times.step("first").due == NEW
    wait(world, 5 * HOUR)
    assert times.tick().started == ("plan/first",)


def test_a_persons_date_stays_under_a_new_version_that_leaves_the_plans_date_as_it_was(world: World) -> None:
    times = Timetable(world, version("one", FIRST))
    acts = Acts(times)
    acts.reschedule(NEW)
    acts.accept(version("two", replace(FIRST, bake=HOUR)))
    times.tick()
    assert times.step("first").due == NEW


def test_a_step_can_be_brought_forward_before_its_date_and_its_wait(world: World) -> None:
    times, acts = playing(world, replace(FIRST, wait=7 * DAY))
    acts.reschedule(BEGINNING + HOUR)
    wait(world, HOUR)
    assert times.tick().started == ("plan/first",)


def test_the_date_of_the_plan_can_be_given_back(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.reschedule(NEW)
    acts.reschedule(None)
    assert (times.step("first").moment, times.step("first").due) == (None, OLD)
    wait(world, 2 * HOUR)
    assert times.tick().started == ("plan/first",)


def test_a_date_that_has_passed_is_refused(world: World) -> None:
    times, acts = playing(world, FIRST)
    acts.refused("invalid", lambda: acts.reschedule(BEGINNING))
    acts.reschedule(NEW)
    wait(world, 4 * HOUR)
    refused = acts.refused("invalid", lambda: acts.reschedule(None))
    assert "has passed" in refused.detail, "the date of the plan is no date to come either"
    assert times.step("first").due == NEW


def test_a_held_step_waits_again_for_the_date_that_it_is_given(world: World) -> None:
    times, acts = playing(world, FIRST)
    wait(world, 4 * HOUR)
    assert times.tick().held == ("plan/first",)
    acts.reschedule(NEW)
    assert (times.state("first"), times.step("first").why) == (StepState.WAITING, None)
    wait(world, 5 * HOUR)
    assert times.tick().started == ("plan/first",)


def test_a_held_step_whose_move_is_in_force_is_given_no_date(world: World) -> None:
    times, acts = playing(world, replace(FIRST, not_before=None, bake=HOUR))
    driver = world.driver()
    while times.move("first").activated is None:
        driver.advance(times.move("first").id)
    acts.put(StepState.HELD)
    assert "is in force" in acts.refused("step_state", lambda: acts.reschedule(NEW)).detail


def test_windows_and_blackouts_hold_for_a_new_date_too(world: World) -> None:
    window = Window((1, 2), time(0), time(4))
    step = replace(FIRST, not_before=None, wait=DAY, window=window)
    blackout = Blackout(BEGINNING + 7 * DAY, BEGINNING + 8 * DAY, "A rest.")
    times = Timetable(world, replace(plan(step), blackouts=(blackout,)))
    Acts(times).reschedule(BEGINNING + 6 * DAY)
    assert times.step("first").due == BEGINNING + 8 * DAY
    wait(world, 7 * DAY)
    assert times.tick() == Ticked()
    wait(world, 8 * DAY)
    assert times.tick().started == ("plan/first",)


def test_a_new_date_meets_no_need(world: World) -> None:
    second = Step("second", (ALERTS,), VA_GOV, needs_steps=("first",))
    times, acts = playing(world, FIRST, second)
    acts.reschedule(BEGINNING + HOUR, step="second")
    wait(world, 90 * timedelta(minutes=1))
    assert times.tick() == Ticked()
    assert (times.state("second"), times.step("second").due) == (StepState.WAITING, None)


def test_approvals_for_the_old_date_are_void(world: World) -> None:
    times, acts = playing(world, replace(FIRST, approvals=1))
    acts.step("approve", by=ANN)
    acts.reschedule(NEW)
    wait(world, 5 * HOUR)
    assert times.tick() == Ticked()
    acts.step("approve", by=ANN)
    assert times.tick().started == ("plan/first",)


def test_veterans_are_told_the_new_date_at_once(world: World) -> None:
    _, acts = playing(world, replace(FIRST, notice=NoticeTerms(DAY, timedelta(0), "From {time}.")))
    acts.reschedule(NEW)
    with world.store.reading() as unit:
        assert [one.text for one in unit.announcements.all()] == ["From 5:00 a.m. ET."]


def test_a_new_date_is_told_to_the_ledger_and_is_a_new_version_of_the_plan(world: World) -> None:
    times, acts = playing(world, FIRST)
    before = times.row().version
    acts.reschedule(NEW, {"portal": "By telephone."})
    assert times.row().version > before
    body = {"plan": "plan", "step": "first", "move": None, "to": NEW.isoformat(), "agreed": {"portal": "By telephone."}}
    assert (world.ledger[-1].act, world.ledger[-1].body) == ("step_rescheduled", body)


LED = replace(FIRST, team="portal", lead=14 * DAY)


@pytest.mark.parametrize(
    ("planned", "to"),
    [(7, 60), (60, 7), (7, 8), (None, 7)],
    ids=["the old date", "the new date", "both", "the new one of two, where the old one is not known"],
)
def test_within_a_teams_lead_a_step_is_rescheduled_only_if_the_team_agreed(
    world: World, planned: int | None, to: int
) -> None:
    needs = ("other",) if planned is None else ()
    step = replace(LED, not_before=None if planned is None else BEGINNING + planned * DAY, needs_steps=needs)
    times, acts = playing(world, step, Step("other", (ALERTS,), VA_GOV, not_before=BEGINNING + 90 * DAY))
    refused = acts.refused("team_not_asked", lambda: acts.reschedule(BEGINNING + to * DAY))
    assert [one["team"] for one in refused.facts["teams"]] == ["portal"]
    acts.refused("team_not_asked", lambda: acts.reschedule(BEGINNING + to * DAY, {"portal": " ", "another": "Yes."}))
    acts.reschedule(BEGINNING + to * DAY, {"portal": "They said so on Monday."})
    assert times.step("first").moment == BEGINNING + to * DAY


def test_the_plans_date_is_given_back_within_a_teams_lead_only_if_the_team_agreed(world: World) -> None:
    _, acts = playing(world, replace(LED, not_before=BEGINNING + 20 * DAY))
    acts.reschedule(BEGINNING + 60 * DAY)
    wait(world, 10 * DAY)
    acts.refused("team_not_asked", lambda: acts.reschedule(None))


def test_outside_every_lead_nobody_needs_to_agree(world: World) -> None:
    times, acts = playing(world, replace(LED, not_before=BEGINNING + 20 * DAY))
    acts.reschedule(BEGINNING + 15 * DAY)
    assert times.step("first").due == BEGINNING + 15 * DAY


def test_the_team_of_a_milestone_must_agree_too(world: World) -> None:
    world.milestones = {"live": Milestone("live", "Live", team="meds", lead=21 * DAY)}
    with world.store.writing() as unit:
        unit.milestones.put(MilestoneRow("live", BEGINNING, False, None, "token:pm", "It is.", BEGINNING, 1))
    step = replace(LED, not_before=BEGINNING + 10 * DAY, milestones=("live",))
    _, acts = playing(world, step)
    to, portal, both = BEGINNING + 18 * DAY, {"portal": "Yes."}, {"portal": "Yes.", "meds": "Fine."}
    refused = acts.refused("team_not_asked", lambda: acts.reschedule(to, portal))
    assert [(one["team"], one["lead_days"]) for one in refused.facts["teams"]] == [("meds", 21)]
    acts.reschedule(to, both)


MIDNIGHT = BEGINNING + 13 * DAY - HOUR
"""Of the day after the one on which clocks go forward."""


@pytest.mark.parametrize(
    ("start", "latest"),
    [
        (MIDNIGHT, date(2027, 3, 1)),
        (MIDNIGHT - timedelta(seconds=1), date(2027, 2, 28)),
        (BEGINNING, date(2027, 2, 16)),
        (BEGINNING - timedelta(seconds=1), date(2027, 2, 15)),
    ],
)
def test_the_latest_day_to_tell_a_team_is_a_day_of_the_plans_zone(start: datetime, latest: date) -> None:
    [told] = tellings(plan(LED), LED, {}, start)
    assert told.latest == latest


def test_a_team_can_be_told_in_time_until_its_latest_day_is_over(world: World) -> None:
    _, acts = playing(world, replace(LED, not_before=BEGINNING + 14 * DAY - HOUR))
    wait(world, DAY - timedelta(seconds=1))
    acts.reschedule(BEGINNING + 16 * DAY)
    acts.reschedule(BEGINNING + 14 * DAY + 22 * HOUR)
    wait(world, DAY)
    acts.refused("team_not_asked", lambda: acts.reschedule(BEGINNING + 14 * DAY + 22 * HOUR))
