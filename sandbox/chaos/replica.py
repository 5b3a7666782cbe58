"""One process of the service, in a group of its own: killed, stopped, woken, and started again."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import requests

from sandbox.programs import Program

READY_WITHIN = 60.0
STOPS_WITHIN = 10.0
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


class NotReady(Exception):
    """A process did not do what it should in time. The message holds the end of what it said."""


def other_clock(hours: int) -> Mapping[str, str]:
    """The environment of a process whose wall clock is so many hours ahead; its monotonic clock is left alone."""
    return {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"{hours:+d}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def faketime_is_there() -> bool:
    """Whether a wall clock can be put wrong on this machine."""
    return FAKETIME.exists()


@dataclass
class Member:
    """A process that can be started, stopped in its tracks, and killed with all of its children.

    `present` is what it was given beside its environment when it was started. `busy` is held by whoever does
    something to it, so that two faults do not meet in one process.
    """

    command: list[str]
    log: Path
    environment: Mapping[str, str]
    process: Program | None = None
    present: Mapping[str, str] | None = None
    busy: Lock = field(default_factory=Lock)

    def start(self, more: Mapping[str, str] | None = None) -> None:
        """Start it; `more` is added to its environment."""
        self.present = more
        environment = {**os.environ, **self.environment, **(more or {})}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - commands of this repository
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and to all of its children."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def pause(self) -> None:
        """Stop it in its tracks."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self) -> None:
        """Ask it to stop, then make it."""
        if self.process is None:
            return
        self.resume()
        if self.is_running:
            self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOPS_WITHIN)
        self.kill()


@dataclass
class Replica(Member):
    """One `cutover serve`. `url` ends without a slash."""

    url: str = ""

    def wait_ready(self) -> None:
        """Wait until it can answer from its database; started again when it ended, as by a supervisor. Raises NotReady.

        One that finds no database when it starts ends, and says so.
        """
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end:
            if self.is_ready():
                return
            if not self.is_running:
                self.start(self.present)
            time.sleep(0.1)
        raise NotReady(f"{self.url} did not become ready: {self.log.read_text(errors='replace')[-2000:]}")

    def is_ready(self) -> bool:
        """Whether it says that it is ready."""
        try:
            return requests.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False
