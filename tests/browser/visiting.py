"""What is looked at on a page in a state: the same for every table of states."""

from tests.browser.lines import Line
from tests.browser.looking import axe_faults, looks_right, moving_things, open_everything
from tests.browser.opening import TALL, Opening


def require_no_fault(line: Line, windows: Opening, axe_script: str) -> None:
    """Nothing that an ear, a keyboard, a small window or other colours would find wrong."""
    page = line.open(windows)
    open_everything(page)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": TALL})
        assert axe_faults(page, axe_script) + looks_right(page) == [], width
    page.set_viewport_size({"width": 375, "height": TALL})
    assert looks_right(page) == []
    page.emulate_media(forced_colors="active")
    assert looks_right(page) == [], "in forced colours"


def require_whole_without_script(line: Line, windows: Opening) -> None:
    """The same page without script, and nothing on it moves by itself where somebody asked for that."""
    page = line.open(windows, java_script_enabled=False, reduced_motion="reduce")
    open_everything(page)
    assert looks_right(page) == []
    assert moving_things(page) == []
