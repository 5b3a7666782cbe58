"""Looks at an open page as people do who cannot see it, cannot hold a mouse still, or hold a phone."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_LOOKS = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
_RUN = """async (tags) => {
  const runOnly = { type: "tag", values: tags };
  const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
    ({ id, help, where: target.flat().join(" "), why: failureSummary })));
}"""


def open_everything(page: Page) -> None:
    """Open each <details>: what is folded away is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def axe_faults(page: Page, script: str) -> list[str]:
    """What axe-core finds by WCAG 2.0 to 2.2, A and AA, and by its best practices: a line for each element."""
    # The policy of the page forbids it a script tag; a debugger's evaluation is not the page's doing.
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(script)
    found: list[dict[str, Any]] = page.evaluate(_RUN, _TAGS)
    return [f"{one['id']}: {one['help']}: {one['where']}: {' '.join(one['why'].split())}" for one in found]


def looks_right(page: Page) -> list[str]:
    """What is wrong at the page's present width: it scrolls sideways; a thing that can have the focus does not show it,
    or is smaller than 24 × 24 px (links in sentences may be); type below 12 px; not one h1 or status region; no title.
    """
    found: list[str] = page.evaluate(_LOOKS)
    return found


def moving_things(page: Page) -> list[str]:
    """What moves by itself on the page now."""
    script = "document.getAnimations().map((one) => one.animationName ?? one.transitionProperty ?? 'something')"
    found: list[str] = page.evaluate(script)
    return found
