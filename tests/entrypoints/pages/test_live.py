"""Pages stay as new as the ledger: the stream that says so, and the page that waits for those without a script."""

import threading
import time
from itertools import islice

from flask.testing import FlaskClient

from app.domain.roles import Role
from tests.entrypoints.pages.reading import read
from tests.entrypoints.world import World


def _lines(body: object, count: int) -> list[bytes]:
    return list(islice(iter(body), count))  # type: ignore[call-overload]


def test_the_stream_begins_behind_the_entry_that_the_page_was_made_with(world: World) -> None:
    client = world.signed_in(Role.VIEWER)
    world.context.notices.publish(entry=7)
    with client.get("/live?after=5", buffered=False) as answer:
        assert answer.content_type == "text/event-stream"
        assert _lines(answer.response, 2) == [b"event: beat\ndata: \n\n", b"id: 7\nevent: change\ndata: 7\n\n"]
    with client.get("/live?after=7", buffered=False) as answer:
        assert _lines(answer.response, 2)[1] == b"event: beat\ndata: \n\n"


def test_a_stream_that_comes_back_goes_on_where_it_broke(world: World) -> None:
    client = world.signed_in(Role.VIEWER)
    world.context.notices.publish(entry=9)
    with client.get("/live?after=2", headers={"Last-Event-ID": "9"}, buffered=False) as answer:
        assert _lines(answer.response, 2)[1] == b"event: beat\ndata: \n\n"


def test_the_stream_is_for_whoever_is_signed_in(client: FlaskClient) -> None:
    assert client.get("/live").status_code == 303


def test_a_page_with_after_comes_when_something_new_was_written(world: World) -> None:
    client, notices = world.signed_in(Role.VIEWER), world.context.notices
    notices.publish(entry=3)
    came: list[int] = []

    def look() -> None:
        came.append(client.get("/?after=3").status_code)

    waiting = threading.Thread(target=look)
    waiting.start()
    time.sleep(0.3)
    assert came == []
    notices.publish(entry=4)
    waiting.join(20)
    assert came == [200]


def test_a_page_says_behind_which_entry_it_waits_and_fetches_itself_without_waiting(world: World) -> None:
    client = world.signed_in(Role.VIEWER)
    world.context.notices.publish(entry=12)
    page = read(client.get("/?after=11").text)
    assert page.links()["Wait for the next change"] == "/?after=12"
    assert page.one("div", id="stream").attributes["hx-sse:connect"] == "/live?after=12"
    assert page.one("div", id="state").attributes["hx-get"] == "/"


def test_an_older_page_does_not_wait(world: World) -> None:
    client = world.signed_in(Role.VIEWER)
    world.context.notices.publish(entry=12)
    began = time.monotonic()
    assert client.get("/?after=11").status_code == 200
    assert time.monotonic() - began < 15


def test_a_part_that_asks_without_a_session_sends_the_whole_page_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["HX-Redirect"].startswith("/sign-in?because=signed_out&next=/")


def test_scripts_run_while_the_page_is_read_so_that_the_stream_is_never_forgotten(world: World) -> None:
    page = read(world.signed_in(Role.VIEWER).get("/").text)
    scripts = page.one("body").all("script")
    assert len(scripts) == len(page.all("script")) > 0
    assert not [one for one in scripts if "defer" in one.attributes or "async" in one.attributes]
