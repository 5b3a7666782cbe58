"""Whatever answers in place of Unleash, and however: a flag is unknown, with the reason, and nobody waits for long."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.adapters.clock import MachineClock
from app.adapters.unleash.flags import MOST, PATIENCE, UnleashFlags
from app.adapters.unleash.reading import Place
from app.services.flags import FlagAnswer, FlagState, NoFlags
from cutover_client.elapsed import Instant
from tests.adapters.systems.secure_servers import certificate_of_localhost, serving_securely
from tests.adapters.systems.servers import (
    Behaviour,
    answer,
    close,
    free_port,
    half_an_answer,
    hang,
    in_turn,
    reset,
    serving,
)
from tests.adapters.unleash.asking import TOKEN, flags_at
from tests.fakes.clock import FakeClock

ON, OFF, UNKNOWN = FlagState
MUCH = 60.0

IN_ITS_HEADERS = b"HTTP/1.1 200 OK\r\nX-Slow: "
IN_ITS_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"

FLAG: dict[str, Any] = {"name": "a", "type": "release", "enabled": True, "strategies": [{"name": "default"}]}


def telling(*flags: dict[str, Any]) -> Behaviour:
    """Unleash's answer with these flags."""
    return answer(body={"version": 2, "features": list(flags), "segments": []}, headers={"ETag": '"invented"'})


def asked_of(*behaviours: Behaviour) -> FlagAnswer:
    """What comes of asking a server that behaves so."""
    with serving(in_turn(*behaviours)) as server:
        return flags_at(f"{server.url}/api").ask("a")


def test_a_flag_is_read_in_one_request_with_the_token_and_nothing_is_registered_or_counted() -> None:
    with serving(in_turn(telling(FLAG))) as server:
        port = flags_at(f"{server.url}/api")
        assert port.ask("a").state is ON
        port.close()
    assert [(one.method, one.path) for one in server.received] == [("GET", "/api/client/features")]
    assert server.received[0].headers["authorization"] == TOKEN


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (answer(401, {}), "refused UNLEASH_TOKEN"),
        (answer(403, {}), "refused UNLEASH_TOKEN"),
        (answer(404, {}), "status 404"),
        (answer(304), "status 304"),
        (answer(204), "status 204"),
        (answer(503, {}), "status 503"),
        (answer(500, {}), "could not be reached, or failed"),
        (close, "could not be reached, or failed"),
        (reset, "could not be reached, or failed"),
        (hang, "could not be reached, or failed"),
        (half_an_answer, "broke off, or is no list of flags"),
        (answer(body=b"<html>Sign in</html>"), "broke off, or is no list of flags"),
        (answer(body=b""), "broke off, or is no list of flags"),
        (answer(body=[]), "broke off, or is no list of flags"),
        (answer(body={"flags": []}), "broke off, or is no list of flags"),
        (answer(body={"version": 2, "features": None}), "broke off, or is no list of flags"),
        (answer(body={"version": 2, "features": [{"enabled": True}]}), "broke off, or is no list of flags"),
    ],
)
def test_24_without_a_proper_answer_a_flag_is_unknown_with_the_reason(behaviour: Behaviour, why: str) -> None:
    began = time.monotonic()
    found = asked_of(behaviour)
    assert time.monotonic() - began < MUCH
    assert found.state is UNKNOWN
    assert why in found.sentence
    assert 'nobody can say whether flag "a" is on' in found.sentence


def test_24_where_nobody_listens_a_flag_is_unknown() -> None:
    assert "could not be reached" in flags_at(f"http://127.0.0.1:{free_port()}/api").ask("a").sentence


def test_24_without_unleash_a_flag_is_unknown_and_the_settings_are_named() -> None:
    found = NoFlags().ask("a")
    assert found.state is UNKNOWN
    assert "set UNLEASH_URL and UNLEASH_TOKEN" in found.sentence


@pytest.mark.parametrize("place", [Place("nowhere", TOKEN), Place("http://127.0.0.1:1/api", "broken\nin two")])
def test_settings_that_no_request_can_be_made_of_are_unknown_and_raise_nothing(place: Place) -> None:
    assert UnleashFlags(place, MachineClock()).ask("a").state is UNKNOWN


def test_over_tls_a_flag_is_read_only_where_the_authority_is_known(tmp_path: Path) -> None:
    certificate, key = certificate_of_localhost(tmp_path)
    with serving_securely(certificate, key, {"version": 2, "features": [FLAG]}) as server:
        url, clock = f"{server.url}/api", MachineClock()
        assert UnleashFlags(Place(url, TOKEN), clock).ask("a").state is UNKNOWN
        assert server.received == [], "the token was not sent"
        assert UnleashFlags(Place(url, TOKEN, str(certificate)), clock).ask("a").state is ON


def test_one_flag_that_cannot_be_read_takes_no_other_with_it() -> None:
    broken = {**FLAG, "name": "b", "strategies": [{"name": "flexibleRollout", "parameters": {"rollout": "all"}}]}
    with serving(in_turn(telling(broken, FLAG))) as server:
        port = flags_at(f"{server.url}/api")
        assert port.ask("a").state is ON
        assert port.ask("b").state is UNKNOWN


def test_one_reading_answers_for_a_second_and_no_longer() -> None:
    clock = FakeClock()
    with serving(in_turn(telling(FLAG), telling({**FLAG, "enabled": False}), close)) as server:
        ask = partial(UnleashFlags(Place(f"{server.url}/api", TOKEN), clock).ask, "a")
        assert ask().state is ON
        clock.advance(0.9)
        assert ask().state is ON
        assert len(server.received) == 1
        clock.advance(0.1)
        assert ask().state is OFF
        clock.advance(1.0)
        assert ask().state is UNKNOWN, "the state of before is not used again"


def test_many_who_ask_at_once_make_one_request() -> None:
    with serving(in_turn(slowly(telling(FLAG)))) as server, ThreadPoolExecutor(20) as pool:
        port = flags_at(f"{server.url}/api")
        assert {found.state for found in pool.map(port.ask, ["a"] * 20)} == {ON}
        assert len(server.received) == 1


@pytest.mark.parametrize("begin", [IN_ITS_HEADERS, IN_ITS_BODY], ids=["headers", "body"])
def test_24_while_an_answer_trickles_in_a_flag_is_unknown_and_the_next_answer_is_used(begin: bytes) -> None:
    clock = FakeClock()
    with trickling(begin) as trickle, serving(in_turn(trickle, telling(FLAG))) as server:
        ask = partial(UnleashFlags(Place(f"{server.url}/api", TOKEN), clock).ask, "a")
        began = time.monotonic()
        assert "has not answered within 3 seconds" in ask().sentence
        assert time.monotonic() - began < MUCH
        clock.advance(PATIENCE)
        assert ask().state is ON


def test_answers_without_an_end_take_few_threads_and_the_answer_after_them_is_used() -> None:
    clock = Hurrying()
    with trickling(IN_ITS_HEADERS) as trickle, serving(in_turn(*[trickle] * MOST, telling(FLAG))) as server:
        port = UnleashFlags(Place(f"{server.url}/api", TOKEN), clock)
        for _ in range(MOST + 3):
            assert "has not answered" in port.ask("a").sentence
        assert len(port._attempts) == MOST
        trickle.over.set()
        for attempt in port._attempts:
            attempt._over.wait(MUCH)
        clock.pace = 0.0
        assert port.ask("a").state is ON
        assert len(server.received) == MOST + 1


def test_a_client_that_cannot_be_made_is_told_by_the_kind_of_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.adapters.unleash.reading.UnleashClient", broken)
    assert "(ZeroDivisionError)" in flags_at("http://127.0.0.1:1/api").ask("a").sentence


def test_a_machine_without_threads_to_spare_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    port = flags_at("http://127.0.0.1:1/api")
    monkeypatch.setattr(threading.Thread, "start", none_left)
    assert "no more threads" in port.ask("a").sentence


def test_a_failure_is_in_the_answer_and_not_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert asked_of(answer(503, {})).state is UNKNOWN
        assert asked_of(telling(FLAG)).state is ON
    assert caplog.records == []


def test_the_token_is_in_no_sentence_and_not_shown_with_the_place() -> None:
    assert TOKEN not in asked_of(answer(401, {})).sentence
    assert TOKEN not in repr(Place("http://127.0.0.1:1/api", TOKEN))


def test_no_thread_is_left_behind() -> None:
    before = set(threading.enumerate())
    port = flags_at(f"http://127.0.0.1:{free_port()}/api")
    port.ask("a")
    port.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(MUCH)
        assert not thread.is_alive(), thread.name


def slowly(behaviour: Behaviour) -> Behaviour:
    """The same, half a second later."""

    def behave(peer: Any) -> bool:
        time.sleep(0.5)
        return behaviour(peer)

    return behave


@dataclass
class Hurrying(FakeClock):
    """A clock on which nobody waits: all patience has passed whenever it is read."""

    pace: float = PATIENCE

    def instant(self) -> Instant:
        """See `services.clock.Clock`."""
        self.advance(self.pace)
        return super().instant()


@dataclass
class Trickle:
    """A behaviour that sends a byte now and then, until it is told that it is over."""

    begin: bytes
    over: threading.Event = field(default_factory=threading.Event)

    def __call__(self, peer: socket.socket) -> bool:
        with suppress(OSError):
            peer.sendall(self.begin)
            while not self.over.wait(0.02):
                peer.sendall(b"a")
        return False


@contextmanager
def trickling(begin: bytes) -> Iterator[Trickle]:
    """One that is over with the block."""
    trickle = Trickle(begin)
    yield trickle
    trickle.over.set()
