"""`make screenshots`: draws the pages of the docs into docs/pictures, wide and on a phone. Run as `python -m`.

Each is a line of `states_*.py`; a page is added by its name here. What they show is invented.
"""

import argparse
import sys
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page

from app.adapters.database.migrating import upgrade
from tests import chromium
from tests.browser.launching import launched
from tests.browser.lines import Line
from tests.browser.opening import Opening
from tests.browser.pages import PAGES, TABLES
from tests.browser.service import serving
from tests.npm_packages import ROOT

FOLDER = ROOT / "docs" / "pictures"
WIDTHS = (1280, 375)
COLOURS = 32
LARGEST = 1_500_000
"""Bytes of all pictures together: whoever clones the repository gets them too."""

_SMALLER = Path(__file__).with_name("smaller.js").read_text(encoding="utf-8")

DRAWN = (
    "board",
    "preference",
    "move-asked",
    "move-waiting",
    "move-done",
    "plan-running",
    "plan-new-faulty",
    "compare",
    "approvals",
    "stopped",
)


def main() -> None:
    """Draw every page, or those that are named. Exits 1 with a sentence when it cannot."""
    parser = argparse.ArgumentParser(prog="make screenshots ARGS=…", description="Draws pages into docs/pictures.")
    parser.add_argument("names", nargs="*", default=DRAWN, help=f"some of: {', '.join(line.name for line in PAGES)}")
    parser.add_argument("--into", type=Path, default=FOLDER, help="another folder")
    asked = parser.parse_args()
    program = chromium.find()
    if program is None:
        sys.exit(chromium.MISSING)
    unknown = set(asked.names) - {line.name for line in PAGES}
    if unknown:
        sys.exit(f"There is no page called {', '.join(sorted(unknown))}.")
    asked.into.mkdir(parents=True, exist_ok=True)
    faults = draw(program, asked.names, asked.into)
    size = sum(file.stat().st_size for file in asked.into.glob("*.png"))
    print(f"{asked.into} holds {size // 1000} kB of pictures, of at most {LARGEST // 1000}.")
    if faults or size > LARGEST:
        sys.exit("\n".join(faults) or "They are too large: draw fewer pages.")


def draw(program: str, names: tuple[str, ...], into: Path) -> list[str]:
    """Draw these pages, each at both widths and in its whole length. What went wrong in them without a word."""
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="cutover-pictures-")))
        database = folder / "new.db"
        upgrade(f"sqlite:///{database}")
        browser = closing.enter_context(launched(program))
        desk, faults = browser.new_page(), list[str]()
        for place, table in enumerate(TABLES):
            lines = [line for line in table if line.name in names]
            if lines:
                (folder / str(place)).mkdir()
                with serving(folder / str(place), database) as service:
                    faults += _draw(lines, Opening(browser, service), desk, into)
        return faults


def _draw(lines: Sequence[Line], opening: Opening, desk: Page, into: Path) -> list[str]:
    # In the order of the table: a page that shows many states comes behind those that make them.
    for line in lines:
        for width in WIDTHS:
            page = line.open(opening, width=width)
            drawn = smaller(desk, page.screenshot(full_page=True, animations="disabled"))
            (into / f"{line.name}-{width}.png").write_bytes(drawn)
            print(f"{line.name} at {width}: {len(drawn) // 1000} kB", flush=True)
    opening.close()
    return opening.faults


def smaller(desk: Page, picture: bytes) -> bytes:
    """The same picture in few colours: a third of its size. `desk` is a blank page, which no policy forbids it."""
    return b64decode(desk.evaluate(_SMALLER, [b64encode(picture).decode(), COLOURS]))


if __name__ == "__main__":
    main()
