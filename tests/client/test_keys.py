"""The keys of permits are kept up to date when they are used, and an absent controller takes nothing away."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from cutover_client.keys import ASK_AGAIN, FIRST_AGAIN, REFRESH, TRY_AGAIN, KeySet
from cutover_client.permits import claims_of
from cutover_client.routes import Refused
from tests.client.clock import FakeClock
from tests.client.fenced import KEY, Authority

AUTHORITY = Authority()
NOW = 1_800_000_000


class Source:
    """A key set that is counted, and can be away."""

    def __init__(self) -> None:
        self.told: Any = AUTHORITY.jwks()
        self.asked = 0

    def __call__(self) -> Any:
        self.asked += 1
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


def key_set(source: Source, clock: FakeClock) -> tuple[KeySet, list[Exception]]:
    troubles: list[Exception] = []
    return KeySet(source, clock, troubles.append), troubles


def test_keys_are_asked_for_when_they_are_used_and_again_after_five_minutes() -> None:
    source, clock = Source(), FakeClock()
    keys, _ = key_set(source, clock)
    assert source.asked == 0
    assert all(keys.find(AUTHORITY.name) for _ in range(3))
    clock.advance(REFRESH - 1)
    assert keys.find(AUTHORITY.name)
    assert source.asked == 1
    clock.advance(1)
    source.told = {"keys": []}
    assert keys.find(AUTHORITY.name) is None, "it was revoked"
    assert source.asked == 2


def test_an_unknown_key_is_asked_for_but_not_too_often() -> None:
    source, clock = Source(), FakeClock()
    keys, _ = key_set(source, clock)
    keys.find(AUTHORITY.name)
    clock.advance(ASK_AGAIN)
    source.told = {"keys": [*AUTHORITY.jwks()["keys"], *Authority(2, "new").jwks()["keys"]]}
    assert keys.find("new")
    assert [keys.find(f"invented-{number}") for number in range(50)] == [None] * 50
    assert source.asked == 2


@pytest.mark.parametrize("trouble", [OSError("away"), ["no set"], {"keys": 3}, {"keys": [{"kid": "x", "x": "?"}]}])
def test_when_the_keys_cannot_be_fetched_the_known_ones_go_on(trouble: Any) -> None:
    source, clock = Source(), FakeClock()
    keys, troubles = key_set(source, clock)
    keys.find(AUTHORITY.name)
    if isinstance(trouble, dict) and trouble["keys"] != 3:
        trouble["keys"][0] |= {"kty": "OKP", "crv": "Ed25519"}
    source.told = trouble
    clock.advance(REFRESH)
    assert keys.find(AUTHORITY.name)
    assert len(troubles) == 1
    source.told = {"keys": []}
    clock.advance(TRY_AGAIN - 1)
    assert keys.find(AUTHORITY.name), "nobody waits for an absent controller at each write"
    assert source.asked == 2
    clock.advance(1)
    assert keys.find(AUTHORITY.name) is None


def test_with_no_key_known_everything_is_refused_until_there_is_one() -> None:
    source, clock = Source(), FakeClock()
    source.told = OSError("away")
    keys, troubles = key_set(source, clock)
    with pytest.raises(Refused, match="not known here"):
        claims_of(AUTHORITY.permit(exp=NOW), keys, NOW)
    assert troubles
    source.told = AUTHORITY.jwks()
    clock.advance(FIRST_AGAIN - 0.1)
    assert keys.find(AUTHORITY.name) is None
    assert source.asked == 1
    clock.advance(0.1)
    assert claims_of(AUTHORITY.permit(exp=NOW), keys, NOW).key == KEY


def test_whoever_knows_its_key_does_not_wait_for_another_s_request() -> None:
    clock, asked, answer = FakeClock(), Event(), Event()
    answer.set()

    def slow() -> Any:
        asked.set()
        assert answer.wait(20)
        return AUTHORITY.jwks()

    keys = KeySet(slow, clock)
    keys.find(AUTHORITY.name)
    clock.advance(REFRESH)
    asked.clear()
    answer.clear()
    waiting = Thread(target=keys.find, args=("unknown",))
    waiting.start()
    assert asked.wait(20)
    assert keys.find(AUTHORITY.name), "else this test would wait for twenty seconds and fail"
    assert waiting.is_alive()
    answer.set()
    waiting.join()


def test_keys_of_other_kinds_are_passed_over() -> None:
    ours = AUTHORITY.jwks()["keys"][0]
    others = [
        {"kty": "RSA", "kid": "a"},
        {**ours, "kid": "b", "use": "enc"},
        {**ours, "kid": 3},
        {**ours, "kid": "c", "crv": "X25519"},
        "text",
    ]
    keys = KeySet(lambda: {"keys": [*others, ours]})
    assert keys.find(AUTHORITY.name)
    assert [keys.find(name) for name in ("a", "b", "c")] == [None] * 3


def test_keys_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(AUTHORITY.jwks()))
    assert KeySet.at(file).find(AUTHORITY.name)


@pytest.fixture
def served() -> Iterator[Callable[[int], str]]:
    """An address that answers with the key set, under a status."""

    class Answering(BaseHTTPRequestHandler):
        status = 200

        def do_GET(self) -> None:
            self.send_response(self.status)
            self.end_headers()
            self.wfile.write(json.dumps(AUTHORITY.jwks()).encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever)
    thread.start()

    def at(status: int) -> str:
        Answering.status = status
        return f"http://127.0.0.1:{server.server_port}/jwks.json"

    yield at
    server.shutdown()
    thread.join()
    server.server_close()


def test_keys_come_from_an_address(served: Callable[[int], str]) -> None:
    assert KeySet.at(served(200)).find(AUTHORITY.name)


def test_an_address_that_answers_with_an_error_tells_no_keys(served: Callable[[int], str]) -> None:
    keys = KeySet.at(served(500))
    keys.on_trouble = lambda _: None
    assert keys.find(AUTHORITY.name) is None
