"""Stand-ins as processes of their own, for tests and the demo."""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_ROOT = Path(__file__).resolve().parents[1]
_START = 30.0
_STOP = 10.0


class NotStarted(Exception):
    """The process ended, or said nothing, before it was ready. What it had to say stands on standard error."""


class StandIn:
    """One stand-in, ready when this is made. `url` ends without a slash.

    `system` is "mhv" or "va_profile"; `options` are those of its command line, without the dashes. Whatever is done to
    it is done to all of its processes. What it complains of goes to `errors`, without one to our own standard error.
    Raises NotStarted.
    """

    def __init__(self, system: str, options: Mapping[str, object], errors: IO[str] | None = None) -> None:
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        # A session of its own: a signal meets the server's workers too, and Ctrl-C meets neither of them.
        self.process = subprocess.Popen(  # noqa: S603 - our own module, with arguments of our own
            [sys.executable, "-m", f"sandbox.{system}", *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=_ROOT,
            start_new_session=True,
        )
        self.url = ""
        try:
            self.url = self._first_line().split()[-1]
        except NotStarted:
            self.kill()
            raise

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self.url.rpartition(":")[2])

    def stop(self) -> int:
        """Ask it to stop and wait; its exit code, 0 when it went as it should."""
        self.process.terminate()
        try:
            return self.process.wait(_STOP)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        finally:
            self._close()

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does. Nobody listens at its port when this returns."""
        self._signal(signal.SIGKILL)
        self.process.wait()
        self._await_silence()
        self._close()

    def pause(self) -> None:
        """Stop it in its tracks: when this returns it accepts connections and does nothing. Raises TimeoutError."""
        self._signal(signal.SIGSTOP)
        # A busy machine takes its time until a signal is felt, and an answer could slip out meanwhile.
        until = time.monotonic() + _STOP
        while not _states(self.process.pid) <= {"T", "Z"}:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.process.args!r} was told to pause and goes on.")
            time.sleep(0.005)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _await_silence(self) -> None:
        # A worker is not our child: it may be told to end and still hold the port when its parent is gone.
        until = time.monotonic() + _STOP
        while self.url and _is_listening(self.port):
            if time.monotonic() > until:
                raise TimeoutError(f"Somebody still listens at {self.url}.")
            time.sleep(0.005)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def _close(self) -> None:
        if self.process.stdout:
            self.process.stdout.close()

    def _first_line(self) -> str:
        output = self.process.stdout
        assert output is not None, "it was asked for above"  # noqa: S101
        until = time.monotonic() + _START
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            if selector.select(max(0.0, until - time.monotonic())) and (line := output.readline()):
                return line
        raise NotStarted(f"{self.process.args!r} did not get ready.")


def _states(group: int) -> set[str]:
    """What the threads of that group do, in the letters of proc(5): "T" is stopped. Empty where there is no /proc."""
    states = set()
    for file in Path("/proc").glob("[0-9]*/task/[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            # Behind the name, which may hold anything: state, parent, group.
            state, _, number = file.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[:3]
            if int(number) == group:
                states.add(state)
    return states


def _is_listening(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(system: str, store: Path, errors: IO[str] | None = None, /, **options: object) -> Iterator[StandIn]:
    """One stand-in on that file while the block lasts: `running("mhv", file, session_seconds=2)`."""
    named = {name.replace("_", "-"): value for name, value in options.items()}
    stand_in = StandIn(system, {"store": store, **named}, errors)
    try:
        yield stand_in
    finally:
        if stand_in.process.poll() is None:
            stand_in.resume()
            stand_in.stop()
        else:
            # It ended by itself or by a test: whatever is left of it goes too.
            stand_in.kill()
