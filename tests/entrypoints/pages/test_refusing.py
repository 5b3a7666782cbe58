"""Refusals as pages, and the page of the API."""

import pytest
from flask.testing import FlaskClient

from app.domain.ownership import System
from app.domain.plans import Step
from app.domain.refusals import CODES, Refusal
from app.domain.roles import Role
from app.entrypoints.pages.refusing import refused
from app.services.store import Unreachable
from tests.entrypoints.invented import FIRST, plan
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.world import World


@pytest.mark.parametrize("code", sorted(set(CODES) - {"not_signed_in", "session_ended", "role_ended"}))
def test_every_refusal_is_a_page_with_the_same_sentences(world: World, code: str) -> None:
    refusal = Refusal(code, "What happened & why.", "What to do <now>.", {"key": "parcel", "move": 3})
    with world.app.test_request_context("/moves/3"):
        answer = refused(refusal)
        page = read(answer.get_data(as_text=True))
    assert answer.status_code == CODES[code][0]
    text = page.one("main").text
    assert "What happened & why." in text
    assert "What to do <now>." in text
    assert f"Code: {code} ({refusal.status}, {refusal.title})" in text
    assert page.one("h1").text.startswith(refusal.title)
    assert faults(page) == []


def test_an_unexpected_error_is_a_page_that_says_nothing_of_the_code(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = world.signed_in(Role.VIEWER)
    monkeypatch.setattr("app.entrypoints.pages.board.strip_of", lambda *_, **__: 1 / 0)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "Something went wrong that should not have" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert [type(error) for error in world.troubles] == [ZeroDivisionError]
    world.troubles.clear()


def test_a_database_that_cannot_be_reached_is_a_page_and_no_redirect(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = world.signed_in(Role.VIEWER)

    def away() -> None:
        raise Unreachable("Invented.")

    monkeypatch.setattr(world.store, "reading", away)
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "The controller cannot reach its database" in read(answer.text).one("h1").text
    world.troubles.clear()


def test_an_address_that_is_not_there_is_a_page_for_a_browser_and_a_problem_for_a_program(client: FlaskClient) -> None:
    page = client.get("/nowhere", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert faults(read(page.text)) == []
    problem = client.get("/nowhere")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")


def test_the_api_is_a_page_for_whoever_is_signed_in(world: World) -> None:
    page = read(world.signed_in(Role.VIEWER).get("/api").text)
    assert faults(page) == []
    article = page.one("article", aria_labelledby="POST-api-v1-moves").text
    assert article.startswith("POST /api/v1/moves")
    for words in ("For: operator", "Body", "expect object of whole number", "to mhv or va_gov or nobody, required"):
        assert words in article
    assert "list of text, required" in article


def test_every_address_of_the_api_is_on_its_page_and_every_code_has_an_anchor(world: World) -> None:
    page = read(world.signed_in(Role.VIEWER).get("/api").text)
    token = {"Authorization": f"Bearer {world.token(Role.CLIENT, name='client')}"}
    client = world.app.test_client()
    document = client.get("/api/v1/openapi.json", headers=token).get_json()
    wanted = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    assert wanted <= {heading.text for heading in page.all("h3")}
    assert all(page.all("tr", id=code) for code in CODES)


def test_the_same_page_is_there_for_a_token(world: World, client: FlaskClient) -> None:
    token = {"Authorization": f"Bearer {world.token(Role.CLIENT)}"}
    answer = client.get("/api/v1/docs", headers=token)
    assert answer.status_code == 200
    page = read(answer.text)
    assert faults(page) == []
    assert page.all("form") == []
    assert "Set-Cookie" not in answer.headers


def test_a_refusal_for_being_late_does_not_need_the_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = Refusal("epoch_stale", "You saw it at epoch 1.", "Look again.", {"key": "parcel"})

    def away() -> None:
        raise Unreachable("Invented.")

    with world.app.test_request_context("/preferences/parcel/move", method="POST"):
        monkeypatch.setattr(world.store, "reading", away)
        answer = refused(refusal)
    page = read(answer.get_data(as_text=True))
    assert answer.status_code == 412
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    assert "You saw it at epoch 1." in page.one("main").text


def test_what_was_changed_meanwhile_is_told_with_the_last_that_happened(world: World) -> None:
    world.adopt(FIRST.key)
    world.run(plan("one_at_a_time", Step("first", (FIRST.key,), System.VA_GOV)))
    refusal = Refusal("changed_meanwhile", "You saw version 1.", "Look again.", {"version": 2})
    with world.app.test_request_context("/plans/one_at_a_time/pause", method="POST"):
        page = read(refused(refusal).get_data(as_text=True))
    text = page.one("main").text
    assert page.one("h1").text == "Somebody else was first. Nothing was done"
    assert "You saw version 1. The last that happened, at 12:00:00 a.m. ET, by" in text
    assert "plan one_at_a_time" in text
    assert faults(page) == []
