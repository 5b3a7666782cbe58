"""Every page of states_moves.py: nothing that an ear, a keyboard, a small window or other colours would find wrong."""

import pytest
from playwright.sync_api import Browser

from tests.browser.lines import Line
from tests.browser.opening import Opening
from tests.browser.service import Service
from tests.browser.states_moves import MOVES
from tests.browser.visiting import require_no_fault, require_whole_without_script


@pytest.mark.parametrize("line", MOVES, ids=lambda line: line.name)
def test_a_page_has_no_fault_at_any_width_nor_without_script(line: Line, windows: Opening, axe_script: str) -> None:
    require_no_fault(line, windows, axe_script)
    require_whole_without_script(line, windows)


def test_an_answer_that_nobody_expected_is_a_fault_of_the_page(browser: Browser, service: Service) -> None:
    opening = Opening(browser, service)
    opening.stranger(expected=(404,)).goto("/no-such-page")
    opening.stranger().goto("/static/cutover.css?expected=none")
    opening.stranger().goto("/no-such-page")
    opening.close()
    assert opening.faults == [f"GET {service.url}/no-such-page was answered 404"]
