"""The server of a stand-in, and its command line.

granian, one worker process with many threads. It prints one line when it answers, the last word of which is its
address; SIGTERM stops it. The worker never outlives the process that was started, so that a kill is a kill.
"""

import os
import signal
import socket
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from functools import partial
from http.client import HTTPConnection, HTTPException
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread
from typing import TypeVar

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces

from sandbox.stand_in import Settings
from sandbox.store import OtherOrigin

HOST = "127.0.0.1"
# A call that hangs, as a fault may ask, keeps one: enough are left to switch the fault off.
THREADS = 64
_PATIENCE = 0.02

S = TypeVar("S", bound=Settings)


def main(title: str, kind: type[S], prepare: Callable[[S], None], build: Callable[[S], Flask]) -> None:
    """Serve one stand-in until the process is told to stop. Its options are the members of its settings."""
    parser = ArgumentParser(description=f"A stand-in for {title}. It prints its address when it answers.")
    parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1; 0, as by default, for a free one")
    for field in fields(kind):
        asked = {} if field.default is MISSING else {"default": field.default}
        name = f"--{field.name.replace('_', '-')}"
        parser.add_argument(name, type=_TYPES.get(field.name, str), required=field.default is MISSING, **asked)
    options = vars(parser.parse_args())
    port = options.pop("port")
    settings = kind(**options)
    try:
        prepare(settings)
        with _reserved(port) as number:
            _serve(partial(_in_worker, title, partial(build, settings), number), number)
    except (OtherOrigin, OSError) as error:
        parser.error(str(error))


_TYPES: dict[str, Callable[[str], object]] = {
    "store": Path,
    "people": int,
    "seed": int,
    "session_seconds": float,
    "report_key": Path,
    "report_delay": float,
}


def _serve(load: Callable[[], Flask], port: int) -> None:
    server = Granian(
        "sandbox",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
        # A call that hangs must not keep the process from stopping.
        workers_kill_timeout=1,
    )
    server.serve(target_loader=load, wrap_loader=False)


@contextmanager
def _reserved(port: int) -> Iterator[int]:
    """A port that nobody listens on, kept for our worker while the block lasts. Raises OSError when it is taken."""
    with socket.socket() as taken:
        # The worker's server shares ports without a word: two stand-ins would each get some of the calls.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((HOST, port))
        number: int = taken.getsockname()[1]
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield number


def _in_worker(title: str, build: Callable[[], Flask], port: int) -> Flask:
    app = build()
    Thread(target=_die_with_parent, daemon=True).start()
    Thread(target=_tell_when_ready, args=(title, port), daemon=True).start()
    return app


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        # Else a killed stand-in would go on accepting writes, through its worker.
        os.kill(os.getpid(), signal.SIGKILL)


def _tell_when_ready(title: str, port: int) -> None:
    while not _answers(port):
        time.sleep(_PATIENCE)
    print(f"{title} stand-in ready at http://{HOST}:{port}", flush=True)


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
