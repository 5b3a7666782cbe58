"""The page of milestones: who waits for what, and the recorded acts of persons."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.milestones import Estimate, Milestone
from app.domain.ownership import System
from app.domain.plans import Step
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY
from tests.entrypoints.invented import plan
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import World, mark_of

LIKELY = Estimate(date(2027, 6, 1), date(2027, 7, 1), date(2027, 12, 1))
LIVE = Milestone("live", "Parcels <i>is</i> live", team="Parcels", lead=timedelta(weeks=6), estimate=LIKELY)
SOME_DAY = Milestone("some_day", "Somebody decides")
THREE = {"earliest": "2027-02-01", "likely": "2027-03-01", "latest": "2027-09-30"}


@pytest.fixture
def planned(world: World) -> World:
    world.adopt(FIRST_KEY)
    world.plans.filed = {"live": LIVE, "some_day": SOME_DAY}
    return world


def show(who: FlaskClient, address: str = "/milestones", status: int = 200) -> Element:
    answer = who.get(address)
    assert answer.status_code == status, answer.text
    found = read(answer.text)
    assert faults(found) == []
    return found


def send(
    who: FlaskClient, act: str, said: Mapping[str, str] | None = None, *, status: int = 303, version: int = 0
) -> Element:
    data = {"mark": mark_of(who), "version": str(version), "reason": "Invented reason.", **(said or {})}
    answer = who.post(f"/milestones/live/{act}", data=data)
    assert answer.status_code == status, answer.text
    if status == 303:
        assert answer.headers["Location"] == "/milestones#live"
        return show(who)
    found = read(answer.text)
    assert faults(found) == []
    return found


def recorded(world: World) -> Milestone:
    with world.store.reading() as unit:
        return LIVE.with_facts(unit.milestones.all().get("live"))


def test_each_says_when_it_is_expected_and_who_waits_for_it(planned: World) -> None:
    step = Step("first", (FIRST_KEY,), System.VA_GOV, milestones=("some_day",))
    planned.run(plan("one", step))
    found = show(planned.signed_in(Role.VIEWER))
    first, second = found.one("main").all("section")
    assert "Somebody decides" in first.text
    assert "Nobody gave it a date. A plan waits for it, so a person must." in first.text
    assert "Step first of “One” waits for it" in first.text
    assert "Likely Jul 1, 2027 , at the earliest Jun 1, 2027, at the latest Dec 1, 2027" in second.text
    assert "who must be told 42 days ahead" in second.text
    assert "No plan that goes on waits for it." in second.text


def test_whoever_only_looks_is_told_who_records(planned: World) -> None:
    found = show(planned.signed_in(Role.VIEWER))
    assert "Operators record what is reached and when it is expected. Your role is viewer." in found.text
    assert not [words for words in found.one("main").links() if "…" in words]


def test_an_operator_records_that_one_is_reached_and_takes_it_back(planned: World) -> None:
    who = planned.signed_in(Role.OPERATOR)
    asked = show(who, "/milestones/live/reach")
    assert asked.one("h1").text == "Is “Parcels <i>is</i> live” reached?"
    assert recorded(planned).reached is None
    assert "Reached" in send(who, "reach").one("section", id="live").text
    assert recorded(planned).reached is not None
    assert "It is reached" in show(who, "/milestones/live/reopen").text
    assert "Likely Jul 1, 2027" in send(who, "reopen", version=1).one("section", id="live").text
    assert recorded(planned).reached is None


def test_who_comes_second_is_told_and_nothing_is_done(planned: World) -> None:
    first, second = planned.signed_in(Role.OPERATOR), planned.signed_in(Role.OPERATOR)
    send(first, "estimate", THREE)
    told = send(second, "reach", status=412)
    assert told.one("h1").text == "Somebody else was first. Nothing was done"
    assert "you saw version 0, and now it is version 1" in told.text
    assert recorded(planned).reached is None


def test_an_estimate_is_three_days_with_a_reason(planned: World) -> None:
    who = planned.signed_in(Role.OPERATOR)
    form = show(who, "/milestones/live/estimate")
    assert form.one("input", id="likely").attributes["value"] == "2027-07-01"
    after = send(who, "estimate", THREE).one("section", id="live")
    assert "Likely Mar 1, 2027" in after.text
    assert "“Invented reason.”" in after.text
    assert recorded(planned).estimate == Estimate(date(2027, 2, 1), date(2027, 3, 1), date(2027, 9, 30))


def test_that_nobody_knows_is_an_answer_too(planned: World) -> None:
    who = planned.signed_in(Role.OPERATOR)
    assert "Nobody gave it a date." in send(who, "estimate", {"nobody_knows": "yes"}).one("section", id="live").text
    assert recorded(planned).estimate is None


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({**THREE, "likely": ""}, "likely", "“Most likely” must be a day"),
        ({**THREE, "latest": "2027-02-30"}, "latest", "“At the latest” must be a day"),
        ({**THREE, "latest": "2026-12-24"}, "earliest", "Say earliest, likely and latest in this order"),
        ({**THREE, "earliest": "1027-02-01"}, "earliest", "The year must be from"),
        ({**THREE, "reason": ""}, "reason", "Say why."),
    ],
    ids=["no day", "no such day", "another order", "far away", "no reason"],
)
def test_a_wrong_estimate_is_told_beside_its_field_and_the_rest_is_kept(
    planned: World, said: dict[str, str], field: str, sentence: str
) -> None:
    told = send(planned.signed_in(Role.OPERATOR), "estimate", said, status=422)
    assert told.one("div", id="errors").links() != {}
    assert sentence in told.one("p", id=f"{field}-error").text
    assert told.one("input", id="earliest").attributes["value"] == said["earliest"]
    assert recorded(planned).estimate == LIKELY


def test_a_reason_is_asked_for_everything(planned: World) -> None:
    told = send(planned.signed_in(Role.OPERATOR), "reach", {"reason": " "}, status=422)
    assert "Say why." in told.text
    assert recorded(planned).reached is None


@pytest.mark.parametrize("act", ["reach", "reopen", "estimate"])
def test_only_operators_may(planned: World, act: str) -> None:
    who = planned.signed_in(Role.VIEWER)
    assert who.get(f"/milestones/live/{act}").status_code == 403
    assert who.post(f"/milestones/live/{act}", data={"mark": mark_of(who), "version": "0"}).status_code == 403


def test_what_is_not_there_is_told(planned: World) -> None:
    assert planned.signed_in(Role.OPERATOR).get("/milestones/nowhere/reach").status_code == 404


def test_without_milestones_it_says_where_they_stand(world: World) -> None:
    assert "No milestones yet" in show(world.signed_in(Role.VIEWER)).text
