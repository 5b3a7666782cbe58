"""The server of a stand-in, and its command line.

granian, as many worker processes as asked for, with many threads each. It prints one line when all of them answer, the
last word of which is its address; SIGTERM stops it. No worker outlives the process that was started, so that a kill is
a kill; and when one dies the others end within a second, and the stand-in with them: a crash is a crash.
"""

import json
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

from sandbox.fault_file import FaultFile
from sandbox.stand_in import Settings
from sandbox.store import OtherOrigin

HOST = "127.0.0.1"
# A call that hangs, as a fault may ask, keeps one: enough are left to switch the fault off.
THREADS = 64
_PATIENCE = 0.02

S = TypeVar("S", bound=Settings)


def main(title: str, kind: type[S], prepare: Callable[[S], None], build: Callable[[S, Path], Flask]) -> None:
    """Serve one stand-in until the process is told to stop. Its options are the members of its settings."""
    parser = ArgumentParser(description=f"A stand-in for {title}. It prints its address when it answers.")
    parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1; 0, as by default, for a free one")
    parser.add_argument("--processes", type=int, default=1, help="how many serve it, on one port and one file")
    for field in fields(kind):
        asked = {} if field.default is MISSING else {"default": field.default}
        name = f"--{field.name.replace('_', '-')}"
        parser.add_argument(name, type=_TYPES.get(field.name, str), required=field.default is MISSING, **asked)
    options = vars(parser.parse_args())
    port, processes = options.pop("port"), options.pop("processes")
    settings = kind(**options)
    if settings.fence not in ("none", "permits") or (settings.fence == "permits" and not settings.jwks):
        parser.error("--fence is none, or is permits and needs --jwks, the address or the file of the keys.")
    try:
        prepare(settings)
        with _reserved(port) as number, _without_faults(settings.store, number) as faults:
            _serve(partial(_in_worker, title, partial(build, settings, faults), number, processes), number, processes)
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


@contextmanager
def _without_faults(store: Path, port: int) -> Iterator[Path]:
    """The file of the faults of this stand-in, empty. Another one on the same store has another port."""
    file = store.with_name(f"{store.name}.faults-{port}")
    shared = FaultFile(file)
    shared.replace([])
    try:
        yield file
    finally:
        shared.end()


def _serve(load: Callable[[], Flask], port: int, processes: int) -> None:
    server = Granian(
        "sandbox",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
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


def _in_worker(title: str, build: Callable[[], Flask], port: int, processes: int) -> Flask:
    app = build()
    Thread(target=_die_with_parent, daemon=True).start()
    Thread(target=_tell_when_ready, args=(title, port, processes), daemon=True).start()
    return app


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        # Else a killed stand-in would go on accepting writes, through its worker.
        os.kill(os.getpid(), signal.SIGKILL)


def _tell_when_ready(title: str, port: int, processes: int) -> None:
    """Call until each of the processes has answered. One of them, the same for all, tells it."""
    answered: set[int] = set()
    while len(answered) < processes:
        found = _answering(port)
        if found is None:
            time.sleep(_PATIENCE)
        else:
            answered.add(found)
    if os.getpid() == min(answered):
        print(f"{title} stand-in ready at http://{HOST}:{port}", flush=True)


def _answering(port: int) -> int | None:
    """The process that answers a call; each call may meet another. None when none does."""
    connection = HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        return int(json.loads(response.read())["process"]) if response.status == 200 else None
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
