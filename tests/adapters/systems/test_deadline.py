"""One absolute deadline, whatever a system or the path to it does."""

import socket
import threading
import time
from collections.abc import Iterator, Set
from typing import Any

import pytest

from app.adapters.http.deadline import countdown
from app.adapters.http.exchange import NoAnswer, Operation
from app.adapters.http.transport import Transport
from cutover_client.wire import connection
from cutover_client.wire.call import Call
from cutover_client.wire.messages import Request
from tests.adapters.systems.samples import CLOCK, nothing
from tests.adapters.systems.servers import Behaviour, answer, dribble, dribble_headers, hang, in_turn, serving

READ = Request("GET", "thing")
WRITE = Request("POST", "thing", body={}, writes=True)


def operation(seconds: float) -> Operation:
    return Operation(countdown(CLOCK, seconds), nothing)


@pytest.mark.parametrize("fault", [hang, dribble, dribble_headers], ids=["silent", "slow body", "slow headers"])
def test_a_system_that_takes_too_long_is_cut_off_at_the_deadline(fault: Behaviour) -> None:
    with serving(in_turn(fault)) as server:
        doing = operation(0.3)
        began = time.monotonic()
        with pytest.raises(NoAnswer, match="did not answer in time"):
            Transport(server.url, "MHV", CLOCK).ask(doing, WRITE)
        assert time.monotonic() - began < 3
        assert doing.began
        assert doing.unanswered
        assert len(server.received) == 1


def test_every_single_read_is_given_no_more_than_what_is_left() -> None:
    left = iter([7.0, 3.0, 0.0])
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = connection._TimedReader(ours, Call(lambda: next(left)))
        given = []
        for _ in range(2):
            theirs.sendall(b"a")
            reader.readinto(bytearray(1))
            given.append(ours.gettimeout())
        assert given == [7.0, 3.0]
        with pytest.raises(TimeoutError):
            reader.readinto(bytearray(1))
        reader.close()


def test_the_deadline_runs_over_all_tries_and_pauses_together() -> None:
    with serving(in_turn(answer(503), dribble)) as server:
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            Transport(server.url, "MHV", CLOCK).ask(operation(0.4), READ)
        assert time.monotonic() - began < 4


def test_the_deadline_runs_over_several_requests_of_one_operation() -> None:
    def slow(peer: socket.socket) -> bool:
        time.sleep(0.15)
        return answer(200, {})(peer)

    with serving(in_turn(slow)) as server:
        transport, doing = Transport(server.url, "MHV", CLOCK), operation(0.4)
        transport.ask(doing, READ)
        with pytest.raises(NoAnswer, match="in time"):
            _ask_often(transport, doing)
        transport.close()


def test_nothing_is_sent_after_the_deadline() -> None:
    with serving(in_turn(answer(200, {}))) as server:
        transport = Transport(server.url, "MHV", CLOCK)
        transport.ask(operation(5), READ)
        doing = operation(0)
        with pytest.raises(NoAnswer, match="in time"):
            transport.ask(doing, WRITE)
        assert not doing.began
        assert server.lines() == ["GET thing"]
        transport.close()


def test_a_system_that_is_cut_off_leaves_no_thread_and_no_connection_behind() -> None:
    with serving(in_turn(dribble)) as server:
        transport = Transport(server.url, "MHV", CLOCK)
        before = set(threading.enumerate())
        for _ in range(3):
            with pytest.raises(NoAnswer):
                transport.ask(operation(0.1), READ)
        since = set(threading.enumerate()) - before
        assert all("_serve" in thread.name for thread in since)
        # The server's sends fail at once: the connection was reset, not left to read on.
        assert _until_none("_serve", before)


def test_a_connection_that_is_never_accepted_counts_as_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT", 0.2)
    for url in _full_backlog():
        doing = operation(5)
        with pytest.raises(NoAnswer, match="in time"):
            Transport(url, "MHV", CLOCK).ask(doing, WRITE)
        assert not doing.began
        assert doing.seconds_left() > 1


def test_a_name_lookup_that_hangs_is_cut_off_and_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, looked_up = threading.Event(), []

    def stuck(*asked: Any, **_: Any) -> Any:
        looked_up.append(asked)
        go_on.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "invented")

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    transport = Transport("http://mhv.invalid", "MHV", CLOCK)
    for _ in range(3):
        doing = operation(0.1)
        with pytest.raises(NoAnswer, match="in time"):
            transport.ask(doing, WRITE)
        assert not doing.began
    assert len(looked_up) == 1
    go_on.set()
    assert _until_none("name-lookup")


def test_a_name_that_does_not_exist_counts_as_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "invented")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    doing = operation(5)
    with pytest.raises(NoAnswer, match="could not be reached"):
        Transport("http://mhv.invalid", "MHV", CLOCK).ask(doing, WRITE)
    assert not doing.began


def test_unsent_data_dies_with_the_caller() -> None:
    user_timeouts: list[int] = []
    linger = b""
    real = connection._begin

    def look(connected: socket.socket) -> None:
        nonlocal linger
        real(connected)
        linger = connected.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            user_timeouts.append(connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))

    with serving(in_turn(answer(200, {}))) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_begin", look)
        transport = Transport(server.url, "MHV", CLOCK)
        transport.ask(operation(4), WRITE)
        transport.close()
    assert linger == connection._LINGER_0
    assert len(user_timeouts) > 0 or not hasattr(socket, "TCP_USER_TIMEOUT")
    assert all(0 < milliseconds <= 4000 for milliseconds in user_timeouts)


def _ask_often(transport: Transport, doing: Operation) -> None:
    for _ in range(20):
        transport.ask(doing, READ)


def _full_backlog() -> Iterator[str]:
    """The address of a listener whose queue is full: further connections are neither accepted nor refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for one in waiting:
            one.close()


def _until_none(name: str, before: Set[threading.Thread] = frozenset()) -> bool:
    """Whether all threads of that name end soon. Those of `before` are another test's."""
    for _ in range(3_000):
        if not any(name in thread.name for thread in set(threading.enumerate()) - before):
            return True
        time.sleep(0.01)
    return False
