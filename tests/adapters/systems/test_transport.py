"""Was it sent, was it answered, may it be asked again? Over real sockets."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest

from app.adapters.http.deadline import countdown
from app.adapters.http.exchange import NoAnswer, Operation
from app.adapters.http.transport import Transport
from cutover_client.wire.messages import LARGEST_BODY, Request
from tests.adapters.systems.samples import CLOCK, nothing
from tests.adapters.systems.servers import (
    Behaviour,
    Received,
    Server,
    answer,
    close,
    free_port,
    half_an_answer,
    hang,
    in_turn,
    reset,
    serving,
)

READ = Request("GET", "thing/1000001")
WRITE = Request("POST", "thing/1000001", body={"flag": True}, writes=True)
DONE = answer(200, {"done": True})


@contextmanager
def asked(respond: Callable[[Received], Behaviour]) -> Iterator[tuple[Server, Transport]]:
    with serving(respond) as server:
        transport = Transport(server.url, "MHV", CLOCK)
        yield server, transport
        transport.close()


def operation(seconds: float = 5.0, hook: Callable[[], None] = nothing) -> Operation:
    return Operation(countdown(CLOCK, seconds), hook)


def test_an_answer_is_given_as_it_came() -> None:
    with asked(in_turn(answer(404, {"code": 1}, {"X-One": "two"}))) as (server, transport):
        found = transport.ask(operation(), READ)
        assert (found.status, found.object(), found.headers["x-one"]) == (404, {"code": 1}, "two")
        assert server.received[0].path == "/thing/1000001"


def test_a_refused_connection_counts_as_not_sent() -> None:
    transport = Transport(f"http://127.0.0.1:{free_port()}", "MHV", CLOCK)
    doing = operation()
    with pytest.raises(NoAnswer, match="could not be reached"):
        transport.ask(doing, WRITE)
    assert not doing.began
    assert not doing.unanswered


@pytest.mark.parametrize("fault", [close, reset, half_an_answer], ids=["closed", "reset", "half an answer"])
def test_a_write_whose_answer_is_lost_counts_as_sent_and_unanswered(fault: Behaviour) -> None:
    with asked(in_turn(fault)) as (server, transport):
        doing = operation()
        with pytest.raises(NoAnswer, match="was lost"):
            transport.ask(doing, WRITE)
        assert doing.began
        assert doing.unanswered
        assert len(server.received) == 3


@pytest.mark.parametrize("fault", [close, reset, half_an_answer, answer(502), answer(503), answer(504)])
def test_what_succeeds_at_the_second_try_is_an_answer_but_the_first_try_stays_unanswered(fault: Behaviour) -> None:
    with asked(in_turn(fault, DONE)) as (server, transport):
        doing = operation()
        assert transport.ask(doing, WRITE).accepted
        assert doing.unanswered
        assert len(server.received) == 2


def test_a_write_that_is_answered_at_once_leaves_nothing_unanswered() -> None:
    with asked(in_turn(DONE)) as (_, transport):
        doing = operation()
        assert transport.ask(doing, WRITE).accepted
        assert doing.began
        assert not doing.unanswered


def test_a_read_never_counts_as_a_write_under_way() -> None:
    with asked(in_turn(reset, answer(503), answer(500))) as (_, transport):
        doing = operation()
        with pytest.raises(NoAnswer, match="status 500"):
            transport.ask(doing, READ)
        assert not doing.began
        assert not doing.unanswered


def test_no_request_is_made_more_than_three_times() -> None:
    with asked(in_turn(answer(503))) as (server, transport):
        with pytest.raises(NoAnswer, match="status 503"):
            transport.ask(operation(), READ)
        assert len(server.received) == 3


@pytest.mark.parametrize("status", [500, 408, 301])
def test_other_useless_answers_are_not_asked_for_again(status: int) -> None:
    with asked(in_turn(answer(status, headers={"Location": "/elsewhere"}), DONE)) as (server, transport):
        doing = operation()
        with pytest.raises(NoAnswer, match=f"status {status}"):
            transport.ask(doing, WRITE)
        assert doing.unanswered
        assert len(server.received) == 1


def test_a_connection_is_used_again() -> None:
    with asked(in_turn(DONE)) as (server, transport):
        for _ in range(5):
            transport.ask(operation(), WRITE)
        assert server.connections == 1


def test_a_kept_connection_that_the_system_closed_is_never_mistaken_for_not_sent() -> None:
    # The first answer is followed by a close; the next request meets a dead connection, seen before or after its send.
    with asked(in_turn(answer(200, {}, keep=False), answer(200, {}, keep=False), DONE)) as (server, transport):
        for _ in range(3):
            doing = operation()
            assert transport.ask(doing, WRITE).accepted
            assert doing.began
        assert len(server.received) >= 3


def test_a_kept_connection_that_dies_right_before_the_first_byte_counts_as_sent() -> None:
    with asked(in_turn(DONE, reset)) as (server, transport):
        transport.ask(operation(), WRITE)
        doing = operation()
        with pytest.raises(NoAnswer):
            transport.ask(doing, WRITE)
        assert doing.began
        assert doing.unanswered
        assert server.connections == 3


def test_the_hook_is_called_on_an_open_connection_before_the_first_byte_of_every_try() -> None:
    seen: list[tuple[int, int]] = []
    with asked(in_turn(answer(503), DONE)) as (server, transport):

        def hook() -> None:
            _until(lambda: server.connections == 1)
            seen.append((server.connections, len(server.received)))

        transport.ask(operation(hook=hook), WRITE)
        transport.ask(operation(hook=hook), READ)
        assert seen == [(1, 0), (1, 1)]


class GrantOver(BaseException):
    """Anything a hook may raise."""


@pytest.mark.parametrize("raised", [GrantOver("x"), TimeoutError("x"), ConnectionResetError("x"), ValueError("x")])
def test_when_the_hook_raises_nothing_is_sent_and_its_exception_passes_unchanged(raised: BaseException) -> None:
    def hook() -> None:
        raise raised

    with asked(in_turn(DONE)) as (server, transport):
        doing = operation(hook=hook)
        with pytest.raises(type(raised)) as caught:
            transport.ask(doing, WRITE)
        assert caught.value is raised
        assert not doing.began
        # The connection that was opened for it is not used again with half a request in it.
        assert transport.ask(operation(), WRITE).accepted
        assert server.lines() == ["POST 1000001"]


def test_a_hook_that_raises_at_the_second_try_does_not_say_that_nothing_was_sent() -> None:
    tries: list[int] = []

    def hook() -> None:
        tries.append(1)
        if len(tries) == 2:
            raise ValueError("the grant is over")

    with asked(in_turn(reset)) as (_, transport):
        doing = operation(hook=hook)
        with pytest.raises(NoAnswer, match="stopped half-way"):
            transport.ask(doing, WRITE)
        assert doing.began
        assert doing.unanswered


def test_a_hook_that_uses_up_the_deadline_leaves_the_write_unsent() -> None:
    with asked(in_turn(DONE)) as (server, transport):
        doing = operation(0.2, hook=lambda: CLOCK.sleep(0.3))
        with pytest.raises(NoAnswer, match="in time"):
            transport.ask(doing, WRITE)
        assert not doing.began
        assert server.received == []


def test_a_body_larger_than_the_limit_is_no_answer() -> None:
    with asked(in_turn(answer(200, b"1" * (LARGEST_BODY + 1)))) as (_, transport), pytest.raises(NoAnswer):
        transport.ask(operation(), READ)


def test_a_body_as_large_as_the_limit_is_an_answer() -> None:
    with asked(in_turn(answer(200, b"1" * LARGEST_BODY))) as (_, transport):
        assert len(transport.ask(operation(), READ).body) == LARGEST_BODY


@pytest.mark.parametrize("body", [b"", b"[1]", b'"text"', b"{", b"\xff\xfe", b"[" * 100_000])
def test_only_a_json_object_is_an_object(body: bytes) -> None:
    with asked(in_turn(answer(200, body))) as (_, transport):
        assert transport.ask(operation(), READ).object() is None


def test_no_answer_in_a_language_other_than_http_is_mistaken_for_one() -> None:
    def talk(peer: Any) -> bool:
        peer.sendall(b"SSH-2.0-invented\r\n")
        return False

    with asked(in_turn(talk)) as (_, transport), pytest.raises(NoAnswer):
        transport.ask(operation(), READ)


def test_proxies_and_netrc_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with asked(in_turn(DONE)) as (server, transport):
        assert transport.ask(operation(), READ).accepted
        assert "authorization" not in server.received[0].headers


def test_cookies_of_one_person_are_not_sent_with_the_next() -> None:
    with asked(in_turn(answer(200, {}, {"Set-Cookie": "person=1000001"}))) as (server, transport):
        for _ in range(2):
            transport.ask(operation(), READ)
        assert all("cookie" not in one.headers for one in server.received)


def test_many_threads_get_each_their_own_answer() -> None:
    with asked(lambda one: answer(200, {"path": one.path})) as (server, transport):
        wrong: list[str] = []

        def ask(number: int) -> None:
            for _ in range(20):
                found = transport.ask(operation(), Request("GET", f"thing/{number}")).object()
                if found != {"path": f"/thing/{number}"}:
                    wrong.append(json.dumps(found))

        threads = [Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert len(server.received) == 160


def test_a_system_that_fails_again_and_again_is_left_alone() -> None:
    with asked(in_turn(answer(500))) as (server, transport):
        for _ in range(5):
            with pytest.raises(NoAnswer, match="status 500"):
                transport.ask(operation(), READ)
        doing = operation()
        with pytest.raises(NoAnswer, match="left alone"):
            transport.ask(doing, WRITE)
        assert not doing.began
        assert len(server.received) == 5


def test_running_out_of_a_short_deadline_is_not_held_against_the_system() -> None:
    with asked(in_turn(*[hang] * 6, DONE)) as (_, transport):
        for _ in range(6):
            with pytest.raises(NoAnswer, match="in time"):
                transport.ask(operation(0.05), READ)
        assert transport.ask(operation(), READ).accepted


def _until(holds: Callable[[], bool]) -> None:
    while not holds():
        CLOCK.sleep(0.001)
