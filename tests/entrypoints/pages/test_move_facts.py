"""What the page of a move says beside its stages: who still writes, how it ended, who asked for it and approved it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.leases import Lease
from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.plans import Step
from app.domain.roles import Role
from app.services.moving import call_off
from app.services.planning.proposing import approve
from app.services.recording import By
from tests.entrypoints.invented import FIRST, plan
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.pages.test_moves import draining, send
from tests.entrypoints.world import World, proposed

KEY = FIRST.key


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """An operator; the preference is held by MHV."""
    world.adopt(KEY)
    return world.signed_in(Role.OPERATOR)


def test_a_pause_that_reached_its_limit_says_so_and_who_had_not_stopped(world: World, browser: FlaskClient) -> None:
    number = draining(world)
    world.context.driver.advance(number)
    world.clock.advance(10)
    world.holder.renew()
    with world.store.writing() as unit:  # a write in flight: it has renewed, and acknowledged nothing
        [lease] = unit.leases.find(["own"]).values()
        unit.leases.save([replace(lease, acknowledged=0)])
    world.context.driver.advance(number)
    world.clock.advance(111)
    world.context.driver.advance(number)
    page = read(browser.get(f"/moves/{number}").text)
    assert page.one("h2", id="now-h").text == "Called off. MHV can change it again"
    told = (
        "By itself at 12:02:01 a.m. ET : the pause reached its limit of 120 seconds. "
        "cutover, process 1, had not stopped. No choice was lost."
    )
    assert told in page.one("section", id="now").text
    assert faults(page) == []


def test_clients_that_have_not_stopped_come_first_each_with_its_latest_time(world: World, browser: FlaskClient) -> None:
    with world.store.writing() as unit:
        unit.leases.add([lease(name, "portal", f"<b>{name}</b>") for name in "abc"])
    number = draining(world)
    world.context.driver.advance(number)
    world.holder.renew()
    with world.store.writing() as unit:
        [found] = unit.leases.find(["a"]).values()
        unit.leases.save([replace(found, renewals=1)])
    with world.store.writing() as unit:
        head = unit.ledger.head().revision
        unit.leases.save([replace(one, acknowledged=head) for one in unit.leases.find("bc").values()])
    page = read(browser.get(f"/moves/{number}").text)
    lines = [one.text for one in page.one("li", aria_current="step").one("tbody").all("tr")]
    assert lines == [
        "portal, <b>a</b> Not yet : finishes a write that began before the pause 12:02:00 a.m. ET , in 2 minutes",
        "cutover, process 1 Stopped",
        "portal, 2 other processes Stopped",
    ]
    heading = "Stage 5 of 8: waiting for 1 of 4 clients, until 12:02:00 a.m. ET at the latest"
    assert page.one("h2", id="stages-h").text == heading
    assert faults(page) == []


def test_what_the_systems_differ_in_is_told_where_that_ended_the_move(world: World, browser: FlaskClient) -> None:
    move = world.begin(System.VA_GOV, KEY)
    differ = {"check": "shadow_reads_agree", "verdict": "fail", "sentence": "The systems differ in 3."}
    with world.store.writing() as unit:
        call_off(unit, move.note(Stage.CHECK, answers=[differ]), By("controller", "A check has not passed. It is so."))
    page = read(browser.get(f"/moves/{move.id}").text)
    assert page.one("h2", id="now-h").text == "Called off: the two systems differ"
    told = "By itself at 12:00:00 a.m. ET : a check has not passed. It is so. MHV can change it, as before."
    assert told in page.one("section", id="now").text
    assert faults(page) == []


def test_a_move_of_a_plan_says_which_step_asked_for_it_and_where_a_held_one_is_tried_again(world: World) -> None:
    world.adopt(KEY)
    world.run(plan("one_at_a_time", Step("first", (KEY,), System.VA_GOV, bake=timedelta(hours=72))))
    world.context.tick()
    browser = world.signed_in(Role.OPERATOR)
    page = read(browser.get("/moves/1").text)
    about = page.one("section", id="about")
    assert about.text.startswith("About this move Asked by Step 1 of “One at a time”")
    assert about.links()["Step 1"] == "/plans/one_at_a_time#step-first"
    for words in ("Window Any time", "while it is watched, a person decides", "Pause limit 2 minutes"):
        assert words in about.text
    assert "and step 1 of the plan is held until a person decides" in page.one("main").text
    assert send(browser, "/moves/1/call-off").status_code == 303
    world.context.tick()
    page = read(browser.get("/moves/1").text)
    assert "No choice was lost. Step 1 is held." in page.one("main").text
    assert page.links()["Retry step 1…"] == "/plans/one_at_a_time/steps/first/retry"
    assert faults(page) == []


def test_a_move_that_is_watched_is_done_and_says_until_when(world: World) -> None:
    world.adopt(KEY)
    world.run(plan("one_at_a_time", Step("first", (KEY,), System.VA_GOV, bake=timedelta(hours=72))))
    world.context.tick()
    world.drive(1, until=Stage.WATCH)
    page = read(world.signed_in(Role.VIEWER).get("/moves/1").text)
    assert page.one("h2", id="now-h").text == "Done. VA.gov can change it"
    now = page.one("section", id="now").text
    assert "Since 12:00:00 a.m. ET ." in now
    assert "It is watched until Fri, Mar 5, 12:00 a.m. ET (Thursday night)" in now
    assert faults(page) == []


def test_a_proposed_move_names_its_proposal_and_who_approved_it(world: World) -> None:
    world.adopt(KEY)
    number = proposed(world, KEY)
    with world.store.writing() as unit:
        approve(unit, world.context.catalogue, number, By("person:Approver Two (MHV) <two>", "Seen."))
    page = read(world.signed_in(Role.VIEWER).get("/moves/1").text)
    about = page.one("section", id="about")
    assert about.links()[f"Proposal {number}"] == f"/approvals/{number}"
    assert "Approved by Approver Two (MHV), Tue, Mar 2, 12:00 a.m. ET (Monday night)" in about.text
    assert faults(page) == []


def test_a_stage_says_the_time_alone_and_the_day_only_where_it_is_another(world: World, browser: FlaskClient) -> None:
    number = draining(world)
    world.clock.advance(7.6)
    world.holder.renew()
    world.drive(number)
    page = read(browser.get(f"/moves/{number}").text)
    times = [one.text for one in page.one("ol", class_="stages").all("time")]
    assert times[0] == "12:00:00 a.m. ET"
    assert all("Mar" not in one and "UTC" not in one for one in times)
    assert [one.text for one in page.one("section", id="now").all("p") if "UTC" in one.text] == ["Mar 2, 05:00 UTC"]
    world.clock.advance(86_400)
    since = read(world.signed_in(Role.VIEWER).get(f"/moves/{number}").text).one("section", id="now").text
    assert "Since Tue, Mar 2, 12:00:07 a.m. ET (Monday night) ." in since


def lease(name: str, client: str, instance: str) -> Lease:
    """A lease of the first preference that has acknowledged nothing."""
    return Lease(name, client, instance, (KEY,), 30.0, 0)
