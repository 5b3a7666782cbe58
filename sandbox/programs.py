"""The other processes of a demonstration: the service and the front ends, started, waited for, and stopped."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

READY_WITHIN = 30.0
STOPS_WITHIN = 15.0
Program = subprocess.Popen[bytes]


class NotReady(Exception):
    """A program ended or did not answer in time. The message holds the end of what it said."""


def free_port() -> int:
    """A port of this machine that nobody uses just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def program(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> Iterator[Program]:
    """A process in a group of its own; what it prints goes to `log`. Ctrl-C in the terminal does not reach it."""
    with log.open("ab") as output:
        started = subprocess.Popen(  # noqa: S603 - commands of this repository
            command, stdout=output, stderr=output, env={**os.environ, **(environment or {})}, start_new_session=True
        )
    try:
        yield started
    finally:
        stop(started)


def stop(started: Program) -> None:
    """Ask a process to stop, then make it."""
    if started.poll() is None:
        started.send_signal(signal.SIGTERM)
    try:
        started.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def wait_ready(started: Program, url: str, log: Path) -> None:
    """Wait until `url` answers with 200. Raises NotReady."""
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and started.poll() is None:
        if _answers(url):
            return
        time.sleep(0.05)
    raise NotReady(f"{url} did not become ready: {log.read_text(errors='replace')[-2000:]}")


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False
