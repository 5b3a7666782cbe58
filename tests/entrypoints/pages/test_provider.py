"""Signing in through a real provider, and how its word is asked for again while the session lives."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.adapters.clock import MachineClock
from app.adapters.database.session_tables import sessions
from app.adapters.keys.sealing import SecretSeal
from app.adapters.oidc.discovery import Place
from app.adapters.oidc.provider import OidcProvider
from app.domain.roles import Role
from app.services.persons import SignIn
from app.services.sessions import SessionRow
from tests.entrypoints.invented import FIRST
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.world import SECRET_KEY, World, mark_of
from tests.oidc_provider.browsing import go_through
from tests.oidc_provider.serving import SECRET, OidcServer, oidc_server

RETURN = "http://localhost/sign-in/return"
GROUPS = {
    "cutover-operators": frozenset({Role.OPERATOR}),
    "cutover-approvers": frozenset({Role.APPROVER}),
}
MINUTE = 60.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcServer]:
    """A provider for this file, whose access tokens live for an hour."""
    with oidc_server(tmp_path_factory.mktemp("oidc"), [RETURN]) as server:
        yield server


@pytest.fixture
def server(running: OidcServer) -> OidcServer:
    """The same, with everybody as in the beginning."""
    running.reset()
    return running


def place(server: OidcServer) -> Place:
    """How the service is known to the provider: a client with a secret, which is given refresh tokens."""
    return Place(server.issuer, "secret", SECRET, "openid profile groups")


def world_at(url: str, known: Place) -> World:
    """A service that people sign in to with this provider. Tokens of the provider live by the real clock."""
    provider = OidcProvider(known, MachineClock())
    return World(url, sign_in=SignIn(SecretSeal(SECRET_KEY, "session"), provider=provider, groups=GROUPS))


@pytest.fixture
def away(sqlite_url: str, server: OidcServer) -> Iterator[World]:
    """A service with the provider."""
    made = world_at(sqlite_url, place(server))
    made.context.keeper.reload()
    yield made
    made.store.close()
    assert made.troubles == []


def set_out(browser: FlaskClient, wanted: str = "/") -> str:
    """Follow the link of the sign-in page; the provider's address."""
    answer = browser.get("/sign-in/start", query_string={"next": wanted})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def come_back(browser: FlaskClient, address: str) -> TestResponse:
    """Open the address that the provider sends the browser to."""
    return browser.get(address.removeprefix("http://localhost"))


def signing_in(browser: FlaskClient, person: str = "ada", wanted: str = "/") -> TestResponse:
    """The whole way, there and back."""
    return come_back(browser, go_through(set_out(browser, wanted), person, RETURN))


def signed_in(world: World, person: str = "ada") -> FlaskClient:
    """A browser in which a person of the provider is signed in."""
    browser = world.app.test_client()
    answer = signing_in(browser, person)
    assert answer.status_code == 303, answer.text
    return browser


def row(world: World) -> SessionRow:
    """The one session."""
    with world.store.reading() as unit:
        (one,) = unit.sessions.all()
    return one


def ended(browser: FlaskClient, why: str) -> None:
    """The session has ended, and the sign-in page says why."""
    answer = browser.get("/")
    assert (answer.status_code, answer.location) == (303, f"/sign-in?because={why}&next=/")


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


def test_a_group_that_is_lost_ends_the_session_when_the_provider_is_asked_again(
    away: World, server: OidcServer
) -> None:
    browser = signed_in(away)
    server.give("ada", "unrelated")
    away.clock.advance(5 * MINUTE - 1)
    assert browser.get("/").status_code == 200
    away.clock.advance(1)
    ended(browser, "role_ended")
    ended(browser, "ended")
    assert "Your role has ended" in browser.get("/sign-in?because=role_ended").text


def test_a_role_and_a_name_that_change_are_learnt_without_signing_in_again(away: World, server: OidcServer) -> None:
    browser = signed_in(away)
    server.give("ada", "cutover-approvers")
    server.rename("ada", "Ada Renamed")
    away.clock.advance(5 * MINUTE)
    assert "Ada Renamed, approver" in read(browser.get("/").text).one("header").text


def test_a_person_whom_the_provider_does_not_vouch_for_any_more_is_signed_out(away: World, server: OidcServer) -> None:
    browser = signed_in(away)
    server.revoke("ada")
    away.clock.advance(5 * MINUTE)
    ended(browser, "role_ended")
    with away.store.engine.connect() as connection:
        kept = connection.execute(select(sessions)).one()
    assert (kept.sealed, kept.why) == (None, "The sign-in provider does not vouch for its person any more.")


def test_a_mapping_that_is_removed_ends_the_role_at_once(away: World) -> None:
    browser = signed_in(away)
    fewer = {"cutover-approvers": GROUPS["cutover-approvers"]}
    object.__setattr__(away.context, "sign_in", replace(away.context.sign_in, groups=fewer))
    ended(browser, "role_ended")


def test_a_provider_that_is_silent_is_believed_for_fifteen_minutes_and_then_no_longer(
    away: World, server: OidcServer
) -> None:
    browser = signed_in(away)
    server.stop()
    try:
        for _ in range(2):
            away.clock.advance(5 * MINUTE)
            assert browser.get("/").status_code == 200
        away.clock.advance(5 * MINUTE)
        answer = browser.get("/")
        page = read(answer.text)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert page.one("h1").text == "The sign-in provider does not answer"
        assert faults(page) == []
        told = browser.get("/sign-in/start")
        assert told.status_code in (303, 503)  # where it is, is known for an hour
    finally:
        server.start()
    away.clock.advance(30)
    ended(browser, "role_ended")  # the provider was started anew and knows of no session of before


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


def test_access_that_has_run_out_is_renewed_and_each_renewal_once(sqlite_url: str, tmp_path: Path) -> None:
    with oidc_server(tmp_path, [RETURN], access_token_lives=30) as server:
        world = world_at(sqlite_url, place(server))
        browser = signed_in(world)
        kept = {row(world).sealed}
        for _ in range(3):
            world.clock.advance(5 * MINUTE)
            assert browser.get("/").status_code == 200
            kept.add(row(world).sealed)
        assert len(kept) == 4
        server.revoke("ada")
        world.clock.advance(5 * MINUTE)
        ended(browser, "role_ended")


def test_signing_out_forgets_what_the_provider_gave(away: World) -> None:
    browser = signed_in(away)
    browser.post("/sign-out", data={"mark": mark_of(browser)})
    with away.store.engine.connect() as connection:
        assert connection.execute(select(sessions.c.sealed)).scalar_one() is None
