"""The distribution's Chromium, driven by Playwright. Playwright downloads nothing for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = (
    "--no-sandbox",  # root, in a container, has none; it opens nothing but our own pages
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have little of it, and pages would crash
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def launched(program: str) -> Iterator[Browser]:
    """A browser while the block lasts. This thread has a running event loop until then: nobody may begin another."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
