"""Every page in every state: nothing that an ear, a keyboard, a small window or other colours would find wrong."""

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import axe_faults, looks_right, moving_things, open_everything
from tests.browser.opening import TALL, Opening
from tests.browser.pages import PAGES, Line
from tests.browser.service import Service

each_line = pytest.mark.parametrize("line", PAGES, ids=lambda line: line.name)


@each_line
def test_a_page_has_no_fault_at_any_width(line: Line, windows: Opening, axe_script: str) -> None:
    page = line.open(windows)
    open_everything(page)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": TALL})
        assert axe_faults(page, axe_script) == [], width
        assert looks_right(page) == [], width
    page.set_viewport_size({"width": 375, "height": TALL})
    assert looks_right(page) == []
    page.emulate_media(forced_colors="active")
    assert looks_right(page) == [], "in forced colours"


@each_line
def test_a_page_is_whole_without_script_and_nothing_moves_by_itself(line: Line, windows: Opening) -> None:
    page = line.open(windows, java_script_enabled=False, reduced_motion="reduce")
    open_everything(page)
    assert looks_right(page) == []
    assert moving_things(page) == []


def test_an_answer_that_nobody_expected_is_a_fault_of_the_page(browser: Browser, service: Service) -> None:
    opening = Opening(browser, service)
    opening.stranger(expected=(404,)).goto("/no-such-page")
    opening.stranger().goto("/static/cutover.css?expected=none")
    opening.stranger().goto("/no-such-page")
    opening.close()
    assert opening.faults == [f"GET {service.url}/no-such-page was answered 404"]
