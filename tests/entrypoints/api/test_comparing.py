"""Which plan? Plans side by side, and the dates of one, as the API answers them."""

from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from app.domain.milestones import Estimate, Milestone
from app.domain.ownership import System
from app.domain.plans import Step
from app.services.planning.forecasting import MOST_PLANS
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, refused
from tests.entrypoints.invented import plan
from tests.entrypoints.world import World

SIX_WEEKS = timedelta(weeks=6)
LIVE = Milestone(
    "parcels_live",
    "Parcels is live",
    feature="parcels",
    team="Parcels",
    lead=SIX_WEEKS,
    estimate=Estimate(date(2027, 6, 1), date(2027, 7, 1), date(2027, 12, 1)),
)
ONE = Step("one", (FIRST_KEY,), System.VA_GOV, milestones=("parcels_live",), surfaces=("va_gov_profile",))
TWO = Step("two", (SECOND_KEY,), System.VA_GOV, needs_steps=("one",), surfaces=("va_gov_profile",), team="Visits")
SLOW = replace(plan("slow", ONE, replace(TWO, lead=SIX_WEEKS, wait=timedelta(days=30))), approach="A")
QUICK = replace(
    plan("quick", Step("both", (FIRST_KEY, SECOND_KEY), System.VA_GOV, milestones=("parcels_live",))), approach="D"
)
FEW = "draws=50"


@pytest.fixture
def planned(adopted: World) -> World:
    """Two approaches to the same, and a plan that is none."""
    adopted.plans.filed = {"parcels_live": LIVE}
    adopted.plans.plans = {"quick": QUICK, "slow": SLOW, "other": plan("other", ONE)}
    return adopted


def test_the_approaches_are_compared_in_figures_and_in_plain_words(planned: World, viewer: Api) -> None:
    told = viewer.get(f"/plans/compare?{FEW}&seed=3").get_json()

    assert [one["plan"] for one in told["plans"]] == ["slow", "quick"]
    slow, quick = told["plans"]
    assert quick["finish_p10"] <= quick["finish_p50"] <= quick["finish_p90"] < slow["finish_p90"]
    assert quick["finish_p50"] < slow["finish_p50"]
    assert (slow["split_days_p50"], quick["split_days_p90"]) == (30, 0)
    assert (slow["largest_move"], quick["largest_move"]) == (1, 2)
    assert (told["draws"], told["seed"], told["time_zone"]) == (50, 3, "America/New_York")
    assert "D (Quick) ends soonest" in told["paragraph"]
    assert any(sentence.startswith("Approvals are given in time") for sentence in told["assumptions"])
    assert (told["would_change"], told["unreadable"]) == ([], [])
    assert told["steady"].startswith("Nothing that was tried")


def test_the_same_seed_gives_the_same_and_another_seed_other_dates(planned: World, viewer: Api) -> None:
    first, again, other = (viewer.get(f"/plans/compare?{FEW}&seed={seed}").get_json() for seed in (1, 1, 2))

    assert first == again
    assert first["plans"] != other["plans"]


def test_the_plans_that_are_named_are_compared(planned: World, viewer: Api) -> None:
    told = viewer.get(f"/plans/compare?plan=other&plan=quick&{FEW}").get_json()

    assert [one["plan"] for one in told["plans"]] == ["other", "quick"]


def test_other_teams_are_told_by_when_they_must_deliver(planned: World, viewer: Api) -> None:
    slow = viewer.get(f"/plans/compare?{FEW}").get_json()["plans"][0]

    parcels, visits = slow["deliverables"]
    assert (parcels["milestone"], parcels["team"], parcels["lead"]) == ("parcels_live", "Parcels", "6w")
    assert date.fromisoformat(parcels["needed_by"]) - date.fromisoformat(parcels["tell_by"]) == SIX_WEEKS
    assert (visits["step"], visits["team"]) == ("two", "Visits")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("plan=invented", "not_found"),
        ("plan=", "not_found"),
        ("draws=20001", "malformed"),
        ("draws=-1", "malformed"),
        ("draws=many", "malformed"),
        ("draws=0", "invalid"),
        ("seed=-1", "malformed"),
        ("&".join(f"plan=plan_{number}" for number in range(MOST_PLANS + 1)), "invalid"),
    ],
)
def test_what_cannot_be_compared_is_refused(planned: World, viewer: Api, asked: str, code: str) -> None:
    planned.plans.plans |= {f"plan_{number}": plan(f"plan_{number}", ONE) for number in range(MOST_PLANS + 1)}

    refused(viewer.get(f"/plans/compare?{asked}"), code)


def test_what_cannot_be_read_is_told_beside_the_others(planned: World, viewer: Api) -> None:
    planned.plans.plans["unknown"] = replace(
        plan("unknown", Step("one", ("no_such_preference",), System.VA_GOV)), approach="B"
    )

    told = viewer.get(f"/plans/compare?{FEW}").get_json()

    assert [one["plan"] for one in told["plans"]] == ["slow", "quick"]
    assert ["no_such_preference" in why for why in told["unreadable"]] == [True]


@pytest.mark.parametrize(("asked", "width"), [("", "960"), ("&wide=1", "960"), ("&wide=0", "320")])
def test_the_picture_is_an_svg_for_wide_and_for_narrow_pages(
    planned: World, viewer: Api, asked: str, width: str
) -> None:
    answer = viewer.get(f"/plans/compare.svg?{FEW}{asked}")

    assert answer.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(answer.text)  # noqa: S314 - the product wrote it
    assert root.attrib["viewBox"].split()[2] == width
    assert "A: 8 in 10 chance from" in answer.text


def test_a_plan_is_forecast_with_the_last_day_to_tell_each_team(planned: World, viewer: Api) -> None:
    told = viewer.get(f"/plans/slow/forecast?{FEW}").get_json()

    one, two = told["steps"]
    assert told["finish"]["p10"] <= told["finish"]["p50"] <= told["finish"]["p90"] == two["end"]["p90"]
    assert date.fromisoformat(two["start"]["p50"]) == date.fromisoformat(one["start"]["p50"]) + timedelta(days=30)
    latest = date.fromisoformat(two["start"]["p50"]) - SIX_WEEKS
    assert two["tell"] == [
        {
            "team": "Visits",
            "milestone": None,
            "latest": latest.isoformat(),
            "sentence": f"Tell Visits by {latest:%B} {latest.day}, {latest.year}.",
        }
    ]
    assert (told["why"], told["draws"], told["seed"]) == (None, 50, 1)


def test_a_team_that_should_have_been_told_is_told_so(planned: World, viewer: Api) -> None:
    soon = Estimate(date(2027, 3, 20), date(2027, 3, 20), date(2027, 3, 20))
    planned.plans.filed = {"parcels_live": replace(LIVE, estimate=soon)}

    told = viewer.get(f"/plans/slow/forecast?{FEW}").get_json()

    assert [one["sentence"] for one in told["steps"][0]["tell"]] == [
        "Parcels should have been told of the milestone parcels_live by February 6, 2027."
    ]


def test_without_an_estimate_there_is_a_sentence_in_place_of_a_date(planned: World, viewer: Api) -> None:
    planned.plans.filed = {"parcels_live": replace(LIVE, estimate=None)}

    told = viewer.get(f"/plans/slow/forecast?{FEW}").get_json()
    compared = viewer.get(f"/plans/compare?{FEW}").get_json()

    why = "Step one waits for “Parcels is live”, for which nobody has given an estimate."
    assert (told["finish"], told["why"]) == (None, why)
    assert [one["sentence"] for one in told["steps"][0]["tell"]] == [
        f"By when Parcels must be told of the milestone parcels_live is not known: {why}"
    ]
    assert compared["plans"][0]["finish_p50"] is None
    assert compared["plans"][0]["why"]["finish_p50"] == why


def test_a_plan_that_is_not_there_has_no_forecast(planned: World, viewer: Api) -> None:
    refused(viewer.get("/plans/invented/forecast"), "not_found")


def test_a_started_step_whose_date_is_known_says_by_when_to_tell_each_team(planned: World, operator: Api) -> None:
    later = replace(ONE, milestones=(), wait=timedelta(weeks=8), team="Parcels", lead=SIX_WEEKS)
    planned.plans.plans = {"later": plan("later", later, TWO)}
    assert operator.get("/plans/later").get_json()["steps"][0]["tell"] == []
    assert operator.post("/plans/later/start", {"reason": "Invented."}).status_code == 200
    assert operator.ask("POST", "/tick").status_code == 200

    one, two = operator.get("/plans/later").get_json()["steps"]

    assert [told["team"] for told in one["tell"]] == ["Parcels"]
    due = date.fromisoformat(one["due_eastern"][:10])
    assert date.fromisoformat(one["tell"][0]["latest"]) == due - SIX_WEEKS
    assert two["tell"] == []
