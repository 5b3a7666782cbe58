"""The page that says which plan: in words, as a picture, in figures, and what they rest on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.milestones import Estimate, Milestone
from app.domain.ownership import System
from app.domain.plans import Step
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.invented import plan
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import World

LIVE = Milestone(
    "parcels_live",
    "Parcels <b>is</b> live",
    feature="parcels",
    team="Parcels",
    lead=timedelta(weeks=6),
    estimate=Estimate(date(2027, 6, 1), date(2027, 7, 1), date(2027, 12, 1)),
)
ONE = Step("one", (FIRST_KEY,), System.VA_GOV, milestones=("parcels_live",), surfaces=("va_gov_profile",))
TWO = Step("two", (SECOND_KEY,), System.VA_GOV, needs_steps=("one",), surfaces=("va_gov_profile",))
SLOW = replace(plan("slow", ONE, replace(TWO, wait=timedelta(days=30))), approach="A", title="Slow <script>")
QUICK = replace(
    plan("quick", Step("both", (FIRST_KEY, SECOND_KEY), System.VA_GOV, milestones=("parcels_live",))), approach="D"
)


@pytest.fixture
def planned(world: World) -> World:
    world.adopt(FIRST_KEY, SECOND_KEY)
    world.plans.filed = {"parcels_live": LIVE}
    world.plans.plans = {"quick": QUICK, "slow": SLOW}
    return world


def page(world: World, query: str = "") -> Element:
    answer = world.signed_in(Role.VIEWER).get(f"/compare{query}")
    assert answer.status_code == 200, answer.text
    found = read(answer.text)
    assert faults(found) == []
    return found


def test_the_answer_comes_first_then_the_picture_then_the_figures(planned: World) -> None:
    found = page(planned)
    same = planned.context.forecasts.compare(planned.context.looking, None)
    assert found.one("p", class_="answer").text == " ".join(same.paragraph.split())
    slow, quick = found.one("table", class_="compare").all("tr")[1:]
    assert slow.all("th")[0].text == "A Slow <script>"
    assert [cell.attributes["data-label"] for cell in quick.all("td")][:2] == ["Ends", "Split over two places"]
    assert "best" in quick.all("td")[0].text
    assert "best" not in slow.all("td")[0].text
    assert slow.all("td")[1].text.startswith("30 days in every draw")
    assert quick.all("td")[4].text.startswith("2")
    assert "best" not in quick.all("td")[3].text, "all are level"


def test_both_pictures_stand_in_the_page_once_each(planned: World) -> None:
    pictures = [svg for svg in page(planned).all("svg") if svg.attributes.get("role") == "img"]
    assert [svg.attributes["viewbox"].split()[2] for svg in pictures] == ["960", "320"]
    assert all("8 in 10 chance from" in svg.one("desc").text for svg in pictures)


def test_what_it_rests_on_leads_to_the_estimates(planned: World) -> None:
    found = page(planned)
    assert found.links()["Parcels <b>is</b> live"] == "/milestones#parcels_live"
    assert "Jun 1, 2027 Jul 1, 2027 Dec 1, 2027" in found.text
    assert "Parcels : Parcels <b>is</b> live; tell them by" in found.text


def test_plans_can_be_named(planned: World) -> None:
    assert len(page(planned, "?plan=quick").one("table", class_="compare").all("tr")) == 2
    assert "One plan alone is first in everything." in page(planned, "?plan=quick").text


def test_without_plans_it_says_what_makes_one_comparable(world: World) -> None:
    assert "There is no plan to compare" in page(world).text


def test_what_nobody_can_tell_says_why_in_its_place(planned: World) -> None:
    planned.plans.filed = {"parcels_live": replace(LIVE, estimate=None)}
    found = page(planned)
    assert "Nobody can tell" in found.one("table", class_="compare").all("tr")[1].text
    assert "Nobody gave it a date" in found.text


def test_a_plan_that_is_not_there_is_told(planned: World) -> None:
    answer = planned.signed_in(Role.VIEWER).get("/compare?plan=nowhere")
    assert answer.status_code == 404
    assert faults(read(answer.text)) == []
