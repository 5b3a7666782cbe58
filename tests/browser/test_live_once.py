"""A page that lives asks for itself as seldom as it can, and says how new it is by the same answer."""

from urllib.parse import urlsplit

from playwright.sync_api import Request, expect

from app.domain.ownership import System
from app.services.planning.stopping import lift, stop_all
from app.services.recording import By
from tests.browser.conftest import PageFor
from tests.browser.service import Service
from tests.browser.signing import VIEWER_ONE
from tests.browser.states_moves import VISITS


def test_the_line_that_says_how_new_a_page_is_comes_with_its_part(page_for: PageFor, service: Service) -> None:
    service.held_by(System.MHV, VISITS)
    page = page_for(VIEWER_ONE)
    page.goto("/plans")
    before = page.locator("#asof time").get_attribute("datetime")
    expect(page.locator("html")).to_have_class("is-live")
    asked: list[str] = []

    def note(request: Request) -> None:
        if urlsplit(request.url).path == "/plans":
            asked.append(request.headers.get("hx-target", ""))

    page.on("request", note)
    page.wait_for_timeout(1100)
    service.held_by(System.VA_GOV, VISITS)
    expect(page.locator("#asof time")).not_to_have_attribute("datetime", str(before))
    expect(page.locator("#asof")).to_have_count(1)
    page.wait_for_timeout(1000)
    assert {one.partition("#")[2] for one in asked} == {"state"}


def test_that_everything_is_stopped_comes_to_an_open_page_by_the_same_answer(
    page_for: PageFor, service: Service
) -> None:
    page = page_for(VIEWER_ONE)
    page.goto("/plans")
    expect(page.locator("html")).to_have_class("is-live")
    with service.context.store.writing() as unit:
        stop_all(unit, By("cli:tester", "Invented stop."))
    service.context.notices.publish()
    expect(page.locator("#everything-stopped")).to_contain_text("Invented stop.")
    expect(page.locator("#announce")).to_have_text("Everything is stopped.")
    with service.context.store.writing() as unit:
        lift(unit, By("cli:tester", "Invented."))
    service.context.notices.publish()
    expect(page.locator("#everything-stopped")).to_be_empty()
