"""Signing in and out on the pages, as far as no provider is asked; and how long a session lives."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.adapters.database.session_tables import sessions
from app.adapters.keys.sealing import SecretSeal
from app.domain.roles import Role
from app.entrypoints.access import SESSION
from app.services.persons import SignIn
from app.services.sessions import SessionRow
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.world import SECRET_KEY, World, mark_of

CLOSED = SignIn(SecretSeal(SECRET_KEY, "session"))
MINUTE, HOUR = 60.0, 3600.0


@pytest.fixture
def closed(sqlite_url: str) -> World:
    """A service in which no sign-in is configured."""
    return World(sqlite_url, sign_in=CLOSED)


def entrance(browser: FlaskClient) -> str:
    """The mark of the sign-in form."""
    browser.get("/sign-in")
    cookie = browser.get_cookie("cutover_entrance", path="/sign-in")
    assert cookie is not None
    return cookie.value


def sign_in(browser: FlaskClient, person: str = "dev-viewer-one", **entered: str) -> TestResponse:
    """Press the button of an invented person."""
    return browser.post("/sign-in", data={"mark": entrance(browser), "person": person, **entered})


def secret_of(browser: FlaskClient) -> str:
    """What the cookie of a signed-in browser holds."""
    with browser.session_transaction() as session:
        secret: str = session[SESSION]
        return secret


def rows(world: World) -> list[SessionRow]:
    """Every session that nobody ended."""
    with world.store.reading() as unit:
        return unit.sessions.all()


def because(browser: FlaskClient) -> str:
    """Where a page sends whoever is not signed in."""
    answer = browser.get("/")
    assert answer.status_code == 303, answer.status
    return str(answer.location)


def test_a_page_sends_whoever_is_not_signed_in_to_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/moves/3?x=1")
    assert (answer.status_code, answer.location) == (303, "/sign-in?because=signed_out&next=/moves/3?x%3D1")
    page = read(client.get(answer.location).text)
    assert "You are not signed in." in page.one("main").text
    where = page.one("input", name="next").attributes["value"]
    signed = sign_in(client, next=where)
    assert (signed.status_code, signed.location) == (303, "/moves/3?x=1")


def test_a_form_that_is_sent_without_a_session_is_refused_and_not_redirected(client: FlaskClient) -> None:
    answer = client.post("/moves/1/call-off", data={"reason": "Invented."})
    assert answer.status_code == 401
    assert read(answer.text).links()["Sign in"] == "/sign-in"


def test_an_invented_person_is_signed_in_by_name_and_acts_by_name_and_subject(
    world: World, client: FlaskClient
) -> None:
    assert sign_in(client, "dev-operator-one").status_code == 303
    page = read(client.get("/").text)
    assert "Operator One (VA.gov), approver and operator" in page.one("header").text
    row = rows(world)[0]
    assert (row.subject, row.name, row.groups) == (
        "dev-operator-one",
        "Operator One (VA.gov)",
        ("operator", "approver"),
    )


def test_the_sign_in_page_offers_invented_persons_and_says_that_it_is_for_this_machine(client: FlaskClient) -> None:
    page = read(client.get("/sign-in").text)
    offered = {button.attributes["value"] for button in page.all("button", name="person")}
    assert offered == {
        *("dev-operator-one", "dev-operator-two", "dev-approver-two", "dev-administrator-one", "dev-viewer-one")
    }
    assert "For this machine only: the development sign-in" in page.one("main").text


def test_somebody_who_was_not_invented_is_not_signed_in(world: World, client: FlaskClient) -> None:
    answer = sign_in(client, "dev-king")
    assert answer.status_code == 403
    assert "There is no such invented person." in answer.text
    assert rows(world) == []


ELSEWHERE: list[dict[str, Any]] = [
    {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
    {"environ_base": {"REMOTE_ADDR": ""}},
    {"headers": {"Host": "rebound.invalid"}},
    {"headers": {"Host": "localhost.rebound.invalid:8080"}},
    {"headers": {"X-Forwarded-For": "192.0.2.7"}},
    {"headers": {"Forwarded": "for=192.0.2.7"}},
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_the_development_sign_in_is_not_there_for_anybody_elsewhere(
    world: World, client: FlaskClient, elsewhere: dict[str, Any]
) -> None:
    assert "Nobody can sign in yet" in client.get("/sign-in", **elsewhere).text
    client.set_cookie("cutover_entrance", "invented", domain="localhost", path="/sign-in")
    data = {"mark": "invented", "person": "dev-viewer-one"}
    headers = {"Cookie": "cutover_entrance=invented", **elsewhere.get("headers", {})}
    answer = client.post("/sign-in", data=data, **{**elsewhere, "headers": headers})
    assert (answer.status_code, rows(world)) == (403, [])


def test_an_invented_person_s_cookie_opens_nothing_from_elsewhere(world: World) -> None:
    browser = world.person(Role.VIEWER)
    assert browser.get("/", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 303
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_this_machine_has_several_names(client: FlaskClient, host: str, address: str) -> None:
    answer = client.get("/sign-in", headers={"Host": host}, environ_base={"REMOTE_ADDR": address})
    assert "dev-operator-one" in answer.text


def test_without_a_sign_in_the_pages_are_closed_and_say_how_to_configure_one(closed: World) -> None:
    browser = closed.app.test_client()
    page = read(browser.get("/sign-in").text)
    assert page.one("h1").text == "Nobody can sign in yet"
    text = page.one("main").text
    for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_ROLES", "CUTOVER_DEVELOPMENT_SIGN_IN=on", "docs/signing-in.md"):
        assert name in text
    assert page.all("button") == []
    assert faults(page) == []
    answer = sign_in(browser)
    assert (answer.status_code, browser.get("/").status_code, rows(closed)) == (403, 303, [])


def test_a_token_signs_nobody_in(world: World, client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"mark": entrance(client), "token": world.token(*Role)})
    assert (answer.status_code, client.get("/").status_code) == (403, 303)


def test_the_database_holds_no_secret_of_a_session(world: World) -> None:
    secret = secret_of(world.person(Role.VIEWER))
    with world.store.engine.connect() as connection:
        kept = str(connection.execute(select(sessions)).all())
    assert "dev-ada" in kept
    assert secret not in kept
    assert secret not in repr(rows(world))


def test_signing_in_begins_a_new_session_and_ends_the_one_before(world: World, client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["mark"] = session["other"] = "planted"
    sign_in(client)
    before = secret_of(client)
    with client.session_transaction() as session:
        assert session["mark"] != "planted"
        assert "other" not in session
    sign_in(client, "dev-operator-two")
    assert secret_of(client) != before
    assert [row.subject for row in rows(world)] == ["dev-operator-two"]


def test_the_cookies_are_kept_from_scripts_and_from_forms_of_other_sites(client: FlaskClient) -> None:
    answer = sign_in(client)
    session = next(header for header in answer.headers.getlist("Set-Cookie") if header.startswith("cutover="))
    assert ("HttpOnly" in session, "SameSite=Lax" in session, "Secure" in session) == (True, True, False)


@pytest.mark.parametrize("https", [{"base_url": "https://localhost"}, {"headers": {"X-Forwarded-Proto": "https"}}])
def test_over_https_the_cookies_are_sent_back_over_https_alone(client: FlaskClient, https: dict[str, Any]) -> None:
    asked = client.get("/sign-in", **https)
    assert "Secure" in asked.headers["Set-Cookie"]
    mark = read(asked.text).one("input", name="mark").attributes["value"]
    client.set_cookie("cutover_entrance", mark, path="/sign-in")
    answer = client.post("/sign-in", data={"mark": mark, "person": "dev-viewer-one"}, **https)
    session = next(header for header in answer.headers.getlist("Set-Cookie") if header.startswith("cutover="))
    assert "Secure" in session


def test_a_role_that_may_not_is_told_which_one_may(world: World) -> None:
    answer = world.person(Role.VIEWER).get("/preferences/parcel_on_its_way/move")
    assert answer.status_code == 403
    assert "This needs the role operator; you hold viewer." in answer.text
    assert faults(read(answer.text)) == []


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.invalid/", "//elsewhere.invalid", "/\\elsewhere.invalid", "/\t/elsewhere.invalid", "board", ""],
)
def test_after_signing_in_nobody_is_sent_to_another_site(client: FlaskClient, elsewhere: str) -> None:
    assert sign_in(client, next=elsewhere).location == "/"
    page = read(client.get("/sign-in", query_string={"next": elsewhere}).text)
    assert page.one("input", name="next").attributes["value"] == "/"


def test_ten_wrong_tries_in_a_minute_are_too_many_for_that_address(world: World, client: FlaskClient) -> None:
    for _ in range(10):
        assert sign_in(client, "dev-king").status_code == 403
    refused = sign_in(client)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "There were 10 wrong tries to sign in within a minute." in refused.text
    world.clock.advance(61)
    assert sign_in(client).status_code == 303


def test_a_session_that_is_not_used_ends(world: World) -> None:
    browser = world.person(Role.VIEWER)
    world.clock.advance(30 * MINUTE - 1)
    assert browser.get("/").status_code == 200
    world.clock.advance(30 * MINUTE - 1)
    assert browser.get("/").status_code == 200
    world.clock.advance(30 * MINUTE)
    assert because(browser) == "/sign-in?because=ended&next=/"


def test_a_session_that_is_used_all_the_time_ends_after_twelve_hours(world: World) -> None:
    browser = world.person(Role.VIEWER)
    for _ in range(12 * 3 - 1):
        world.clock.advance(HOUR / 3)
        assert browser.get("/").status_code == 200
    world.clock.advance(HOUR / 3)
    assert because(browser) == "/sign-in?because=ended&next=/"


def test_the_last_use_is_written_once_a_minute_at_most(world: World) -> None:
    browser = world.person(Role.VIEWER)
    began = rows(world)[0].used
    world.clock.advance(MINUTE - 1)
    browser.get("/")
    assert rows(world)[0].used == began
    world.clock.advance(1)
    browser.get("/")
    assert (rows(world)[0].used - began).total_seconds() == MINUTE


def test_signing_out_ends_the_session_for_a_copied_cookie_too_and_needs_its_form(world: World) -> None:
    browser = world.person(Role.VIEWER)
    copy = world.app.test_client()
    with copy.session_transaction() as session:
        session[SESSION] = secret_of(browser)
    assert copy.get("/").status_code == 200
    assert browser.post("/sign-out").status_code == 403
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out", data={"mark": mark_of(browser)}).location == "/sign-in?because=done"
    assert (browser.get("/").status_code, because(copy)) == (303, "/sign-in?because=ended&next=/")


def test_a_cookie_that_names_no_session_opens_nothing(world: World, client: FlaskClient) -> None:
    world.person(Role.VIEWER)
    with client.session_transaction() as session:
        session[SESSION] = rows(world)[0].hash
    assert because(client) == "/sign-in?because=ended&next=/"


def test_switching_the_development_sign_in_off_ends_the_sessions_of_invented_persons(world: World) -> None:
    browser = world.person(Role.VIEWER)
    object.__setattr__(world.context, "sign_in", CLOSED)
    assert because(browser) == "/sign-in?because=ended&next=/"


def test_sessions_of_long_ago_are_forgotten_when_somebody_signs_in(world: World) -> None:
    def kept() -> list[str]:
        with world.store.engine.connect() as connection:
            return sorted(connection.execute(select(sessions.c.name)).scalars())

    world.person(Role.VIEWER, name="long ago")
    world.clock.advance(30 * 24 * HOUR)
    world.person(Role.VIEWER, name="lately")
    assert kept() == ["lately", "long ago"]
    world.clock.advance(1)
    world.person(Role.VIEWER, name="now")
    assert kept() == ["lately", "now"]


def test_the_sign_in_page_can_be_used_without_seeing_it(client: FlaskClient) -> None:
    for why in ("signed_out", "ended", "role_ended", "done", "invented"):
        assert faults(read(client.get(f"/sign-in?because={why}").text)) == []
    assert faults(read(sign_in(client, "dev-king").text)) == []
