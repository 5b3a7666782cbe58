"""The dates of one plan that runs: what was recorded stands, and the rest is forecast from it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.forecast.comparing import compare
from app.domain.forecast.foretelling import Forecast, StepForecast, Telling, forecast
from app.domain.forecast.given import Known, Progress, Standing
from app.domain.milestones import Milestone
from app.domain.plans import StepRow, StepState
from tests.domain.forecast.making import (
    AT_VA_GOV,
    NIGHTS,
    VA_GOV,
    between,
    known,
    midnight,
    plan,
    point,
    preference,
    step,
)

DAY = timedelta(days=1)
STARTED = midnight("2027-01-04")
NOW = midnight("2027-02-10") + timedelta(hours=9)
LIVE = point("bees_live", "2027-03-01", team="Bees", lead=14 * DAY)
WORLD = known((LIVE,), (preference("ants"), preference("bees"), preference("cats")), NOW)
PLAN = plan(
    "running",
    step("ants", bake=3 * DAY),
    step("bees", needs_steps=("ants",), milestones=("bees_live",), wait=2 * DAY, bake=3 * DAY),
    step("cats", needs_steps=("bees",), team="Profile", lead=42 * DAY),
)


def at(day: str, **hours: int) -> datetime:
    return midnight(day) + timedelta(**hours)


def foretold(*rows: StepRow, what: Known = WORLD) -> Forecast:
    return forecast(PLAN, what, Progress(STARTED, {row.id: row for row in rows}), draws=3)


def row(name: str, state: StepState, **other: object) -> StepRow:
    made = StepRow("running", name, state)
    return replace(made, **other)  # type: ignore[arg-type] # the tests name fields that there are


def on(found: StepForecast) -> tuple[date | None, date | None]:
    """When a step starts and ends, on even chances."""
    return (found.start.p50 if found.start else None), (found.end.p50 if found.end else None)


DONE = row("ants", StepState.DONE, due=at("2027-01-12"), since=at("2027-01-15"))


def test_a_step_that_is_done_keeps_its_dates_and_the_next_ones_are_forecast_from_them() -> None:
    ants, bees, cats = foretold(DONE).steps
    assert (on(ants), ants.ahead) == ((date(2027, 1, 12), date(2027, 1, 15)), False)
    assert (on(bees), bees.ahead) == ((date(2027, 3, 3), date(2027, 3, 6)), True)
    assert on(cats) == (date(2027, 3, 6), date(2027, 3, 6))
    assert bees.expected == midnight("2027-03-03")


def test_the_plan_ends_with_its_last_step() -> None:
    found = foretold(DONE)
    assert found.finish is not None
    assert found.finish.p50 == date(2027, 3, 6)
    assert found.why is None


def test_a_wait_counts_from_when_its_needs_were_met_in_the_past() -> None:
    reached = replace(WORLD, milestones={"bees_live": replace(LIVE, reached=at("2027-02-09", hours=10))})
    assert foretold(DONE, what=reached).steps[1].expected == at("2027-02-11", hours=10)


def test_nothing_starts_in_the_past() -> None:
    reached = replace(WORLD, milestones={"bees_live": replace(LIVE, reached=at("2027-01-20"))})
    assert foretold(DONE, what=reached).steps[1].expected == NOW


def test_a_date_that_a_person_gave_stands_in_place_of_wait_and_date() -> None:
    early = row("bees", StepState.WAITING, moment=at("2027-02-20"))
    reached = replace(WORLD, milestones={"bees_live": replace(LIVE, reached=at("2027-02-09"))})
    assert foretold(DONE, early, what=reached).steps[1].expected == at("2027-02-20")
    assert foretold(DONE, early).steps[1].expected == at("2027-03-01"), "but not before its needs are met"


def test_a_time_that_counts_anew_is_not_before_that() -> None:
    retried = row("bees", StepState.WAITING, anew=at("2027-03-20"))
    assert foretold(DONE, retried).steps[1].expected == at("2027-03-20")
    reached = replace(WORLD, milestones={"bees_live": replace(LIVE, reached=at("2027-01-20"))})
    long_ago = row("bees", StepState.WAITING, anew=at("2027-01-25"))
    assert foretold(DONE, long_ago, what=reached).steps[1].expected == NOW


def test_a_step_that_is_watched_ends_when_its_bake_is_over_and_not_in_the_past() -> None:
    watched = row("ants", StepState.WATCHING, due=at("2027-02-08"), since=at("2027-02-09", hours=1))
    assert on(foretold(watched).steps[0]) == (date(2027, 2, 8), date(2027, 2, 12))
    long_ago = row("ants", StepState.WATCHING, due=at("2027-01-12"), since=at("2027-01-12"))
    assert on(foretold(long_ago).steps[0]) == (date(2027, 1, 12), date(2027, 2, 10))


def test_a_step_that_runs_is_watched_from_now() -> None:
    running = row("ants", StepState.RUNNING, due=at("2027-02-09", hours=8), since=at("2027-02-09", hours=8))
    assert on(foretold(running).steps[0]) == (date(2027, 2, 9), date(2027, 2, 13))


def test_a_skipped_step_lets_the_next_one_go_on() -> None:
    skipped = row("ants", StepState.SKIPPED, since=at("2027-02-01"))
    assert on(foretold(skipped).steps[1]) == (date(2027, 3, 3), date(2027, 3, 6))


@pytest.mark.parametrize("state", [StepState.UNDONE, StepState.CANCELLED])
def test_a_step_that_went_back_keeps_those_that_need_it_from_any_date(state: StepState) -> None:
    found = foretold(row("ants", state, since=at("2027-02-01")))
    assert on(found.steps[1]) == (None, None)
    assert found.steps[1].why == f"Step bees needs step ants, which was {state}."
    assert found.steps[2].why == f"Step cats needs step bees, which needs step ants, which was {state}."
    assert (found.finish, found.why) == (None, found.steps[1].why)


def test_a_held_step_has_no_date_until_a_person_decides() -> None:
    found = foretold(row("ants", StepState.HELD))
    assert [one.why for one in found.steps[:2]] == [
        "Step ants is held until a person decides.",
        "Step bees needs step ants, which is held until a person decides.",
    ]


def test_teams_are_told_their_lead_before_the_start_on_even_chances() -> None:
    _, bees, cats = foretold(DONE).steps
    assert bees.tell == (Telling("Bees", "bees_live", date(2027, 2, 17)),)
    assert cats.tell == (Telling("Profile", None, date(2027, 1, 23)),)


def test_nobody_is_told_of_what_has_started_or_was_reached() -> None:
    done = [row(name, StepState.DONE, since=at("2027-02-01")) for name in ("bees", "cats")]
    assert [one.tell for one in foretold(DONE, *done).steps] == [(), (), ()]
    reached = replace(WORLD, milestones={"bees_live": replace(LIVE, reached=at("2027-02-09"))})
    assert foretold(DONE, what=reached).steps[1].tell == ()


def test_without_an_estimate_teams_are_named_without_a_day() -> None:
    undated = replace(WORLD, milestones={"bees_live": Milestone("bees_live", "Bees", team="Bees", lead=DAY)})
    bees = foretold(DONE, what=undated).steps[1]
    assert bees.tell == (Telling("Bees", "bees_live", None),)
    assert bees.why == "Step bees waits for “Bees”, for which nobody has given an estimate."


def test_a_milestone_that_is_in_no_file_any_more_is_named() -> None:
    assert foretold(DONE, what=replace(WORLD, milestones={})).steps[1].why == (
        "Step bees waits for bees_live, which is no milestone any more."
    )


def test_an_uncertain_milestone_spreads_the_dates() -> None:
    wide = between("bees_live", "2027-03-01", "2027-04-01", "2027-08-01")
    found = forecast(PLAN, replace(WORLD, milestones={"bees_live": wide}), draws=500).steps[1]
    assert found.start is not None
    assert found.start.p10 < found.start.p50 < found.start.p90


def test_a_plan_that_was_not_started_is_forecast_as_if_it_were_now() -> None:
    ants = forecast(PLAN, WORLD, draws=3).steps[0]
    assert (ants.expected, ants.ahead) == (NOW, True)


def test_dates_are_in_the_zone_of_the_plan() -> None:
    far = replace(PLAN, time_zone="Pacific/Honolulu", steps=(step("ants", not_before=at("2027-03-01")),))
    found = forecast(far, WORLD, draws=3).steps[0]
    assert on(found) == (date(2027, 2, 28), date(2027, 2, 28))
    assert found.expected == datetime(2027, 3, 1, 5, tzinfo=UTC)


def test_a_plan_in_the_middle_is_compared_from_how_far_it_has_come() -> None:
    """What is done has changed the present already; what runs is about to."""
    both = plan("p", step("ants"), step("bees", not_before=at("2027-02-20"), window=NIGHTS))
    present = {"ants": Standing(VA_GOV, AT_VA_GOV)}
    rows = {"ants": StepRow("p", "ants", StepState.DONE, since=at("2027-02-01"))}
    some = replace(WORLD, preferences={key: WORLD.preferences[key] for key in ("ants", "bees")})
    moved = replace(some, present=present, progress={"p": Progress(STARTED, rows)})
    under_way = {"ants": StepRow("p", "ants", StepState.RUNNING, since=NOW)}
    runs = replace(some, progress={"p": Progress(STARTED, under_way)})
    for what in (moved, runs):
        found = compare((both,), what, draws=3).plans[0]
        assert found.split is not None
        assert found.split.p50 == 13, "from February 10 until February 23, a Tuesday"


def test_what_a_skipped_step_would_have_changed_is_not_changed() -> None:
    both = plan("p", step("ants"), step("bees", not_before=at("2027-02-20"), bake=5 * DAY))
    rows = {"ants": StepRow("p", "ants", StepState.SKIPPED, since=at("2027-02-01"))}
    some = {key: WORLD.preferences[key] for key in ("ants", "bees")}
    skipped = replace(WORLD, preferences=some, progress={"p": Progress(STARTED, rows)})
    found = compare((both,), skipped, draws=3).plans[0]
    assert found.split is not None
    assert found.split.p50 == 5, "ants stay at MHV, and bees leave it on February 20"
