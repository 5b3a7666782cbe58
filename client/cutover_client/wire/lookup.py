"""Name lookups that end in time. The resolver of the operating system may take half a minute and cannot be stopped."""

import os
import socket
from concurrent.futures import Future
from threading import Lock, Thread

Place = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Place]

_lock = Lock()
_under_way: dict[tuple[str, int], "Future[list[Address]]"] = {}


def addresses(host: str, port: int, seconds: float) -> list[Address]:
    """The addresses of a host, asked for `seconds` at most. Raises OSError (TimeoutError when it takes too long).

    All who wait for one name share one lookup, so that a resolver that hangs costs one thread and not one a call.
    """
    with _lock:
        answer = _under_way.get((host, port))
        if answer is None:
            answer = _under_way[host, port] = Future()
            _start(host, port, answer)
    return answer.result(timeout=seconds)


def _start(host: str, port: int, answer: "Future[list[Address]]") -> None:
    try:
        Thread(target=_look_up, args=(host, port, answer), name="name-lookup", daemon=True).start()
    except RuntimeError as error:
        # Else everybody would wait for a lookup that nobody makes, for ever.
        del _under_way[host, port]
        raise OSError("no thread for a name lookup") from error


def _look_up(host: str, port: int, answer: "Future[list[Address]]") -> None:
    try:
        found: list[Address] = list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, ValueError) as error:
        _forget(host, port)
        answer.set_exception(error)
    else:
        _forget(host, port)
        answer.set_result(found)


def _forget(host: str, port: int) -> None:
    # Before the answer is given: whoever asks afterwards must ask anew and not be told something old.
    with _lock:
        _under_way.pop((host, port), None)


def _start_anew() -> None:
    global _lock  # noqa: PLW0603 - the old one may be held by a thread that this process does not have
    _lock = Lock()
    _under_way.clear()


# A child of a fork has none of its parent's threads: it would wait for lookups that nobody makes, for ever.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
