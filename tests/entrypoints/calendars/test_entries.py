"""What stands in the calendar of a plan."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.domain.milestones import Estimate, Milestone
from app.domain.ownership import NOBODY, System
from app.domain.plans import Plan, PlanState, Step, StepState
from app.domain.windows import Blackout, Window, fit
from app.services.planning.starting import start_plan
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.calendars.reading import calendar_of, said, span
from tests.entrypoints.invented import plan
from tests.entrypoints.world import TESTER, World
from tests.fakes.clock import BEGINNING

DAY = timedelta(days=1)
NIGHTS = Window((0, 1, 2, 3, 4, 5, 6), time(0), time(4))
ONE = Step("parcels", (FIRST_KEY,), System.VA_GOV)
TWO = Step("visits", (SECOND_KEY,), System.VA_GOV, needs_steps=("parcels",))


def started(world: World, one: Plan) -> None:
    """Start a plan, and let no time pass."""
    world.plans.plans[one.key] = one
    with world.store.writing() as unit:
        start_plan(unit, one, TESTER)


def put(world: World, one: Plan, step: str, **what: object) -> None:
    """Write what a step's row says."""
    with world.store.writing() as unit:
        row = unit.plans.find(one.key)
        assert row is not None
        assert unit.plans.change_step(replace(row.rows[step], **what), row.rows[step].state)  # type: ignore[arg-type]


def become(world: World, state: PlanState) -> None:
    """Let the plan come into a state."""
    with world.store.writing() as unit:
        row = unit.plans.find("moving")
        assert row is not None
        assert unit.plans.change(replace(row, state=state))


def test_a_step_stands_at_the_opening_in_which_it_starts_by_the_titles_of_its_preferences(adopted: World) -> None:
    one = plan("moving", replace(ONE, not_before=BEGINNING + 3 * DAY, window=NIGHTS))
    started(adopted, one)
    adopted.context.tick()

    event = calendar_of(adopted, "moving").one("step")

    assert said(event, "UID") == "step-parcels-moving@cutover"
    assert said(event, "SUMMARY") == "Move Parcel on its way to VA.gov (step parcels)"
    assert span(event) == (BEGINNING + 3 * DAY, BEGINNING + 3 * DAY + timedelta(hours=4))
    assert (said(event, "STATUS"), said(event, "TRANSP")) == ("CONFIRMED", "OPAQUE")
    assert "Due: March 5, 2027, 12:00 a.m. ET (2027-03-05 05:00:00 UTC)." in said(event, "DESCRIPTION")
    assert "It waits for its time, 2027-03-05 05:00:00 UTC." in said(event, "DESCRIPTION")


@pytest.mark.parametrize(
    ("state", "status", "begins"),
    [
        (StepState.WAITING, "CONFIRMED", "Move "),
        (StepState.DUE, "CONFIRMED", "Move "),
        (StepState.RUNNING, "CONFIRMED", "Running: "),
        (StepState.WATCHING, "CONFIRMED", "Watching: "),
        (StepState.DONE, "CONFIRMED", "Done: "),
        (StepState.HELD, "TENTATIVE", "Held: "),
        (StepState.UNDONE, "CANCELLED", "Undone: "),
        (StepState.SKIPPED, "CANCELLED", "Skipped: "),
        (StepState.CANCELLED, "CANCELLED", "Cancelled: "),
    ],
)
def test_the_state_of_a_step_is_told_in_its_status_and_in_words(
    adopted: World, state: StepState, status: str, begins: str
) -> None:
    one = plan("moving", replace(ONE, not_before=BEGINNING))
    started(adopted, one)
    why = "the parcels got lost, all of them"
    put(adopted, one, "parcels", state=state, due=BEGINNING, until=BEGINNING + timedelta(hours=1), why=why)

    event = calendar_of(adopted, "moving").one("step")

    assert said(event, "STATUS") == status
    assert said(event, "SUMMARY").startswith(begins)
    assert (why in said(event, "DESCRIPTION")) == (state not in (StepState.WAITING, StepState.DUE))


def test_a_step_that_lacks_approvals_is_tentative_and_says_so(adopted: World) -> None:
    one = plan("moving", replace(ONE, approvals=1, not_before=BEGINNING + DAY))
    started(adopted, one)
    adopted.context.tick()

    event = calendar_of(adopted, "moving").one("step")

    assert (said(event, "STATUS"), span(event)) == ("TENTATIVE", (BEGINNING + DAY, None))
    assert "It waits for one approval." in said(event, "DESCRIPTION")


def test_a_paused_plan_promises_nothing_and_a_cancelled_one_has_nothing_to_come(adopted: World) -> None:
    one = plan("moving", replace(ONE, not_before=BEGINNING + DAY, window=NIGHTS), TWO)
    started(adopted, one)
    adopted.context.tick()
    running = calendar_of(adopted, "moving")
    become(adopted, PlanState.PAUSED)
    paused = calendar_of(adopted, "moving").one("step")
    become(adopted, PlanState.CANCELLED)
    cancelled = calendar_of(adopted, "moving")

    assert (len(running.of("window")), len(running.of("forecast"))) == (4, 1)
    assert said(running.one("step"), "STATUS") == "CONFIRMED"
    assert said(paused, "STATUS") == "TENTATIVE"
    assert "The plan is paused: no step of it starts." in said(paused, "DESCRIPTION")
    assert cancelled.of("window") == cancelled.of("forecast") == []


def test_20_the_windows_of_the_calendar_are_those_in_which_the_scheduler_starts(adopted: World) -> None:
    blackout = Blackout(BEGINNING + timedelta(hours=1), BEGINNING + 2 * DAY, "code freeze")
    step = replace(ONE, window=NIGHTS, needs_steps=(), not_before=BEGINNING + timedelta(hours=2))
    short = Blackout(BEGINNING + 3 * DAY + timedelta(hours=1), BEGINNING + 4 * DAY, "deployment")
    one = replace(plan("moving", step), blackouts=(blackout, short))
    started(adopted, one)
    adopted.context.tick()

    calendar = calendar_of(adopted, "moving")

    shown = [span(event) for event in calendar.of("window")]
    opening = fit(BEGINNING + timedelta(hours=2), NIGHTS, (blackout,), one.place, timedelta(hours=1))
    assert opening is not None
    assert shown[0] == span(calendar.one("step")) == (opening.start, opening.end)
    lasting = {2: timedelta(hours=4), 3: timedelta(hours=1), 4: timedelta(hours=4), 5: timedelta(hours=4)}
    assert shown == [(BEGINNING + n * DAY, BEGINNING + n * DAY + hours) for n, hours in lasting.items()]
    assert all(said(event, "TRANSP") == "TRANSPARENT" for event in calendar.of("window"))
    adopted.clock.advance((shown[0][0] - BEGINNING).total_seconds() - 1)
    assert adopted.context.tick().started == ()
    adopted.clock.advance(1)
    assert adopted.context.tick().started == ("moving/parcels",)


def test_windows_keep_to_local_times_through_the_days_of_23_and_25_hours(adopted: World) -> None:
    windows = Window((6,), time(1, 30), time(2, 30))
    spring = replace(ONE, window=windows, not_before=datetime(2027, 3, 14, tzinfo=UTC))
    autumn = replace(TWO, needs_steps=(), window=windows, not_before=datetime(2027, 11, 7, tzinfo=UTC))
    adopted.plans.plans = {"moving": plan("moving", spring, autumn)}

    found = [span(event) for event in calendar_of(adopted, "moving").of("window")]

    assert found[0] == (datetime(2027, 3, 14, 6, 30, tzinfo=UTC), datetime(2027, 3, 14, 7, 0, tzinfo=UTC))
    assert found[1] == (datetime(2027, 3, 21, 5, 30, tzinfo=UTC), datetime(2027, 3, 21, 6, 30, tzinfo=UTC))
    assert found[4] == (datetime(2027, 11, 7, 5, 30, tzinfo=UTC), datetime(2027, 11, 7, 7, 30, tzinfo=UTC))
    assert found[5] == (datetime(2027, 11, 14, 6, 30, tzinfo=UTC), datetime(2027, 11, 14, 7, 30, tzinfo=UTC))


def test_in_the_hour_that_a_day_has_twice_its_name_tells_the_two_apart(adopted: World) -> None:
    first, second = (datetime(2027, 11, 7, hour, 30, tzinfo=UTC) for hour in (5, 6))
    one = plan("moving", ONE)
    started(adopted, one)
    put(adopted, one, "parcels", due=first, until=second)

    told = said(calendar_of(adopted, "moving").one("step"), "DESCRIPTION")

    assert "Due: November 7, 2027, 1:30 a.m. EDT (2027-11-07 05:30:00 UTC)." in told
    assert "It starts before: November 7, 2027, 1:30 a.m. EST (2027-11-07 06:30:00 UTC)." in told


def test_a_window_that_never_closes_and_none_at_all_are_no_entries(adopted: World) -> None:
    always = Window((0, 1, 2, 3, 4, 5, 6), time(0), time(0))
    adopted.plans.plans = {"moving": plan("moving", replace(ONE, window=always), TWO)}

    assert calendar_of(adopted, "moving").of("window") == []


def test_a_step_that_has_started_has_no_windows_any_more(adopted: World) -> None:
    one = plan("moving", replace(ONE, window=NIGHTS))
    started(adopted, one)
    before = calendar_of(adopted, "moving").of("window")
    put(adopted, one, "parcels", state=StepState.RUNNING, due=BEGINNING, until=BEGINNING + DAY)

    assert (len(before), calendar_of(adopted, "moving").of("window")) == (4, [])


def test_blackouts_take_the_time_and_say_why_once(adopted: World) -> None:
    freeze = Blackout(BEGINNING + DAY, BEGINNING + 2 * DAY, "code freeze; nobody, really nobody")
    empty = Blackout(BEGINNING, BEGINNING, "nothing")
    adopted.plans.plans = {"moving": replace(plan("moving", ONE), blackouts=(freeze, freeze, empty))}

    event = calendar_of(adopted, "moving").one("blackout")

    assert (said(event, "SUMMARY"), said(event, "TRANSP")) == (freeze.why, "OPAQUE")
    assert span(event) == (freeze.start, freeze.end)


def test_the_last_day_to_tell_a_team_is_a_whole_day_before_the_date_that_is_known(adopted: World) -> None:
    one = plan("moving", replace(ONE, not_before=BEGINNING + 30 * DAY, team="Parcels, Inc.", lead=14 * DAY))
    started(adopted, one)
    adopted.context.tick()

    event = calendar_of(adopted, "moving").one("tell")

    assert span(event)[0] == date(2027, 3, 18)
    assert said(event, "STATUS") == "CONFIRMED"
    assert said(event, "SUMMARY").startswith("Last day to tell Parcels, Inc. of step parcels: ")
    assert "14 days before it starts: by 2027-03-18." in said(event, "DESCRIPTION")


@pytest.fixture
def waiting(adopted: World) -> World:
    """A service with a plan that waits for a milestone, expected on exactly one day."""
    day = date(2027, 6, 1)
    live = Milestone("live", "Parcels are live", team="The other team", lead=28 * DAY, estimate=Estimate(day, day, day))
    adopted.plans.filed = {"live": live}
    adopted.plans.plans = {"moving": plan("moving", replace(ONE, milestones=("live",)), TWO)}
    return adopted


def test_a_step_without_a_date_stands_on_the_day_of_its_forecast(waiting: World) -> None:
    calendar = calendar_of(waiting, "moving")

    first, second = calendar.of("forecast")
    assert said(first, "UID") == "forecast-parcels-moving@cutover"
    assert span(first) == (date(2027, 6, 1), None)
    assert (said(first, "STATUS"), said(first, "TRANSP")) == ("TENTATIVE", "TRANSPARENT")
    assert said(first, "SUMMARY") == "Forecast: Move Parcel on its way to VA.gov (step parcels)"
    assert "by 2027-06-01; one in ten chances by 2027-06-01, nine in ten by 2027-06-01" in said(first, "DESCRIPTION")
    assert said(second, "UID") == "forecast-visits-moving@cutover"
    assert calendar.of("step") == []


def test_the_last_day_to_tell_goes_by_the_forecast_while_there_is_no_date(waiting: World) -> None:
    event = calendar_of(waiting, "moving").one("tell")

    assert span(event)[0] == date(2027, 5, 4)
    assert said(event, "STATUS") == "TENTATIVE"
    assert "By the forecast, on even chances" in said(event, "DESCRIPTION")


def test_a_started_plan_is_forecast_from_where_it_stands(waiting: World) -> None:
    started(waiting, waiting.plans.plans["moving"])
    waiting.context.tick()

    calendar = calendar_of(waiting, "moving")

    first = calendar.of("forecast")[0]
    assert span(first)[0] == date(2027, 6, 1)
    assert "It waits for the milestone “Parcels are live”." in said(first, "DESCRIPTION")


def test_a_step_that_was_skipped_is_forecast_no_more(adopted: World) -> None:
    one = plan("moving", ONE, replace(TWO, wait=DAY))
    started(adopted, one)
    put(adopted, one, "parcels", state=StepState.SKIPPED, since=BEGINNING)

    assert said(calendar_of(adopted, "moving").one("forecast"), "UID") == "forecast-visits-moving@cutover"


def test_a_plan_that_was_not_started_says_so_and_what_has_no_date_is_named(waiting: World) -> None:
    waiting.plans.filed = {"live": replace(waiting.plans.filed["live"], estimate=None)}

    calendar = calendar_of(waiting, "moving")

    about = calendar.told("X-WR-CALDESC")
    assert about.startswith("The plan was not started.")
    assert "Without a date: Move Parcel on its way to VA.gov." in about
    assert calendar.of("forecast") == calendar.of("tell") == []


def test_a_forecast_that_cannot_be_had_leaves_the_rest_of_the_calendar(adopted: World) -> None:
    adopted.plans.plans = {"moving": plan("moving", replace(ONE, window=NIGHTS), Step("x", ("gone",), System.VA_GOV))}

    calendar = calendar_of(adopted, "moving")

    assert "There is no forecast. " in calendar.told("X-WR-CALDESC")
    assert len(calendar.of("window")) == 4


@pytest.mark.parametrize("kind", ["retire", "surfaces"])
def test_what_is_no_move_is_said_in_its_own_words(adopted: World, kind: str) -> None:
    step = Step("parcels", (FIRST_KEY, "gone"), NOBODY if kind == "retire" else None, surfaces=("va_gov_profile",))
    one = plan("moving", step)
    started(adopted, one)
    put(adopted, one, "parcels", due=BEGINNING)

    told = said(calendar_of(adopted, "moving").one("step"), "SUMMARY")

    expected = "Retire Parcel on its way, gone" if kind == "retire" else "Change where Parcel on its way, gone can be"
    assert told.startswith(expected)
