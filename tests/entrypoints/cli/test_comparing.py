"""Which plan? As the command line answers it, to programs and to people."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.domain.milestones import Estimate, Milestone
from app.domain.ownership import System
from app.domain.plans import Step
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.cli.running import Cutover
from tests.entrypoints.invented import plan
from tests.entrypoints.world import World

LIVE = Milestone(
    "parcels_live",
    "Parcels is live",
    feature="parcels",
    estimate=Estimate(date(2027, 6, 1), date(2027, 7, 1), date(2027, 12, 1)),
)
ONE = Step("one", (FIRST_KEY,), System.VA_GOV, milestones=("parcels_live",), surfaces=("va_gov_profile",), team="Us")
TWO = Step("two", (SECOND_KEY,), System.VA_GOV, needs_steps=("one",), surfaces=("va_gov_profile",))
FEW = ("--draws", "50")
MEMBERS = {
    "plan",
    *(f"finish_{rank}" for rank in ("p10", "p50", "p90")),
    "split_days_p50",
    "detour_days_p50",
    "mismatch_days_p50",
    "frozen_minutes",
    "largest_move",
    "deliverables",
}


@pytest.fixture(autouse=True)
def planned(world: World) -> World:
    """Two approaches to the same, and a plan that is none."""
    world.adopt(FIRST_KEY, SECOND_KEY)
    both = Step("both", (FIRST_KEY, SECOND_KEY), System.VA_GOV, milestones=("parcels_live",))
    world.plans.filed = {"parcels_live": LIVE}
    world.plans.plans = {
        "quick": replace(plan("quick", both), approach="D"),
        "slow": replace(plan("slow", ONE, TWO), approach="A"),
        "other": plan("other", ONE),
    }
    return world


def test_programs_get_a_list_of_plans_with_their_figures(cutover: Cutover) -> None:
    ran = cutover("plans", "compare", *FEW, "--json")

    assert (ran.status, ran.err) == (0, "")
    assert [one["plan"] for one in ran.json] == ["slow", "quick"]
    assert all(one.keys() >= MEMBERS for one in ran.json)
    assert ran.json == cutover("plans", "compare", *FEW, "--json", "--seed", "1").json
    assert ran.json != cutover("plans", "compare", *FEW, "--json", "--seed", "2").json


def test_people_get_a_table_a_paragraph_and_what_would_change_it(cutover: Cutover) -> None:
    ran = cutover("plans", "compare", *FEW)

    assert ran.status == 0
    assert "A: Slow" in ran.out
    assert "Most in one move" in ran.out
    assert "A is best, or level with the best, on every count. A (Slow) risks the fewest preferences" in ran.out
    assert "What would change it:\n- Nothing that was tried" in ran.out
    assert "Taken to be so:\n- Approvals are given in time" in ran.out


def test_the_plans_that_are_named_are_compared(cutover: Cutover) -> None:
    assert [one["plan"] for one in cutover("plans", "compare", "other", "slow", *FEW, "--json").json] == [
        "other",
        "slow",
    ]
    assert "leaves as it is what others move" in cutover("plans", "compare", "other", "slow", *FEW).out


def test_why_a_plan_is_left_out_stands_on_standard_error(planned: World, cutover: Cutover) -> None:
    lost = plan("lost", Step("one", ("no_such_preference",), System.VA_GOV))
    planned.plans.plans["lost"] = replace(lost, approach="B")

    ran = cutover("plans", "compare", *FEW)

    assert (ran.status, "no_such_preference" in ran.err) == (0, True)


def test_the_picture_is_written_to_a_file(cutover: Cutover, tmp_path: Path) -> None:
    file = tmp_path / "ends.svg"

    assert cutover("plans", "compare", *FEW, "--svg", str(file), "--json").status == 0

    assert ElementTree.parse(file).getroot().tag.endswith("svg")  # noqa: S314 - the product wrote it
    ran = cutover("plans", "compare", *FEW, "--svg", str(tmp_path / "nowhere" / "ends.svg"))
    assert (ran.status, "cannot be written" in ran.err) == (2, True)


@pytest.mark.parametrize("draws", ["0", "20001", "many"])
def test_as_many_draws_cannot_be_made(cutover: Cutover, draws: str) -> None:
    assert cutover("plans", "compare", "--draws", draws).status == 2


def test_a_plan_that_is_not_there_is_refused(cutover: Cutover) -> None:
    for command in ("compare", "forecast"):
        ran = cutover("plans", command, "invented")
        assert (ran.status, "not_found" in ran.err) == (1, True)


def test_the_dates_of_a_plan_are_told(cutover: Cutover) -> None:
    told = cutover("plans", "forecast", "slow", *FEW, "--json").json
    plain = cutover("plans", "forecast", "slow", *FEW)

    assert plain.status == 0
    assert f"slow ends by {told['finish']['p50']} on even chances" in plain.out
    assert all(one["start"]["p50"] in plain.out for one in told["steps"])


def test_where_nobody_can_tell_the_dates_the_reason_is_told(planned: World, cutover: Cutover) -> None:
    planned.plans.filed = {"parcels_live": replace(LIVE, estimate=None, team="Parcels", lead=timedelta(weeks=6))}

    plain = cutover("plans", "forecast", "slow", *FEW).out

    why = "Step one waits for “Parcels is live”, for which nobody has given an estimate."
    assert f"Nobody can tell when slow ends. {why}" in plain
    assert f"one: By when Parcels must be told of the milestone parcels_live is not known: {why}" in plain
