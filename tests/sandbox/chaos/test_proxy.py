"""The proxy of the harness cuts, stalls and delays for real."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from sandbox.chaos.proxy import Proxies, Proxy, proxies

SOON, NEVER = 10.0, 0.5


@dataclass
class Echo:
    """A server that answers every piece with itself, and remembers what it got."""

    port: int
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def echo() -> Iterator[Echo]:
    """One on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Echo(server.getsockname()[1])
        threading.Thread(target=_accept, args=(server, made), daemon=True).start()
        yield made


def _accept(server: socket.socket, made: Echo) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_answer, args=(connection, made), daemon=True).start()


def _answer(connection: socket.socket, made: Echo) -> None:
    with connection, suppress(OSError):
        while piece := connection.recv(1000):
            made.heard.append(piece)
            connection.sendall(piece)


@pytest.fixture(name="ways")
def _ways() -> Iterator[Proxies]:
    with proxies() as made:
        yield made


@pytest.fixture(name="far")
def _far() -> Iterator[Echo]:
    with echo() as made:
        yield made


@contextmanager
def caller(way: Proxy) -> Iterator[socket.socket]:
    """A connection through the proxy."""
    with socket.create_connection(("127.0.0.1", way.port), timeout=SOON) as connection:
        yield connection


def test_what_is_sent_comes_through_and_back(ways: Proxies, far: Echo) -> None:
    with caller(ways.to(far.port)) as connection:
        connection.sendall(b"one")
        assert connection.recv(100) == b"one"


def test_a_cut_resets_every_connection_and_new_ones_may_be_made(ways: Proxies, far: Echo) -> None:
    way = ways.to(far.port)
    with caller(way) as connection:
        connection.sendall(b"one")
        assert connection.recv(100) == b"one"
        assert way.cut() == 1
        with pytest.raises(ConnectionResetError):
            connection.recv(100)
    with caller(way) as connection:
        connection.sendall(b"two")
        assert connection.recv(100) == b"two"


def test_a_stalled_way_lets_nothing_through_until_it_flows_again(ways: Proxies, far: Echo) -> None:
    way = ways.to(far.port)
    with caller(way) as connection:
        way.stall()
        connection.sendall(b"one")
        connection.settimeout(NEVER)
        with pytest.raises(TimeoutError):
            connection.recv(100)
        assert far.heard == []
        way.flow()
        connection.settimeout(SOON)
        assert connection.recv(100) == b"one"


def test_what_a_caller_took_back_during_a_stall_never_arrives(ways: Proxies, far: Echo) -> None:
    way = ways.to(far.port)
    with caller(way) as connection:
        connection.sendall(b"before")
        assert connection.recv(100) == b"before"
        way.stall()
        connection.sendall(b"taken back")
        time.sleep(0.2)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    time.sleep(0.2)
    way.flow()
    with caller(way) as connection:
        connection.sendall(b"after")
        assert connection.recv(100) == b"after"
    assert far.heard == [b"before", b"after"]


def test_a_delayed_way_is_late(ways: Proxies, far: Echo) -> None:
    way = ways.to(far.port)
    way.delay(0.3)
    with caller(way) as connection:
        began = time.monotonic()
        connection.sendall(b"one")
        assert connection.recv(100) == b"one"
        assert time.monotonic() - began > 0.5


def test_a_caller_of_nobody_is_cut_off(ways: Proxies) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with caller(ways.to(port)) as connection, suppress(ConnectionResetError):
        assert connection.recv(100) == b""
