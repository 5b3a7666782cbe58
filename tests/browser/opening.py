"""Opens pages of a service, signed in and watched."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.service import WAITS, Service
from tests.browser.signing import OPERATOR_ONE, Person, sign_in
from tests.browser.watching import TELLS_POLICY, Watch

TALL = 900


@dataclass
class Opening:
    """The windows that one test has opened."""

    browser: Browser
    service: Service
    _opened: list[tuple[BrowserContext, Watch]] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """What went wrong in them."""
        return [fault for _, watch in self._opened for fault in watch.faults]

    def page(
        self, person: Person = OPERATOR_ONE, width: int = 1280, expected: Collection[int] = (), **options: Any
    ) -> Page:
        """A blank page in a window of its own, in which that person is signed in.

        Addresses are relative to the service. `expected`: the statuses from 400 on that a page may be answered with.
        `options` are those of Playwright's `Browser.new_context`, as `java_script_enabled=False`.
        """
        window = self._window(width, expected, options)
        if person not in self.service.sessions:
            entering = self._window(width, (), {})
            sign_in(entering.new_page(), self.service, person)
            self.service.sessions[person] = entering.storage_state()["cookies"]
        window.add_cookies(self.service.sessions[person])
        return window.new_page()

    def stranger(self, width: int = 1280, expected: Collection[int] = (), **options: Any) -> Page:
        """The same, with nobody signed in."""
        return self._window(width, expected, options).new_page()

    def close(self) -> None:
        """Close every window. What happened in them until now is heard first."""
        for window, _ in self._opened:
            window.close()

    def _window(self, width: int, expected: Collection[int], options: dict[str, Any]) -> BrowserContext:
        viewport = ViewportSize(width=width, height=TALL)
        window = self.browser.new_context(base_url=self.service.url, viewport=viewport, **options)
        window.set_default_timeout(WAITS * 1000)
        window.add_init_script(TELLS_POLICY)
        watch = Watch(expected)
        window.on("page", watch.follow)
        self._opened.append((window, watch))
        return window
