"""What every answer tells a browser: run nothing that is not ours, show this nowhere else, keep no page."""

import re

import pytest
from flask.testing import FlaskClient

from app.domain.roles import Role
from app.entrypoints.pages.routes import PAGES
from tests.entrypoints.invented import FIRST
from tests.entrypoints.world import World, mark_of

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
ADDRESSES = [
    *sorted({address for method, address, _ in PAGES if method == "GET" and address != "/live"}),
    *("/nowhere", "/static/cutover.css", "/static/nothing.css", "/healthz", "/api/v1/ownership"),
]
SENT = [address for method, address, _ in PAGES if method == "POST"]


def filled(address: str) -> str:
    """An address with something for each of its parts."""
    number = address.replace("<int:number>", "1").replace("<key>", FIRST.key)
    return re.sub("<[a-z:]*>", "1", number)


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """Somebody who may everything."""
    world.adopt(FIRST.key)
    return world.signed_in(Role.OPERATOR, Role.ADMIN, Role.APPROVER)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_what_keeps_a_browser_safe(browser: FlaskClient, address: str) -> None:
    with browser.get(filled(address), headers={"Accept": "text/html"}) as answer:
        headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for power in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{power}=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    if not (address.startswith("/static/") and answer.status_code == 200):
        assert headers["Cache-Control"] == "no-store"


def test_over_https_the_browser_is_told_to_stay_there(client: FlaskClient) -> None:
    for asked in ({"base_url": "https://localhost"}, {"headers": {"X-Forwarded-Proto": "https"}}):
        assert client.get("/sign-in", **asked).headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("address", SENT)
def test_every_form_refuses_a_missing_a_guessed_and_a_foreign_mark(
    world: World, browser: FlaskClient, address: str
) -> None:
    foreign = mark_of(world.signed_in(Role.OPERATOR))
    with world.store.reading() as unit:
        before = unit.ledger.head()
    for mark in ({}, {"mark": ""}, {"mark": "guessed"}, {"mark": foreign}):
        data = {"reason": "Invented.", "typed": FIRST.key, "epoch": "1", "to": "va_gov", "token": "x", **mark}
        answer = browser.post(filled(address), data=data)
        assert (answer.status_code, "form_expired" in answer.text) == (403, True)
    with world.store.reading() as unit:
        assert unit.ledger.head() == before


def test_the_mark_in_an_address_is_none(browser: FlaskClient) -> None:
    assert browser.post(f"/moves/1/undo?mark={mark_of(browser)}", data={"reason": "Invented."}).status_code == 403
