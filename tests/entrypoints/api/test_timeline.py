"""The timeline of a plan, as the API answers it: its lines and the rows of its table, or the picture."""

from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from app.domain.milestones import Estimate, Milestone
from app.domain.ownership import System
from app.domain.plans import Step
from app.services.planning import timing
from app.services.planning.starting import start_plan
from app.services.planning.timing import timeline_of
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, refused
from tests.entrypoints.invented import SECOND, plan
from tests.entrypoints.world import TESTER, World
from tests.fakes.clock import BEGINNING

DAY = timedelta(days=1)
LIVE = Milestone(
    "parcels_live", "Parcels is live", estimate=Estimate(date(2027, 6, 1), date(2027, 7, 1), date(2027, 12, 1))
)
ONE = Step("one", (FIRST_KEY,), System.VA_GOV, not_before=BEGINNING + 3 * DAY, bake=2 * DAY)
TWO = Step("two", (SECOND_KEY,), System.VA_GOV, milestones=("parcels_live",))
FEW = "draws=50"
THIRD = "third_letter"


@pytest.fixture
def planned(adopted: World) -> World:
    """A plan that runs: one step has a date, the other waits for a milestone."""
    adopted.plans.filed = {"parcels_live": LIVE}
    adopted.plans.plans = {"slow": replace(plan("slow", ONE, TWO), title="Slow")}
    with adopted.store.writing() as unit:
        start_plan(unit, adopted.plans.plans["slow"], TESTER)
    adopted.context.tick()
    return adopted


def test_programs_get_lines_and_the_rows_of_the_table(planned: World, viewer: Api) -> None:
    told = viewer.get(f"/plans/slow/timeline?{FEW}").get_json()

    one, two = told["steps"]
    assert (told["plan"], told["title"], told["state"], told["trouble"]) == ("slow", "Slow", "running", None)
    assert (one["look"], one["at"]) == ("planned", "2027-03-05T05:00:00.000Z")
    assert one["watched"] == {"from": "2027-03-05T05:00:00.000Z", "until": "2027-03-07T05:00:00.000Z"}
    assert (two["look"], two["at"]) == ("uncertain", None)
    assert two["start"]["p10"] < two["start"]["p50"] < two["start"]["p90"]
    assert told["milestones"][0]["estimate"] == {
        "earliest": "2027-06-01",
        "likely": "2027-07-01",
        "latest": "2027-12-01",
    }
    assert told["columns"][0] == "Step or milestone"
    assert [row[0] for row in told["rows"]] == ["1 Parcel on its way", "2 Visit reminders", "Parcels is live"]
    assert told["rows"][0][3] == "Fri, Mar 5, 12:00 a.m. ET (Thursday night)"


@pytest.mark.parametrize(("asked", "width"), [("", "1216"), ("&wide=1", "1216"), ("&wide=0", "343")])
def test_who_accepts_a_picture_gets_one_for_wide_and_for_narrow_pages(
    planned: World, viewer: Api, asked: str, width: str
) -> None:
    answer = viewer.get(f"/plans/slow/timeline?{FEW}{asked}", headers={"Accept": "image/svg+xml"})

    assert (answer.status_code, answer.mimetype, answer.vary.as_set()) == (200, "image/svg+xml", {"accept"})
    root = ElementTree.fromstring(answer.text)  # noqa: S314 - the product wrote it
    assert root.attrib["viewBox"].split()[2] == width


def test_the_same_seed_gives_the_same_and_another_seed_other_dates(planned: World, viewer: Api) -> None:
    first, again, other = (viewer.get(f"/plans/slow/timeline?{FEW}&seed={seed}").get_json() for seed in (1, 1, 2))

    assert first == again
    assert first["steps"][1]["start"] != other["steps"][1]["start"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/plans/invented/timeline", "not_found"),
        ("/plans/slow/timeline?draws=0", "invalid"),
        ("/plans/slow/timeline?draws=20001", "malformed"),
        ("/plans/slow/timeline?wide=2", "malformed"),
    ],
)
def test_what_cannot_be_drawn_is_refused(planned: World, viewer: Api, path: str, code: str) -> None:
    refused(viewer.get(path), code)


def test_a_forecast_that_is_handed_in_is_not_drawn_again(planned: World) -> None:
    context = planned.context
    found = context.forecasts.of(context.looking, "slow", draws=7, seed=3)

    told = timeline_of(context, "slow", found)

    assert told.steps[1].spread == found.steps[1].start
    assert told == timeline_of(context, "slow", draws=7, seed=3)


def test_a_plan_that_needs_no_forecast_draws_none(planned: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = list[str]()
    monkeypatch.setattr(timing, "forecast", lambda plan, *_, **__: drawn.append(plan.key))
    planned.plans.plans["dated"] = plan("dated", Step("only", (THIRD,), System.VA_GOV, not_before=BEGINNING + DAY))
    planned.files.put(replace(SECOND, key=THIRD, title="Third"))
    planned.context.keeper.reload()
    planned.adopt(THIRD)
    planned.run(planned.plans.plans["dated"])

    assert timeline_of(planned.context, "dated").steps[0].look == "planned"
    assert drawn == []
    timeline_of(planned.context, "slow")
    assert drawn == ["slow"]


def test_without_the_file_of_a_preference_there_is_a_timeline_without_a_forecast(planned: World, viewer: Api) -> None:
    planned.plans.plans["lost"] = plan("lost", replace(ONE, preferences=("no_such_preference",)))

    told = viewer.get(f"/plans/lost/timeline?{FEW}").get_json()

    assert told["trouble"].startswith("There is no forecast. ")
    assert told["steps"][0]["look"] == "undated"
    assert told["rows"][0][3] == f"no date: {told['trouble']}"
