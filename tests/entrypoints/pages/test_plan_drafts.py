"""The draft of a plan on its page: who wrote it and why, what is in its way, and discarding it."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.roles import Role
from app.services.plan_store import Draft
from app.services.planning.starting import start_plan
from tests.entrypoints.api.asking import FIRST_KEY
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.pages.written import GOOD, OTHER, kept, send
from tests.entrypoints.world import TESTER, World, mark_of


@pytest.fixture
def browser(filed: World) -> FlaskClient:
    """An operator; plans stand in files."""
    return filed.signed_in(Role.OPERATOR)


def test_the_draft_page_says_who_wrote_what_and_why_and_what_can_be_done(filed: World, browser: FlaskClient) -> None:
    send(browser)
    page = read(browser.get("/plans/one/draft").text)
    told = page.one("main").text
    assert page.one("h1").text == "Draft of Invented"
    for words in (
        "Written by ada",
        "Why It is wanted.",
        "Now A draft Nothing of it runs.",
        "1 step with 1 preference.",
    ):
        assert words in told
    assert "In the way Nothing" in told
    region = page.one("div", role="region")
    assert (region.attributes["tabindex"], region.attributes["aria-label"]) == ("0", "The text of the draft")
    assert [one.text for one in region.all("code")] == [" ".join(line.split()) for line in GOOD.rstrip().split("\n")]
    assert page.links()["Edit the draft…"] == "/plans/new?edit=one"
    assert page.links()["Discard the draft…"] == "/plans/one/draft/discard"
    assert faults(page) == []


def test_a_viewer_sees_the_draft_and_is_told_who_can_change_it(filed: World, browser: FlaskClient) -> None:
    send(browser)
    viewer = filed.signed_in(Role.VIEWER)
    page = read(viewer.get("/plans/one/draft").text)
    assert "An operator can edit, discard or start it. Your role is viewer." in page.one("main").text
    assert "Discard the draft…" not in page.links()
    assert "Edit the draft…" not in page.links()
    assert viewer.get("/plans/one/draft/discard").status_code == 403
    data = {"mark": mark_of(viewer), "reason": "No.", "version": "1"}
    assert viewer.post("/plans/one/draft/discard", data=data).status_code == 403
    assert kept(filed) is not None
    assert faults(page) == []


def test_the_draft_page_says_what_keeps_the_plan_from_its_start(filed: World, browser: FlaskClient) -> None:
    with filed.store.writing() as unit:
        start_plan(unit, filed.plans.judge("runs", GOOD, filed.context.catalogue), TESTER)
    send(browser)
    told = read(browser.get("/plans/one/draft").text).one("main").text
    assert "In the way A preference is in another plan" in told
    assert f"{FIRST_KEY} is in the plan runs, which is running." in told


def test_a_draft_whose_names_have_gone_shows_its_faults_beside_its_lines(filed: World, browser: FlaskClient) -> None:
    send(browser)
    filed.files.preferences.pop(FIRST_KEY)
    filed.context.keeper.reload()
    with filed.store.writing() as unit:
        before = unit.drafts.find("one")
        assert before is not None
        unit.drafts.put(Draft("one", GOOD.replace(FIRST_KEY, "gone_key"), before.actor, before.reason, before.at, 2))
    page = read(browser.get("/plans/one/draft").text)
    assert "It cannot be read as it stands" in page.one("main").text
    assert [one.attributes["id"] for one in page.all("li", class_="is-wrong")] == ["line-5"]
    assert faults(page) == []


def test_no_draft_is_told(browser: FlaskClient) -> None:
    answer = browser.get("/plans/nothing/draft")
    assert answer.status_code == 404
    assert "There is no draft of nothing." in answer.text
    assert browser.get("/plans/nothing/draft/discard").status_code == 404


def discard(browser: FlaskClient, **entered: str) -> TestResponse:
    """Send the form that discards, filled in rightly but for what is said."""
    data = {"mark": mark_of(browser), "reason": "Not wanted.", "version": "1", **entered}
    return browser.post("/plans/one/draft/discard", data=data)


def test_discarding_is_asked_first_and_then_done_once(filed: World, browser: FlaskClient) -> None:
    send(browser)
    page = read(browser.get("/plans/one/draft/discard").text)
    assert page.one("h1").text == "Discard the draft of one?"
    assert page.links()["Back, change nothing"] == "/plans/one/draft"
    assert faults(page) == []
    assert kept(filed) is not None
    unsaid = discard(browser, reason=" ")
    assert unsaid.status_code == 422
    assert faults(read(unsaid.text)) == []
    assert kept(filed) is not None
    assert discard(browser).status_code == 303
    assert kept(filed) is None
    assert discard(browser).status_code == 404


def test_a_draft_that_was_written_anew_is_not_discarded_unseen(filed: World, browser: FlaskClient) -> None:
    send(browser)
    send(browser, text=OTHER, seen="1")
    answer = discard(browser)
    page = read(answer.text)
    assert answer.status_code == 412
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    assert page.links()["Show it as it is now"] == "/plans/one/draft"
    assert kept(filed) is not None
    assert discard(browser, version="2").status_code == 303
