"""Fixtures: a Chromium for this folder, a service for each module, signed-in pages for each test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chromium, npm_packages
from tests.browser.launching import launched
from tests.browser.opening import Opening
from tests.browser.service import WAITS, Service, serving
from tests.conftest import forget_settings

expect.set_options(timeout=WAITS * 1000)

PageFor = Callable[..., Page]
"""See `opening.Opening.page`."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A Chromium of this run's own. Without one: a failure in CI, elsewhere a skip that the last line tells."""
    program = chromium.find() or _without(chromium.MISSING)
    with launched(program) as running:
        yield running


@pytest.fixture(scope="package")
def axe_script() -> str:
    """The text of axe-core. Without it: a failure in CI, elsewhere a skip that the last line tells."""
    script = npm_packages.axe() or _without(npm_packages.MISSING_AXE)
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def service(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service with the shipped preferences and plans, for all tests of a module. Nothing is adopted yet."""
    with pytest.MonkeyPatch.context() as patching:
        forget_settings(patching)
        with serving(tmp_path_factory.mktemp("service"), _sqlite_template) as running:
            yield running


@pytest.fixture
def windows(browser: Browser, service: Service) -> Iterator[Opening]:
    """The windows of one test. What went wrong in any of them without a word, or in the service, fails the test."""
    opening = Opening(browser, service)
    yield opening
    opening.close()
    assert opening.faults == []
    assert service.troubles() == []


@pytest.fixture
def page_for(windows: Opening) -> PageFor:
    """`page_for(OPERATOR_ONE, width=375)`: a page in which that person is signed in. See `Opening.page`."""
    return windows.page


@pytest.fixture
def stranger(windows: Opening) -> PageFor:
    """`stranger()`: a page in which nobody is signed in. See `Opening.stranger`."""
    return windows.stranger


def _without(missing: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(f"{chromium.NO_BROWSER}: {missing}")
