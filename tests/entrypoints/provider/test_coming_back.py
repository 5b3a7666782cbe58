"""Signing in through a real provider: the way there and back."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.adapters.database.session_tables import sessions
from app.adapters.oidc.discovery import Place
from app.entrypoints.pages.signing_in import MOST_STARTS
from app.services.providers import Journey
from tests.entrypoints.invented import FIRST
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.provider.provided import (
    MINUTE,
    RETURN,
    come_back,
    place,
    row,
    set_out,
    signed_in,
    signing_in,
    world_at,
)
from tests.entrypoints.world import World, mark_of
from tests.oidc_provider.browsing import go_through
from tests.oidc_provider.serving import OidcServer


def test_a_person_signs_in_at_the_provider_and_comes_back_to_the_page_they_wanted(away: World) -> None:
    browser = away.app.test_client()
    link = read(browser.get("/sign-in?next=/moves/3").text).links()["Sign in"]
    assert link == "/sign-in/start?next=/moves/3"
    answer = signing_in(browser, wanted="/moves/3")
    assert (answer.status_code, answer.location) == (303, "/moves/3")
    page = read(browser.get("/").text)
    assert "Ada Invented (VA.gov), operator" in page.one("header").text
    found = row(away)
    assert (found.subject, found.name, found.groups) == (
        "ada",
        "Ada Invented (VA.gov)",
        ("cutover-operators", "unrelated"),
    )


def test_what_a_person_does_stands_in_the_ledger_by_name_and_subject(away: World) -> None:
    away.files.put(FIRST)
    away.context.keeper.reload()
    key = next(iter(away.context.catalogue.preferences))
    away.adopt(key)
    browser = signed_in(away)
    form = {"mark": mark_of(browser), "reason": "It is time.", "key": key, "to": "va_gov", "epoch": "1", "typed": key}
    page = read(browser.get(f"/preferences/{key}/move").text)
    form |= {one.attributes["name"]: one.attributes["value"] for one in page.all("input", type="hidden")}
    assert browser.post(f"/preferences/{key}/move", data=form).status_code == 303
    with away.store.reading() as unit:
        actors = {entry.actor for entry in unit.ledger.entries()}
    assert "person:Ada Invented (VA.gov) <ada>" in actors


def test_the_way_there_has_a_challenge_a_state_and_a_nonce_and_its_cookie_hides_them(away: World) -> None:
    browser = away.app.test_client()
    answer = browser.get("/sign-in/start")
    address = str(answer.location)
    for part in ("code_challenge=", "code_challenge_method=S256", "state=", "nonce=", "response_type=code"):
        assert part in address
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("cutover_journey="))
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/sign-in"))
    state = address.partition("state=")[2].partition("&")[0]
    assert state not in cookie


def test_whoever_has_no_group_that_counts_is_told_which_do_and_has_no_session(away: World) -> None:
    browser = away.app.test_client()
    answer = signing_in(browser, "eve")
    assert answer.status_code == 403
    page = read(answer.text)
    assert "The groups that count: cutover-approvers, cutover-operators." in page.one("main").text
    assert "The provider told of yours: unrelated." in page.one("main").text
    assert faults(page) == []
    with away.store.reading() as unit:
        assert unit.sessions.all() == []
    assert browser.get("/").status_code == 303


def test_no_token_of_the_provider_stands_in_the_database(away: World) -> None:
    signed_in(away)
    kept = away.context.sign_in.seal.open(str(row(away).sealed)).decode()
    secrets = [part for part in kept.split('"') if len(part) > 30]
    assert len(secrets) == 2  # for access, and to renew it
    with away.store.engine.connect() as connection:
        told = str(connection.execute(select(sessions)).all())
    assert not [secret for secret in secrets if secret in told]
    assert not [secret for secret in secrets if secret in repr(row(away))]


def test_a_way_back_that_is_not_this_browser_s_is_refused(away: World) -> None:
    browser, other = away.app.test_client(), away.app.test_client()
    address = go_through(set_out(browser), "ada", RETURN)
    set_out(other)
    answer = come_back(other, address)
    assert (answer.status_code, "belongs to another attempt" in answer.text) == (403, True)
    assert come_back(away.app.test_client(), address).status_code == 403
    assert come_back(browser, address).status_code == 303
    assert come_back(browser, address).status_code == 403  # once


def test_whoever_declines_at_the_provider_is_told_so(away: World) -> None:
    browser = away.app.test_client()
    state = set_out(browser).partition("state=")[2].partition("&")[0]
    answer = browser.get("/sign-in/return", query_string={"state": state, "error": "access_denied"})
    page = read(answer.text)
    assert (answer.status_code, page.one("h1").text) == (403, "Signing in did not work")
    assert "did not let you in (access_denied)" in page.one("main").text
    assert page.links()["Sign in"] == "/sign-in"
    assert faults(page) == []


@pytest.mark.parametrize("sent", ["<script>", "x" * 41, "", "a b"])
def test_what_is_no_word_of_a_provider_is_not_repeated(away: World, sent: str) -> None:
    browser = away.app.test_client()
    state = set_out(browser).partition("state=")[2].partition("&")[0]
    answer = browser.get("/sign-in/return", query_string={"state": state, "error": sent})
    assert "did not let you in (no reason given)" in answer.text


def test_another_provider_s_answer_and_a_late_one_are_refused(away: World) -> None:
    browser = away.app.test_client()
    address = go_through(set_out(browser), "ada", RETURN)
    other = away.app.test_client()
    state = set_out(other).partition("state=")[2].partition("&")[0]
    told = other.get("/sign-in/return", query_string={"state": state, "code": "x", "iss": "https://other.invalid"})
    assert "is from another provider" in told.text
    away.clock.advance(10 * MINUTE + 1)
    assert "took longer than ten minutes" in come_back(browser, address).text


def test_wrong_ways_back_are_counted_for_their_address(away: World) -> None:
    browser = away.app.test_client()
    assert {browser.get("/sign-in/return?code=x").status_code for _ in range(10)} == {403}
    answer = browser.get("/sign-in/return?code=x")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_ways_to_the_provider_are_counted_as_they_begin_for_their_address(
    away: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = away.app.test_client()
    monkeypatch.setattr(away.context.sign_in.provider, "begin", lambda _: Journey("http://invented/", "s", "n", "v"))
    assert {browser.get("/sign-in/start").status_code for _ in range(MOST_STARTS)} == {303}
    answer = browser.get("/sign-in/start")
    page = read(answer.text)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert f"There were {MOST_STARTS} ways to the sign-in provider begun within a minute." in page.one("main").text
    assert faults(page) == []
    elsewhere = browser.get("/sign-in/start", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 303
    away.clock.advance(MINUTE)
    assert browser.get("/sign-in/start").status_code == 303


def test_nobody_can_set_out_to_a_provider_that_is_not_there(sqlite_url: str) -> None:
    world = world_at(sqlite_url, Place("http://localhost:1", "secret"))
    answer = world.app.test_client().get("/sign-in/start")
    page = read(answer.text)
    assert (answer.status_code, page.one("h1").text) == (503, "The sign-in provider does not answer")
    assert "Nothing was lost" in page.one("main").text
    assert faults(page) == []


def test_a_public_client_needs_no_secret(sqlite_url: str, server: OidcServer) -> None:
    world = world_at(sqlite_url, replace(place(server), client_id="public", client_secret=None))
    browser = signed_in(world)
    server.give("ada", "cutover-approvers")
    world.clock.advance(5 * MINUTE)
    assert "approver" in read(browser.get("/").text).one("header").text
