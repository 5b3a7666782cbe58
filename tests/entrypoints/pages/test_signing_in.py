"""Signing in and out on the pages."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.roles import Role
from app.services import tokens
from app.services.recording import By
from app.services.tokens import sign_in_code
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.world import World, mark_of


def entrance(browser: FlaskClient) -> str:
    """The mark of the sign-in form."""
    browser.get("/sign-in")
    cookie = browser.get_cookie("cutover_entrance", path="/sign-in")
    assert cookie is not None
    return cookie.value


def sign_in(browser: FlaskClient, **entered: str) -> TestResponse:
    """Send the sign-in form."""
    return browser.post("/sign-in", data={"mark": entrance(browser), **entered})


def code_for(world: World, *roles: Role) -> str:
    """A one-time code for a new token."""
    token = tokens.caller_of(world.store, world.token(*roles)).token
    assert token is not None
    with world.store.writing() as unit:
        return sign_in_code(unit, token)


def test_a_page_sends_whoever_is_not_signed_in_to_sign_in_and_back(world: World, client: FlaskClient) -> None:
    answer = client.get("/moves/3?x=1")
    assert (answer.status_code, answer.location) == (303, "/sign-in?because=signed_out&next=/moves/3?x%3D1")
    page = read(client.get(answer.location).text)
    assert "You are not signed in." in page.one("main").text
    where = page.one("input", name="next").attributes["value"]
    signed = sign_in(client, token=world.token(Role.VIEWER), next=where)
    assert (signed.status_code, signed.location) == (303, "/moves/3?x=1")


def test_a_form_that_is_sent_without_a_session_is_refused_and_not_redirected(client: FlaskClient) -> None:
    answer = client.post("/moves/1/call-off", data={"reason": "Invented."})
    assert answer.status_code == 401
    assert read(answer.text).links()["Sign in"] == "/sign-in"


def test_the_session_holds_the_token_s_id_and_never_the_token(world: World, client: FlaskClient) -> None:
    token = world.token(Role.VIEWER)
    sign_in(client, token=token)
    with client.session_transaction() as session:
        assert session["token"] == tokens.caller_of(world.store, token).token
        assert token not in str(dict(session))
    assert client.get("/").status_code == 200


def test_signing_in_begins_a_new_session(world: World, client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["mark"] = "planted"
        session["other"] = "planted"
    sign_in(client, token=world.token(Role.VIEWER))
    with client.session_transaction() as session:
        assert session["mark"] != "planted"
        assert "other" not in session


def test_the_cookies_are_kept_from_scripts_and_other_sites(world: World, client: FlaskClient) -> None:
    answer = sign_in(client, token=world.token(Role.VIEWER))
    session = next(header for header in answer.headers.getlist("Set-Cookie") if header.startswith("cutover="))
    assert ("HttpOnly" in session, "SameSite=Strict" in session, "Secure" in session) == (True, True, False)


@pytest.mark.parametrize("https", [{"base_url": "https://localhost"}, {"headers": {"X-Forwarded-Proto": "https"}}])
def test_over_https_the_cookies_are_sent_back_over_https_alone(
    world: World, client: FlaskClient, https: dict[str, Any]
) -> None:
    asked = client.get("/sign-in", **https)
    assert "Secure" in asked.headers["Set-Cookie"]
    mark = read(asked.text).one("input", name="mark").attributes["value"]
    data = {"mark": mark, "token": world.token(Role.VIEWER)}
    client.set_cookie("cutover_entrance", mark, path="/sign-in")
    answer = client.post("/sign-in", data=data, **https)
    session = next(header for header in answer.headers.getlist("Set-Cookie") if header.startswith("cutover="))
    assert "Secure" in session


def test_a_wrong_token_is_refused_with_a_sentence_and_is_not_repeated(client: FlaskClient) -> None:
    answer = sign_in(client, token="cutover_wrong")
    assert answer.status_code == 401
    assert "cutover_wrong" not in answer.text
    assert "This token is not known, or it has ended." in answer.text
    with client.session_transaction() as session:
        assert "token" not in session


def test_a_token_for_clients_alone_is_told_who_may(world: World, client: FlaskClient) -> None:
    answer = sign_in(client, token=world.token(Role.CLIENT))
    assert answer.status_code == 403
    text = read(answer.text).one("main").text
    assert "These pages are for viewers, operators, approvers and administrators; this token's role is client." in text
    with client.session_transaction() as session:
        assert "token" not in session


def test_a_role_that_may_not_is_told_which_one_may(world: World) -> None:
    answer = world.signed_in(Role.VIEWER).get("/preferences/parcel_on_its_way/move?to=va_gov")
    assert answer.status_code == 403
    assert "This needs the role operator; you hold viewer." in answer.text


def test_a_one_time_code_is_used_by_the_button_and_not_by_the_link(world: World, client: FlaskClient) -> None:
    code = code_for(world, Role.VIEWER)
    client.get(f"/sign-in?code={code}")
    page = read(client.get(f"/sign-in?code={code}").text)
    assert page.one("input", name="code").attributes["value"] == code
    assert page.all("input", name="token") == []
    assert sign_in(client, code=code).status_code == 303
    assert client.get("/").status_code == 200
    again = sign_in(world.app.test_client(), code=code)
    assert again.status_code == 401
    assert code not in again.text


def test_a_code_that_is_not_text_of_ours_is_shown_as_text(client: FlaskClient) -> None:
    answer = client.get("/sign-in", query_string={"code": '"><script>alert(1)</script>'})
    assert read(answer.text).one("input", name="code").attributes["value"] == '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.invalid/", "//elsewhere.invalid", "/\\elsewhere.invalid", "/\t/elsewhere.invalid", "board", ""],
)
def test_after_signing_in_nobody_is_sent_to_another_site(world: World, client: FlaskClient, elsewhere: str) -> None:
    assert sign_in(client, token=world.token(Role.VIEWER), next=elsewhere).location == "/"
    page = read(client.get("/sign-in", query_string={"next": elsewhere}).text)
    assert page.one("input", name="next").attributes["value"] == "/"


def test_ten_wrong_tries_in_a_minute_are_too_many_for_that_address(world: World, client: FlaskClient) -> None:
    for _ in range(10):
        assert sign_in(client, token="cutover_wrong").status_code == 401
    right = world.token(Role.VIEWER)
    refused = sign_in(client, token=right)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "There were 10 wrong tries to sign in within a minute." in refused.text
    other = world.app.test_client()
    address = {"REMOTE_ADDR": "127.0.0.2"}
    data = {"mark": entrance(other), "token": right}
    assert other.post("/sign-in", data=data, environ_base=address).status_code == 303
    world.clock.advance(61)
    assert sign_in(client, token=right).status_code == 303


def test_right_tries_are_not_counted(world: World, client: FlaskClient) -> None:
    token = world.token(Role.VIEWER)
    assert {sign_in(client, token=token).status_code for _ in range(12)} == {303}


def test_a_token_that_has_ended_ends_the_session(world: World) -> None:
    browser = world.signed_in(Role.VIEWER)
    with world.store.writing() as unit:
        for row in unit.tokens.all():
            tokens.revoke(unit, row.id, By("cli:tester", "Invented."))
    answer = browser.get("/")
    assert (answer.status_code, answer.location) == (303, "/sign-in?because=ended&next=/")


def test_a_session_ends_by_itself(world: World) -> None:
    lifetime = world.app.permanent_session_lifetime
    assert lifetime == timedelta(hours=8)
    browser = world.signed_in(Role.VIEWER)
    with browser.session_transaction() as session:
        assert session.permanent


def test_signing_out_ends_the_session_and_needs_its_form(world: World) -> None:
    browser = world.signed_in(Role.VIEWER)
    assert browser.post("/sign-out").status_code == 403
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out", data={"mark": mark_of(browser)}).location == "/sign-in?because=done"
    assert browser.get("/").status_code == 303


def test_a_visit_to_the_sign_in_page_signs_nobody_out(world: World) -> None:
    browser = world.signed_in(Role.VIEWER)
    elsewhere = world.app.test_client()
    set_by_it = elsewhere.get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"})
    assert not any(cookie.startswith("cutover=") for cookie in set_by_it.headers.getlist("Set-Cookie"))
    assert read(set_by_it.text).links()["I am signed in: open the page"] == "/"
    assert browser.get("/").status_code == 200


def test_the_sign_in_page_can_be_used_without_seeing_it(client: FlaskClient) -> None:
    assert faults(read(client.get("/sign-in?because=ended").text)) == []
    assert faults(read(client.get("/sign-in?code=abc").text)) == []
    assert faults(read(sign_in(client, token="wrong").text)) == []
