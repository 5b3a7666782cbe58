"""Connections that keep the call's deadline, ask its hook before the first byte, and take unsent data with them."""

import io
import socket
import struct
from http.client import HTTPResponse
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from cutover_client.wire.call import Call, current
from cutover_client.wire.lookup import Address, addresses

CONNECT = 2.0
# Only Linux has it. Elsewhere linger 0 alone has to do: data of a dead process is dropped, of a stopped one it is not.
_USER_TIMEOUT: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)
_LINGER_0 = struct.pack("ii", 1, 0)
# A path that dies while a connection is idle (a firewall forgets it) is found out before a write is lost on it.
_KEEP_ALIVE = (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))


def open_socket(host: str, port: int) -> socket.socket:
    """A connected socket, within what is left of the call and CONNECT seconds at most. Raises OSError."""
    call = current()
    spare = max(0.0, call.left() - CONNECT)
    found = addresses(host, port, _left(call, spare))
    connected = _first_that_answers(found, call, spare)
    try:
        # Bounds the handshake of TLS, which comes before the first byte too.
        connected.settimeout(_left(call, spare))
    except OSError:
        connected.close()
        raise
    return connected


def _left(call: Call, spare: float) -> float:
    """What is left for connecting; `spare` is the part of the deadline that connecting may not use."""
    left = call.left() - spare
    if left <= 0:
        raise TimeoutError("connecting took too long")
    return left


def _first_that_answers(found: list[Address], call: Call, spare: float) -> socket.socket:
    failure = OSError("the name has no address")
    for index, (family, kind, protocol, _, place) in enumerate(found):
        share = _left(call, spare) / (len(found) - index)
        connected = socket.socket(family, kind, protocol)
        try:
            _prepare(connected)
            connected.settimeout(share)
            connected.connect(place)
        except OSError as error:
            connected.close()
            failure = error
        else:
            return connected
    raise failure


def _prepare(connected: socket.socket) -> None:
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Without it the kernel goes on sending what a dead or cut-off caller had written, long after its grant has ended.
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_0)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE:
        if hasattr(socket, name):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class _TimedReader(io.RawIOBase):
    """Gives every single read what is left of the deadline: a system that sends a byte a second is still cut off."""

    def __init__(self, connected: socket.socket, call: Call) -> None:
        self._socket = connected
        self._call = call
        # A file of the socket's own making keeps the socket open until the body was read, also after "close".
        self._raw: Any = connected.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        try:
            self._socket.settimeout(self._call.left())
            count: int | None = self._raw.readinto(buffer)
        except TimeoutError:
            self._call.timed_out = True
            raise
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        plain, self.fp = self.fp, io.BufferedReader(_TimedReader(sock, current()))
        plain.close()


def _begin(connected: socket.socket) -> None:
    call = current()
    call.connected = connected
    left = call.begin()
    connected.settimeout(left)
    if _USER_TIMEOUT is not None:
        connected.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, max(1, int(left * 1000)))


class _Connection(HTTPConnection):
    response_class = _TimedResponse

    def connect(self) -> None:
        try:
            super().connect()
        except TimeoutError:
            current().timed_out = True
            raise

    def _new_conn(self) -> socket.socket:
        return open_socket(self._dns_host, self.port)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _begin(self.sock)
        super().send(data)


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class Pool(HTTPConnectionPool):
    """Keeps connections of ours open for the next call."""

    ConnectionCls = _Connection


class SecurePool(HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = _SecureConnection
