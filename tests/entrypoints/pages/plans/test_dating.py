"""Another date for a step: what it would mean is told first, and teams inside whose lead it is must have agreed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.plans import Plan, StepState
from tests.entrypoints.pages.plans.asking import acts, post, row, send, show, step_of, step_row, text_of
from tests.entrypoints.world import World

FORM = "/plans/one/steps/first/reschedule"
ASKED = f"{FORM}?day=2027-03-20&time=00:00"
TEAM = "Parcels & <i>co</i>"
THEN = datetime(2027, 3, 20, 4, tzinfo=UTC)


@pytest.fixture
def with_team(world: World, two: Plan) -> Plan:
    """The plan, running; its first step concerns a team that is to be told six weeks before."""
    made = replace(
        two, steps=(replace(two.steps[0], team="Parcels & <i>co</i>", lead=timedelta(weeks=6)), two.steps[1])
    )
    world.run(made)
    return made


def test_a_date_is_asked_for_by_day_and_time_in_the_plans_zone(running: Plan, operator: FlaskClient) -> None:
    page = show(operator, FORM)
    assert page.one("h1").text == "Change the date of step 1: Parcel on its way?"
    assert "In the zone of the plan, America/New_York." in page.one("main").text
    assert [one.attributes["type"] for one in page.one("main").all("input")] == ["date", "time"]


def test_what_it_would_mean_is_told_and_nothing_is_changed(
    world: World, running: Plan, operator: FlaskClient, approver: FlaskClient
) -> None:
    send(approver, "/plans/one/steps/first/approve")
    before, head = row(world), acts(world)
    text = text_of(operator, ASKED)
    assert "Starts Sat, Mar 20, 12:00 a.m. ET (Friday night) ; Mar 20, 04:00 UTC; in 17 days 23 hours" in text
    assert "1 approval is void, and must be given again" in text
    assert "It waits for one approval" in text
    assert (row(world), acts(world)) == (before, head)


def test_the_date_is_changed_and_shown(world: World, running: Plan, operator: FlaskClient) -> None:
    page = send(operator, ASKED, reason="Another team asked.")
    assert (step_row(world).moment, acts(world)[-1]) == (THEN, "step_rescheduled")
    first = step_of(page, "first").text
    assert "Not before the date that a person gave it: Sat, Mar 20, 12:00 a.m. ET (Friday night)" in first
    assert "by Operator One: “Another team asked.”" in first
    assert "Take the date of the plan again…" in show(operator, FORM).links()
    send(operator, f"{FORM}?as_planned=yes")
    assert step_row(world).moment is None


def test_a_held_step_waits_for_its_new_date(world: World, held: Plan, operator: FlaskClient) -> None:
    send(operator, ASKED)
    assert (step_row(world).state, step_row(world).moment) == (StepState.WAITING, THEN)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("day=2027-03-20", "Say the time"),
        ("time=00:00", "Say the day."),
        ("day=2027-02-30&time=00:00", "is no date that can be used"),
        ("day=2027-03-14&time=02:30", "is no date that can be used"),
        ("day=2027-03-01&time=00:00", "That date has passed."),
    ],
)
def test_a_date_that_cannot_be_is_told_beside_its_field(
    world: World, running: Plan, operator: FlaskClient, asked: str, says: str
) -> None:
    page = show(operator, f"{FORM}?{asked}", 422)
    assert says in page.one("div", role="alert").text
    assert page.all("input", name="version") == []
    entered = dict(pair.split("=") for pair in asked.split("&"))
    post(operator, FORM, 422, reason="Anyway.", version=str(row(world).version), **entered)
    assert step_row(world).moment is None


def test_a_team_inside_whose_lead_it_is_must_have_agreed(world: World, with_team: Plan, operator: FlaskClient) -> None:
    page = show(operator, ASKED)
    told = f"Tell {TEAM} by Feb 6, 2027: that day has passed, so they must have agreed"
    assert told in page.one("main").text
    page = send(operator, ASKED, 422, reason="Kept.")
    assert "Say how Parcels & <i>co</i> agreed." in page.one("div", role="alert").text
    assert page.one("textarea", name="reason").text == "Kept."
    assert step_row(world).moment is None
    send(operator, ASKED, 303, **{"agreed-0": "By mail of March 1."})
    assert step_row(world).moment == THEN
    with world.store.reading() as unit:
        assert [one.body.get("agreed") for one in unit.ledger.entries()][-1] == {
            "Parcels & <i>co</i>": "By mail of March 1."
        }


def test_far_enough_ahead_the_latest_day_to_tell_them_is_told(
    with_team: Plan, world: World, operator: FlaskClient
) -> None:
    # The old date is inside their lead too, so they must have agreed to leave it.
    text = text_of(operator, f"{FORM}?day=2027-09-01&time=09:30")
    assert "Tell Parcels & <i>co</i> by Jul 21, 2027" in text
    assert "How did Parcels & <i>co</i> agree?" in text


def test_without_a_reason_nothing_is_changed(world: World, running: Plan, operator: FlaskClient) -> None:
    page = send(operator, ASKED, 422, reason="")
    assert "Say why." in page.one("div", role="alert").text
    assert page.one("input", name="day", type="hidden").attributes["value"] == "2027-03-20"
    assert step_row(world).moment is None


def test_whoever_is_second_is_told_so(
    world: World, running: Plan, operator: FlaskClient, approver: FlaskClient
) -> None:
    seen = show(operator, ASKED).one("input", name="version").attributes["value"]
    send(approver, "/plans/one/steps/first/approve")
    page = post(operator, FORM, 412, reason="Mine.", version=seen, day="2027-03-20", time="00:00")
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    assert step_row(world).moment is None


def test_a_step_that_is_over_has_no_date_to_change(running: Plan, operator: FlaskClient) -> None:
    send(operator, "/plans/one/steps/first/skip", typed="1")
    assert "Step first is skipped, so it cannot be rescheduled." in text_of(operator, FORM, 409)
