"""The list of plans."""

from dataclasses import replace

from flask.testing import FlaskClient

from app.domain.catalogue import Fault
from app.domain.plans import Plan
from tests.entrypoints.invented import plan
from tests.entrypoints.pages.plans.asking import HOSTILE, send, show, text_of
from tests.entrypoints.world import World


def test_without_a_plan_it_says_what_to_do(viewer: FlaskClient) -> None:
    assert "No plans yet Add one file to cutover_plans/" in text_of(viewer, "/plans")


def test_a_plan_that_was_not_started_waits_for_its_start(two: Plan, viewer: FlaskClient) -> None:
    page = show(viewer, "/plans")
    cells = [cell.text for cell in page.one("tbody").all("td")]
    assert cells == ["Not started 2 steps", "Its start", "Nothing", "Not started"]
    assert page.links()["One"] == "/plans/one"


def test_one_that_runs_says_what_comes_next_and_when_and_what_is_in_the_way(running: Plan, viewer: FlaskClient) -> None:
    cells = [cell.text for cell in show(viewer, "/plans").one("tbody").all("td")]
    assert cells[0] == "Running 0 of 2 steps are over"
    assert cells[1] == "Fri, Mar 5, 12:00 a.m. ET (Thursday night) Step 1, Parcel on its way, in 3 days"
    assert cells[2] == "1 step needs a person"
    assert cells[3].startswith("Even chance by Mar 5, 2027")


def test_a_held_step_stands_in_the_way(held: Plan, viewer: FlaskClient) -> None:
    cells = [cell.text for cell in show(viewer, "/plans").one("tbody").all("td")]
    assert cells[2] == "1 step needs a person Step 1, Parcel on its way, is held"
    assert cells[3].startswith("Nobody can tell Step first is held")


def test_paused_and_ended_ones_say_so_and_what_goes_on_comes_first(
    world: World, running: Plan, operator: FlaskClient
) -> None:
    world.plans.plans["another"] = plan("another", running.steps[0])
    send(operator, "/plans/one/pause")
    rows = show(operator, "/plans").one("tbody").all("tr")
    assert "Paused" in rows[0].text
    assert "No step starts: it is paused" in rows[0].text
    assert "It cannot be started now. parcel_on_its_way is in the plan one, which is paused." in rows[1].text
    send(operator, "/plans/one/cancel")
    rows = show(operator, "/plans").one("tbody").all("tr")
    assert [row.one("a").text for row in rows] == ["Another", "One"]
    assert "Cancelled" in rows[1].text
    assert "It has ended" in rows[1].text


def test_files_with_faults_are_there_with_their_sentences(world: World, two: Plan, viewer: FlaskClient) -> None:
    world.plans.faults = (Fault("cutover_plans/bad.toml", 3, "title", f"It says {HOSTILE}.", "Say something else."),)
    page = show(viewer, "/plans")
    assert "The files of plans have 1 fault. What runs goes on" in page.one("section", id="faults").text
    assert HOSTILE in page.one("section", id="faults").text
    assert "One" in page.links()


def test_titles_are_text_and_nothing_else(world: World, two: Plan, viewer: FlaskClient) -> None:
    world.plans.plans["one"] = replace(two, title=HOSTILE)
    assert HOSTILE in show(viewer, "/plans").links()
    assert show(viewer).one("h1").text == HOSTILE
