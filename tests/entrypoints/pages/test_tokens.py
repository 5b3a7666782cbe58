"""Tokens on the pages: the secret is shown once, and only administrators make and revoke them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.pages.tokens import MOST_A_MINUTE
from app.services.store import TokenRow
from app.services.tokens import caller_of
from tests.entrypoints.invented import FIRST
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.world import World, mark_of


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """An administrator who is signed in, where there is one token."""
    world.token(Role.VIEWER)
    return world.signed_in(Role.ADMIN)


def rows(world: World) -> list[TokenRow]:
    """Every token, the newest first."""
    with world.store.reading() as unit:
        return unit.tokens.all()


def named(world: World, name: str) -> TokenRow:
    """The one token with this name."""
    (found,) = (row for row in rows(world) if row.name == name)
    return found


def make(world: World, browser: FlaskClient, **entered: object) -> TestResponse:
    """Send the form, filled in rightly but for what is said."""
    filled = {"name": "batch job", "roles": ["client"], "keys": [], "lives": "30d", "reason": "Invented."}
    data = {"mark": mark_of(browser), "seen": str(len(rows(world))), **filled, **entered}
    return browser.post("/tokens/new", data=data)


def secret_on(answer: TestResponse) -> str:
    """The secret that a page shows."""
    return read(answer.text).one("code", id="secret").text


def test_a_token_is_made_with_what_was_chosen_and_works(world: World, browser: FlaskClient) -> None:
    answer = make(world, browser, keys=[FIRST.key])
    caller = caller_of(world.store, secret_on(answer))
    assert (answer.status_code, caller.actor, caller.roles) == (200, "token:batch job", frozenset({Role.CLIENT}))
    assert caller.keys == frozenset({FIRST.key})
    row = named(world, "batch job")
    assert row.expires == row.created + timedelta(days=30)
    assert faults(read(answer.text)) == []
    with world.store.reading() as unit:
        entry = list(unit.ledger.entries())[-1]
    assert (entry.act, entry.actor, entry.reason) == ("token_created", "person:ada <dev-ada>", "Invented.")


def test_the_secret_is_shown_once_and_kept_in_no_address_session_cache_or_list(
    world: World, browser: FlaskClient
) -> None:
    answer = make(world, browser)
    secret = secret_on(answer)
    assert answer.text.count(secret) == 1
    assert "Copy it now; it is not shown again" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Location" not in answer.headers
    with browser.session_transaction() as session:
        assert secret not in str(dict(session))
    assert secret not in str(answer.headers)
    assert not [page for page in ("/tokens", "/tokens/new", "/ledger", "/") if secret in browser.get(page).text]
    assert not re.search(r"cutover_[A-Za-z0-9_-]{20,}", browser.get("/tokens").text)


def test_a_second_press_makes_no_second_token(world: World, browser: FlaskClient) -> None:
    assert make(world, browser, seen="1").status_code == 200
    again = make(world, browser, seen="1")
    assert again.status_code == 412
    assert "perhaps by a second press" in again.text
    assert len(rows(world)) == 2


def test_of_two_who_make_a_token_at_once_the_second_is_told(world: World) -> None:
    world.token(Role.VIEWER)
    world.token(Role.VIEWER, name="ben")
    browsers = [world.signed_in(Role.ADMIN), world.signed_in(Role.ADMIN)]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda browser: make(world, browser, seen="2"), browsers))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(rows(world)) == 3


def test_more_than_a_few_tokens_a_minute_are_refused(world: World, browser: FlaskClient) -> None:
    world.clock.advance(120)
    for _ in range(MOST_A_MINUTE):
        assert make(world, browser).status_code == 200
    refused = make(world, browser)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert faults(read(refused.text)) == []
    world.clock.advance(61)
    assert make(world, browser).status_code == 200


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"name": ""}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"keys": ["unknown"]}, "keys"),
        ({"roles": ["viewer"], "keys": [FIRST.key]}, "keys"),
        ({"lives": "99w"}, "lives"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_entered_is_kept(
    world: World, browser: FlaskClient, entered: dict[str, object], field: str
) -> None:
    answer = make(world, browser, **entered)
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.one("div", role="alert").all("a", href=f"#{field}")
    assert page.one("input", name="name").attributes["value"] == {"name": "batch job", **entered}["name"]
    assert len(rows(world)) == 1
    assert faults(page) == []


def test_a_name_that_the_service_refuses_is_a_page(world: World, browser: FlaskClient) -> None:
    answer = make(world, browser, name="<b>")
    assert answer.status_code == 422
    assert "1 to 60 letters" in read(answer.text).one("main").text
    assert len(rows(world)) == 1


def test_the_list_says_whose_what_until_when_and_never_a_secret(world: World, browser: FlaskClient) -> None:
    make(world, browser, keys=[FIRST.key])
    make(world, browser, name="for ever", roles=["viewer"], lives="")
    world.clock.advance(31 * 86_400)
    browser = world.signed_in(Role.ADMIN)
    page = read(browser.get("/tokens").text)
    told = page.one("table").text
    for words in ("batch job", "client", FIRST.key, "Expired", "for ever", "Never by itself", "Not limited", "Alive"):
        assert words in told
    assert faults(page) == []
    assert faults(read(browser.get("/tokens/new").text)) == []


def test_revoking_asks_first_and_ends_it_with_a_reason(world: World, browser: FlaskClient) -> None:
    secret = secret_on(make(world, browser))
    token = named(world, "batch job").id
    page = read(browser.get(f"/tokens/{token}/revoke").text)
    assert page.one("h1").text == "Revoke the token batch job?"
    assert page.links()["Back, change nothing"] == "/tokens"
    assert faults(page) == []
    without = browser.post(f"/tokens/{token}/revoke", data={"mark": mark_of(browser), "reason": ""})
    assert without.status_code == 422
    assert caller_of(world.store, secret).actor == "token:batch job"
    answer = browser.post(f"/tokens/{token}/revoke", data={"mark": mark_of(browser), "reason": "Lost."})
    assert (answer.status_code, answer.location) == (303, "/tokens")
    with pytest.raises(Refusal, match="has ended"):
        caller_of(world.store, secret)
    assert "Revoked" in read(browser.get("/tokens").text).one("table").text
    again = browser.post(f"/tokens/{token}/revoke", data={"mark": mark_of(browser), "reason": "Lost."})
    assert again.status_code == 404


def test_a_token_that_is_not_there_is_not_found(browser: FlaskClient) -> None:
    assert browser.get("/tokens/nothing/revoke").status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.APPROVER])
def test_others_are_told_who_can(world: World, role: Role) -> None:
    world.token(Role.VIEWER)
    browser = world.signed_in(role)
    for answer in (browser.get("/tokens"), browser.get("/tokens/new"), make(world, browser)):
        page = read(answer.text)
        assert answer.status_code == 403
        assert "administrator" in page.one("main").text.lower()
        assert page.one("main").all("form") == []
        assert faults(page) == []
    assert len(rows(world)) == 1
