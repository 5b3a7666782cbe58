"""What people do on the pages, as they do it."""

from playwright.sync_api import Locator, Page, expect

from app.domain.moves import Move
from tests.browser.service import Service

PRESSES = 200
"""Nobody should have to press Tab more often than that on any page."""


def ask_to_move(page: Page, key: str, words: str = "Move it to VA.gov…") -> None:
    """From the board to the page that asks; nothing has happened then."""
    page.goto("/")
    page.locator(f"#{key}").get_by_role("link", name=words).click()
    expect(page.get_by_text("Nothing has been changed.")).to_be_visible()


def confirm(page: Page, button: str, typed: str | None = None, reason: str = "Invented reason.") -> None:
    """Say why, type the word, press the button."""
    page.get_by_label("Reason").fill(reason)
    if typed is not None:
        page.get_by_label("to confirm").fill(typed)
    page.get_by_role("button", name=button).click()


def begun(page: Page, service: Service) -> Move:
    """The move whose page is open."""
    page.wait_for_url("**/moves/*")
    return service.move(int(page.url.rpartition("/")[2]))


def sees(page: Page, heading: str) -> None:
    """Show the page as it is now, and wait for its heading."""
    page.reload()
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(PRESSES):
        page.keyboard.press("Tab")
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"{PRESSES} presses of Tab do not come to {wanted}")
