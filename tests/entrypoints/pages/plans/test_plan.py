"""The page of one plan: the four answers, the steps, and what stands in the place of a button."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.domain.milestones import Milestone
from app.domain.ownership import System
from app.domain.plans import Plan, Step
from app.domain.refusals import Refusal
from app.domain.roles import Role
from tests.entrypoints.invented import FIRST, SECOND, plan
from tests.entrypoints.pages.plans.asking import HOSTILE, send, show, step_of, step_row, text_of
from tests.entrypoints.pages.reading import Element
from tests.entrypoints.world import World


def boxes(page: Element) -> dict[str, str]:
    found = next(one for one in page.all("dl") if one.attributes["class"].startswith("answers")).all("div")
    return {box.one("dt").text: " ".join(part.text for part in box.all("dd")) for box in found}


def test_a_plan_that_was_not_started_offers_its_start_to_an_operator(
    two: Plan, operator: FlaskClient, viewer: FlaskClient
) -> None:
    page = show(operator)
    assert boxes(page)["Now"].startswith("Not started It stands in a file.")
    assert boxes(page)["Ends"].endswith("if it was started now")
    assert page.links()["Start the plan…"] == "/plans/one/start"
    assert page.links()["Calendar"] == "/plans/one.ics"
    assert "Why has nothing moved?" not in page.links()
    assert "Start the plan…" not in show(viewer).links()
    assert "An operator can start the plan. Your role is viewer." in text_of(viewer)


def test_steps_stand_in_plan_order_with_what_they_need(two: Plan, viewer: FlaskClient) -> None:
    page = show(viewer)
    steps = page.one("ol", class_="plan-steps").all("h3")
    assert [one.text for one in steps] == ["Parcel on its way", "Visit reminders"]
    assert "confirmed: ready: asked before it starts" in step_of(page, "first").text
    assert "Needs 1 approval" in step_of(page, "first").text
    assert "Step 1 must be done first" in step_of(page, "second").text


def test_a_running_plan_answers_four_questions(running: Plan, viewer: FlaskClient) -> None:
    answers = boxes(show(viewer))
    assert answers["Now"].startswith("Running 0 of 2 steps are over. Started Tue, Mar 2 by tester")
    assert answers["Next"] == "Fri, Mar 5, 12:00 a.m. ET (Thursday night) Step 1, Parcel on its way, in 3 days"
    assert answers["In the way"] == "2 things need a person Step 1: Parcel on its way"
    assert answers["Ends"].startswith("Even chance by Mar 5, 2027 8 in 10:")


def test_a_waiting_step_says_when_it_starts_in_both_zones_and_what_fails_comes_first(
    running: Plan, viewer: FlaskClient
) -> None:
    first = step_of(show(viewer), "first").text
    assert "Starts, once it is approved, Fri, Mar 5, 12:00 a.m. ET (Thursday night) ; Mar 5, 05:00 UTC" in first
    assert "confirmed: ready: Nobody has confirmed ready of step first." in first
    assert "Who can mend it: an operator who has the evidence." in first
    assert first.index("confirmed: ready") < first.index("systems reachable: MHV and VA.gov answer.")
    assert "0 of 1 approval Missing: one more approver" in first
    second = step_of(show(viewer), "second").text
    assert "Step 1 is waiting; it must be done first" in second


def test_a_person_is_offered_what_they_may_do_and_told_who_may_do_the_rest(
    running: Plan, operator: FlaskClient, approver: FlaskClient, admin: FlaskClient, viewer: FlaskClient
) -> None:
    offered = {
        who: {words for words in step_of(show(browser), "first").links() if words.endswith("…")}
        for who, browser in {"operator": operator, "approver": approver, "admin": admin, "viewer": viewer}.items()
    }
    assert offered == {
        "operator": {"Confirm it…", "Change the date…", "Skip step 1…"},
        "approver": {"Approve step 1…"},
        "admin": {"Override this check…", "Override the approvals…"},
        "viewer": set(),
    }
    assert "An operator can change the date or skip step 1. Your role is viewer." in text_of(viewer)
    assert "An approver can approve step 1. Your role is viewer." in text_of(viewer)
    assert {"Pause the plan…", "Cancel the plan…"} <= set(show(operator).links())
    assert show(viewer).one("main").all("form") == []


def test_who_started_it_is_told_that_another_person_must_approve(world: World, two: Plan) -> None:
    both = world.person(Role.OPERATOR, Role.APPROVER, name="Ada")
    page = send(both, "/plans/one/start")
    assert "You started this plan, or accepted its version: another person must approve it." in page.one("main").text
    assert "Approve step 1…" not in page.links()
    assert "Ada: “Invented reason.”" not in step_of(page, "first").text


def test_a_held_step_is_red_says_why_and_offers_the_ways_out(
    held: Plan, operator: FlaskClient, viewer: FlaskClient
) -> None:
    first = step_of(show(operator), "first")
    assert first.attributes["class"] == "plan-step is-held"
    assert "A person must decide. It was to start within 1m" in first.text
    assert {"Retry step 1…", "Skip step 1…", "Change the date…"} <= set(first.links())
    assert boxes(show(operator))["Ends"].startswith("Nobody can tell Step first is held")
    assert "An operator can retry step 1 or" in step_of(show(viewer), "first").text


def test_a_running_step_leads_to_its_move_and_a_done_one_to_its_undo(
    world: World, two: Plan, operator: FlaskClient, viewer: FlaskClient
) -> None:
    world.run(replace(two, steps=(replace(two.steps[0], wait=two.steps[1].wait, approvals=0, checks=()), two.steps[1])))
    page = show(operator)
    assert boxes(page)["Now"].startswith("Running step 1 of 2")
    assert step_of(page, "first").links()["Watch the move"] == "/moves/1"
    world.drive(1)
    world.context.tick()
    first = step_of(show(operator), "first")
    assert step_row(world).state == "done"
    assert first.links()["Undo: move back to MHV…"] == "/moves/1/undo"
    assert "Moved Tue, Mar 2" in first.text
    assert "Undo: move back to MHV…" not in show(viewer).links()
    assert "An operator can undo: move back to MHV." in step_of(show(viewer), "first").text


def test_a_milestone_is_named_with_its_likely_day_or_that_it_has_none(world: World, viewer: FlaskClient) -> None:
    world.adopt(FIRST.key, SECOND.key)
    world.plans.filed = {"live": Milestone("live", f"Live {HOSTILE}", team="Parcels")}
    world.run(plan("one", Step("first", (FIRST.key,), System.VA_GOV, milestones=("live",), checks=("confirmed:x",))))
    first = step_of(show(viewer), "first")
    assert f"Milestone “Live {HOSTILE}”: it has no date Who can mend it: Parcels." in first.text
    assert first.links()["Look at the milestone"] == "/milestones#live"
    assert "confirmed: x: asked once everything else that it needs has come" in first.text
    assert boxes(show(viewer))["In the way"].startswith("1 thing needs a person")


def test_an_ended_plan_offers_to_start_it_again_and_to_write_its_text(running: Plan, operator: FlaskClient) -> None:
    page = send(operator, "/plans/one/cancel")
    assert boxes(page)["Now"].startswith("Cancelled")
    assert boxes(page)["Ends"] == "It has ended Cancelled"
    offered = [words for words in page.one("main").links() if words.endswith("…")]
    assert offered == ["Start the plan again…", "Change dates and windows…", "Write a new plan from this one…"]
    assert (
        "Last act: plan cancelled, Tue, Mar 2, 12:00 a.m. ET (Monday night) , by Operator One: “Invented"
        in boxes(page)["Now"]
    )
    assert "Cancelled Since Tue, Mar 2" in step_of(page, "first").text


def test_a_changed_file_is_told_and_not_in_force(world: World, running: Plan, viewer: FlaskClient) -> None:
    world.plans.plans["one"] = replace(running, hash="abcdef01" * 8, text="another text")
    text = text_of(viewer)
    assert "The file has changed: version abcdef01 is not in force" in text
    assert "The plan goes on with version 00000000" in text


def test_a_plan_whose_text_cannot_be_read_can_still_be_ended(
    world: World, running: Plan, operator: FlaskClient
) -> None:
    def broken(key: str, text: str) -> Plan:
        raise Refusal("plan_invalid", f"The plan {key} cannot be read.", "Mend it.")

    world.plans.read = broken  # type: ignore[method-assign]
    page = show(operator)
    assert "The text that is in force cannot be read" in page.one("main").text
    assert {"Pause the plan…", "Cancel the plan…"} <= set(page.links())
    assert "Skip step 1…" not in page.links()
    send(operator, "/plans/one/cancel")


def test_five_words_are_explained_beside_one_another(two: Plan, viewer: FlaskClient) -> None:
    found = show(viewer).one("details", class_="box box--quiet words")
    words = [one.text for one in found.all("dt")]
    assert words == ["Pause a plan", "Stop everything", "Lock a preference", "Hold", "Call off a move"]


def test_the_timeline_is_drawn_twice_and_is_a_table_too(running: Plan, viewer: FlaskClient) -> None:
    figure = show(viewer).one("figure")
    assert len(figure.all("svg", role="img")) == 2
    assert [cell.text for cell in figure.one("tbody").all("th")] == ["1 Parcel on its way", "2 Visit reminders"]


def test_it_is_live(running: Plan, viewer: FlaskClient) -> None:
    part = show(viewer).one("div", id="state")
    assert part.attributes["hx-get"] == "/plans/one"
    assert part.attributes["data-says"] == "Running: 0 of 2 steps are over. 1 step needs a person."


def test_why_has_nothing_moved_is_asked_and_answered(running: Plan, viewer: FlaskClient) -> None:
    assert show(viewer).links()["Why has nothing moved?"] == "/plans/one/why"
    text = text_of(viewer, "/plans/one/why")
    assert "It waits for one approval. Who can end it: an approver who is not the author." in text
    assert "It waits for step first to be done. Nobody need do anything: it clears by itself." in text


@pytest.mark.parametrize("address", ["/plans/none", "/plans/none/why", "/plans/none/start", "/plans/none/pause"])
def test_a_plan_that_is_not_there_is_a_page_that_says_so(operator: FlaskClient, address: str) -> None:
    assert "not_found" in text_of(operator, address, 404)
