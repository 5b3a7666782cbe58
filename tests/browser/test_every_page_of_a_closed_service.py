"""What stands where nobody can sign in, and where the database does not answer: looked at as every page is."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.adapters.database.migrating import upgrade
from tests.browser.lines import Line, at
from tests.browser.opening import Opening
from tests.browser.service import Service, serving
from tests.browser.visiting import require_no_fault, require_whole_without_script
from tests.conftest import forget_settings
from tests.databases import NO_POSTGRESQL
from tests.postgres import own_server
from tests.postgres_binaries import find

CLOSED = Line("sign-in-closed", "Nobody can sign in yet", at("/sign-in"), None)
AWAY = Line("no-database", "The controller cannot reach its database", lambda _: "/", status=503)


@pytest.fixture
def new_database(_sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with nothing in it, for a service that has no other settings than its own."""
    forget_settings(monkeypatch)
    return _sqlite_template


@pytest.fixture
def closed(new_database: Path, tmp_path: Path) -> Iterator[Service]:
    """A service in which nobody can sign in."""
    with serving(tmp_path, new_database, {"CUTOVER_DEVELOPMENT_SIGN_IN": "off"}) as running:
        yield running


def require_right(line: Line, opening: Opening, axe_script: str) -> None:
    """Looked at with script and without."""
    require_no_fault(line, opening, axe_script)
    require_whole_without_script(line, opening)
    opening.close()
    assert opening.faults == []


def test_where_nobody_can_sign_in_the_page_has_no_fault(closed: Service, browser: Browser, axe_script: str) -> None:
    require_right(CLOSED, Opening(browser, closed), axe_script)


def test_while_the_database_is_away_the_page_has_no_fault(
    new_database: Path, tmp_path: Path, browser: Browser, axe_script: str
) -> None:
    binaries = find()
    if binaries is None:
        pytest.skip(NO_POSTGRESQL)
    with ExitStack() as rest, ExitStack() as running:
        server = running.enter_context(own_server(binaries))
        url = server.create("cutover_away")
        upgrade(url)
        service = rest.enter_context(serving(tmp_path, new_database, {"CUTOVER_DATABASE_URL": url}))
        opening = Opening(browser, service)
        opening.page().close()  # signs in, while that can be
        running.close()
        require_right(AWAY, opening, axe_script)
