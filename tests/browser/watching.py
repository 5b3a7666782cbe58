"""What goes wrong in a page without anybody seeing it: its console, its scripts, its policy, its requests."""

from collections.abc import Collection
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request, Response

TELLS_POLICY = """addEventListener("securitypolicyviolation", (broken) => console.error(
  `${broken.effectiveDirective} forbids ${broken.blockedURI} (${broken.sourceFile}:${broken.lineNumber})`))"""

# The browser says so of each answer from 400 on. Answers are judged by `_answered`, with what was expected.
STATUS = "Failed to load resource: the server responded with a status of"
GAVE_UP = "net::ERR_ABORTED"
"""A request that the browser itself ended, because the page was left."""


@dataclass
class Watch:
    """The faults of every page of one browser, as sentences. `expected`: refusals that pages themselves may be."""

    expected: Collection[int] = ()
    faults: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Hear what goes wrong in a page from now on."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"a script failed: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(STATUS):
            self.faults.append(f"the console says: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != GAVE_UP:
            self.faults.append(f"{request.method} {request.url} failed: {request.failure}")

    def _answered(self, response: Response) -> None:
        # A part of a page whose session has ended is told where the page is to go.
        is_page = response.request.is_navigation_request() or "hx-redirect" in response.headers
        if response.status >= 400 and not (is_page and response.status in self.expected):
            self.faults.append(f"{response.request.method} {response.url} was answered {response.status}")
