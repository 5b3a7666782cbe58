"""What an open page says by itself, to whoever does not look at it."""

from playwright.sync_api import Page, expect

_LISTEN = """() => {
  const region = document.querySelector("[role=status]");
  window.heard = [];
  const changes = { childList: true, characterData: true, subtree: true };
  new MutationObserver(() => window.heard.push(region.textContent)).observe(region, changes);
}"""


def listen(page: Page) -> None:
    """Hear from now on what the status region of this page says, and be sure that the page is live."""
    page.evaluate(_LISTEN)
    is_live(page)


def hears(page: Page, sentence: str) -> None:
    """Wait until the status region has said this, whatever it says after it."""
    page.wait_for_function("(sentence) => window.heard.includes(sentence)", arg=sentence)


def is_live(page: Page) -> None:
    """Wait until the page says that it is live."""
    expect(page.get_by_text("Live, as of")).to_be_visible()
