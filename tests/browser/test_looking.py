"""What the other tests look with finds what is wrong: each fault is planted in a page that is right without it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import axe_faults, looks_right, moving_things, open_everything
from tests.browser.watching import TELLS_POLICY, Watch

RIGHT = """<!doctype html><html lang="en"><head><title>Invented</title>
<style>button, summary { min-height: 24px }</style></head><body>
<div role="status"></div><main><h1>Invented</h1>
<p>Look at <a href="#more">more of it</a> or not. <button>Look at everything now</button></p>
<details><summary>Folded away</summary><div id="more">PLANTED</div></details></main></body></html>"""

PLANTED = {
    "a wide thing": ('<div id="wide" style="width: 90rem; height: 1px"></div>', "scrolls sideways"),
    "a second heading": ("<h1>Another</h1>", "2 h1"),
    "a second region": ('<div role="status"></div>', "2 status regions"),
    "an unseen focus": ('<button id="dark" style="outline: none">Look at it</button>', "focus is not to be seen"),
    "a small target": ('<button style="min-height: 0; height: 20px">Look at it</button>', "20.0 px, smaller than 24"),
    "a small link alone": ('<p><a href="#more">Look at it</a></p>', "smaller than 24"),
    "small type": ('<p style="font-size: 11px">Invented</p>', "below 12 px"),
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A blank page."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def show(page: Page, planted: str) -> Page:
    """Let the page hold what is right, and something more in what is folded away."""
    page.set_content(RIGHT.replace("PLANTED", planted))
    open_everything(page)
    return page


def test_a_page_that_is_right_has_no_fault(page: Page, axe_script: str) -> None:
    assert looks_right(show(page, "Nothing")) == []
    assert axe_faults(page, axe_script) == []
    assert moving_things(page) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str, page: Page) -> None:
    planted, said = PLANTED[name]
    found = looks_right(show(page, planted))
    assert len(found) == 1, found
    assert said in found[0]


def test_a_page_without_a_title_is_found(page: Page) -> None:
    page.set_content(RIGHT.replace("<title>Invented</title>", "<title> </title>"))
    assert looks_right(page) == ["the page has no title"]


def test_axe_looks_into_what_was_folded_away(page: Page, axe_script: str) -> None:
    found = axe_faults(show(page, '<span style="color: #bbb">Pale</span>'), axe_script)
    assert len(found) == 1, found
    assert found[0].startswith("color-contrast: ")


def test_what_moves_by_itself_is_found(page: Page) -> None:
    turning = "<style>@keyframes turning { to { rotate: 1turn } }</style>"
    show(page, f'{turning}<div style="animation: turning 2s infinite">Invented</div>')
    assert moving_things(page) == ["turning"]


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("<script>console.error('invented trouble')</script>", "the console says: invented trouble"),
        ("<script>throw new Error('invented')</script>", "a script failed: invented"),
        ("<img src='http://127.0.0.1:9/' alt=''>", "GET http://127.0.0.1:9/ failed"),
        ("<meta http-equiv='Content-Security-Policy' content=\"img-src 'none'\"><img src='data:,' alt=''>", "img-src"),
    ],
)
def test_what_goes_wrong_without_a_word_is_heard(planted: str, said: str, page: Page) -> None:
    watch = Watch()
    watch.follow(page)
    page.add_init_script(TELLS_POLICY)
    with page.expect_event("load"):
        page.goto(f"data:text/html,{planted}")
    page.wait_for_function("document.readyState === 'complete'")
    assert any(said in fault for fault in watch.faults), watch.faults
