"""Signing in through a real provider of OpenID Connect, in the browser. Everything is on one host name, `localhost`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.domain.ownership import System
from tests.adapters.systems.servers import free_port
from tests.browser.acting import ask_to_move, begun, confirm
from tests.browser.conftest import PageFor
from tests.browser.service import Service, serving
from tests.browser.states_moves import NEWS
from tests.conftest import forget_settings
from tests.oidc_provider.serving import SECRET, oidc_server


@pytest.fixture(scope="module")
def service(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose people sign in at the provider of the tests, and nowhere else."""
    folder, port = tmp_path_factory.mktemp("service"), free_port()
    settings = {
        "CUTOVER_DEVELOPMENT_SIGN_IN": "off",
        "OIDC_ISSUER": f"http://localhost:{port}",
        "OIDC_CLIENT_ID": "secret",
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_SCOPES": "openid profile groups",
        "OIDC_ROLES": "cutover-operators=operator,cutover-approvers=approver",
    }
    with pytest.MonkeyPatch.context() as patching:
        forget_settings(patching)
        with serving(folder, _sqlite_template, settings) as running:
            running.url = running.url.replace("127.0.0.1", "localhost")
            with oidc_server(folder, [f"{running.url}/sign-in/return"], port=port):
                yield running


def _sign_in(page: Page, person: str) -> None:
    """From any page to the provider, and back."""
    # The provider's own pages ask a stranger for a typeface. Nothing is fetched from outside in these tests.
    page.route(re.compile("^https://"), lambda route: route.fulfill(body="", content_type="text/css"))
    page.goto("/ledger")
    expect(page.get_by_text("You are not signed in. Sign in to see this page.")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    page.locator("input[name=login]").fill(person)
    page.locator("input[name=password]").fill("invented")
    page.locator("button[type=submit]").click()
    page.get_by_role("button", name="Continue").click()


def test_who_signs_in_at_the_provider_is_named_on_the_page_and_in_the_ledger_and_is_out_after_signing_out(
    stranger: PageFor, service: Service
) -> None:
    service.held_by(System.MHV, NEWS)
    page = stranger()
    _sign_in(page, "ada")
    page.wait_for_url("**/ledger")
    expect(page.get_by_role("banner")).to_contain_text("Ada Invented (VA.gov), operator")
    ask_to_move(page, NEWS)
    confirm(page, "Move it to VA.gov now", typed=NEWS)
    move = service.ends(begun(page, service).id)
    assert "Ada Invented (VA.gov)" in move.terms.actor
    assert re.search(r"\bada\b", move.terms.actor)  # the subject beside the name
    page.goto("/ledger")
    expect(page.get_by_role("main").get_by_text("Ada Invented (VA.gov)").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_who_is_in_no_group_that_counts_is_told_so_and_is_not_signed_in(stranger: PageFor, service: Service) -> None:
    page = stranger(expected=(403,))
    _sign_in(page, "eve")
    expect(page.get_by_text("no_role")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
