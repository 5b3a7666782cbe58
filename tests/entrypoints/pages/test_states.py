"""What stands where a page cannot: looked on, no database, a follower, too much, too fast; and what stands on top."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import make_url, text, update

from app.adapters.database.migrating import upgrade
from app.adapters.database.tables import revision
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.pages.refusing import refused
from tests.databases import NO_POSTGRESQL
from tests.entrypoints.invented import FIRST
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import SPANS, World, mark_of
from tests.postgres import own_server
from tests.postgres_binaries import find

CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LOOKS_ON = "You can look, but not change"


@contextmanager
def out_of_reach(url: str, *, knew: bool = True) -> Iterator[tuple[World, FlaskClient]]:
    """A service that knew its database, or never looked at it, with somebody signed in."""
    world = World(url)
    world.files.put(FIRST)
    world.context.keeper.reload()
    browser = world.signed_in(Role.OPERATOR)
    if knew:
        world.context.worker._look()
    try:
        yield world, browser
    finally:
        world.store.close()


def require_outage(world: World, browser: FlaskClient) -> None:
    """Every page, part and form says what is so, and by when nobody writes any more; nothing is asked of anybody."""
    world.clock.advance(3)
    mark = mark_of(browser)
    answers = [browser.get("/"), browser.get("/ledger"), browser.get("/ledger.csv")]
    answers += [browser.get("/", headers={"HX-Request": "true"}), browser.post("/moves/1/undo", data={"mark": mark})]
    for answer in answers:
        page = read(answer.text)
        main = page.one("main").text
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert page.one("h1").text == "The controller cannot reach its database"
        assert "Since Tue, Mar 2, 12:00:00 a.m. ET (Monday night) . Nothing can move." in main
        assert f"by Tue, Mar 2, 12:00:{SPANS.ttl + 1:02.0f} a.m. ET" in main
        assert "Reads go on; clients refuse changes as their leases run out" in main
        assert "cutover recover" in main
        assert faults(page) == []
    assert "Whether this request changed anything is not known." in read(answers[-1].text).one("main").text
    assert "Whether this request" not in answers[0].text
    world.clock.advance(60)
    assert "the last one ran out by" in read(browser.get("/").text).one("main").text
    assert world.troubles
    with browser.get("/static/cutover.css") as sheet:
        assert sheet.status_code == 200


def test_with_its_postgresql_stopped_a_page_says_since_when_and_what_goes_on() -> None:
    binaries = find()
    if binaries is None:
        pytest.skip(NO_POSTGRESQL)
    with ExitStack() as rest, ExitStack() as running:
        server = running.enter_context(own_server(binaries))
        url = server.create("cutover_outage")
        upgrade(url)
        world, browser = rest.enter_context(out_of_reach(url))
        running.close()
        require_outage(world, browser)


def take_away(world: World) -> None:
    """Put a folder where the SQLite file was: it cannot be opened any more."""
    file = Path(make_url(world.url).database or "")
    world.store.close()
    file.unlink()
    file.mkdir()


def test_with_its_sqlite_file_gone_a_page_says_since_when_and_what_goes_on(sqlite_url: str) -> None:
    with out_of_reach(sqlite_url) as (world, browser):
        take_away(world)
        require_outage(world, browser)


def test_a_process_that_never_heard_of_its_database_says_so(sqlite_url: str) -> None:
    with out_of_reach(sqlite_url, knew=False) as (world, browser):
        take_away(world)
        page = read(browser.get("/").text)
        assert "It has not answered since this process began." in page.one("main").text
        assert faults(page) == []


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """Somebody who may only look."""
    world.adopt(FIRST.key)
    return world.signed_in(Role.VIEWER)


def test_a_database_that_only_follows_is_looked_at_and_takes_no_change(postgresql_url: str) -> None:
    with out_of_reach(postgresql_url) as (world, browser):
        world.adopt(FIRST.key)
        with world.store.engine.begin() as connection:
            name = connection.execute(text("SELECT current_database()")).scalar_one()
            connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
        world.store.engine.dispose()
        assert browser.get("/").status_code == 200
        form = {"mark": mark_of(browser), "to": "va_gov", "epoch": "1", "reason": "Invented.", "typed": FIRST.key}
        answer = browser.post(f"/preferences/{FIRST.key}/move", data=form)
        page = read(answer.text)
        assert answer.status_code == 503
        assert page.one("h1").text == "The controller’s database takes no changes"
        assert "Nothing was done." in page.one("main").text
        assert "cannot reach" not in page.one("main").one("h1").text
        assert faults(page) == []


def test_whoever_may_only_look_is_told_who_can_and_how_roles_are_given(browser: FlaskClient) -> None:
    for answer in (
        browser.get(f"/preferences/{FIRST.key}/move?to=va_gov"),
        browser.post("/moves/1/call-off", data={"mark": mark_of(browser), "reason": "Invented."}),
    ):
        page = read(answer.text)
        assert answer.status_code == 403
        assert page.one("h1").text == LOOKS_ON
        assert "An operator can. An administrator gives roles." in page.one("main").text
        assert "you hold viewer" in page.one("main").text
        assert page.links()["How roles are given"] == "/help#how-roles-are-given"
        assert faults(page) == []


@pytest.mark.parametrize("accepted", ["text/html", CHROMIUM, FIREFOX], ids=["text", "Chromium", "Firefox"])
def test_an_address_that_is_not_there_leads_back_to_the_board(browser: FlaskClient, accepted: str) -> None:
    answer = browser.get("/nowhere/<script>", headers={"Accept": accepted})
    page = read(answer.text)
    assert answer.status_code == 404
    assert "Look whether the address is right, or begin at the board." in page.one("main").text
    assert page.links()["Back to the board"] == "/"
    assert faults(page) == []


@pytest.mark.parametrize("accepted", ["*/*", "application/json", "application/problem+json", ""])
def test_a_program_is_told_by_a_problem(browser: FlaskClient, accepted: str) -> None:
    answer = browser.get("/nowhere", headers={"Accept": accepted})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_page_that_takes_no_form_says_so(browser: FlaskClient) -> None:
    answer = browser.put("/ledger", headers={"Accept": "text/html"}, data={"mark": mark_of(browser)})
    page = read(answer.text)
    assert answer.status_code == 405
    assert "Open the page again and use its buttons." in page.one("main").text
    assert faults(page) == []


def test_a_form_that_is_too_large_is_a_page(world: World) -> None:
    browser = world.signed_in(Role.OPERATOR)
    answer = browser.post("/moves/1/undo", data={"mark": mark_of(browser), "reason": "x" * 70_000})
    page = read(answer.text)
    assert answer.status_code == 413
    assert "64 KiB" in page.one("main").text
    assert faults(page) == []


def test_when_to_try_again_is_said_in_seconds_and_not_by_a_header(world: World) -> None:
    refusal = Refusal("recovering", "Invented.", "Ask again after Retry-After seconds. Look.", {"retry_after": 10})
    with world.app.test_request_context("/"):
        answer = refused(refusal)
        page = read(answer.get_data(as_text=True))
    main = page.one("main").text
    assert page.links()["How far the recovery is"] == "/recovery"
    assert "Look. Try again in 10 seconds." in main
    assert "Retry-After" not in main
    assert answer.headers["Retry-After"] == "10"


def top_of(world: World, browser: FlaskClient) -> Element:
    """What stands in a page after the thread has looked at the database."""
    world.context.worker._look()
    return read(browser.get("/").text)


def test_a_page_on_another_database_says_so_on_top(postgresql_url: str) -> None:
    with out_of_reach(postgresql_url) as (world, browser):
        before = top_of(world, browser)
        assert "not the one it was" not in before.text
        assert "Recovery" not in before.links()
        with world.store.engine.begin() as connection:
            connection.execute(update(revision).values(identity="1234567890/1"))
        page = top_of(world, browser)
        assert "The controller’s database is not the one it was." in page.one("main").text
        assert "cutover recover" in page.one("main").text
        assert page.one("main").links()["How far the recovery is"] == "/recovery"
        assert page.one("nav", aria_label="Main").links()["Recovery"] == "/recovery"
        assert faults(page) == []


def test_a_page_while_old_rights_run_out_says_so_on_top(world: World, browser: FlaskClient) -> None:
    before = top_of(world, browser)
    assert "Old rights run out" not in before.text
    assert "Recovery" not in before.links()
    with world.store.engine.begin() as connection:
        connection.execute(update(revision).values(stopped=9))
    page = top_of(world, browser)
    assert "Old rights run out." in page.one("main").text
    assert page.one("nav", aria_label="Main").links()["Recovery"] == "/recovery"
    assert faults(page) == []


def test_the_stream_of_a_page_does_not_say_that_it_lives_while_the_database_is_away(
    world: World, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.entrypoints.pages.live.BEAT", 0.01)
    world.context.worker._look()
    with browser.get("/live", buffered=False) as answer:
        parts = answer.iter_encoded()
        assert [next(parts), next(parts)] == [b"event: beat\ndata: \n\n"] * 2
        world.clock.advance(6)
        assert next(parts) == b": the database does not answer\n\n"
        world.context.worker._look()
        assert next(parts) == b"event: beat\ndata: \n\n"
