"""Every page of states_records.py: nothing that an ear, a keyboard, a small window or other colours would miss."""

import pytest

from tests.browser.lines import Line
from tests.browser.opening import Opening
from tests.browser.states_records import RECORDS
from tests.browser.visiting import require_no_fault, require_whole_without_script


@pytest.mark.parametrize("line", RECORDS, ids=lambda line: line.name)
def test_a_page_has_no_fault_at_any_width_nor_without_script(line: Line, windows: Opening, axe_script: str) -> None:
    require_no_fault(line, windows, axe_script)
    require_whole_without_script(line, windows)
