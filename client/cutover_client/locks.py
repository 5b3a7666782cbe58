"""Locks among the threads and processes of one machine: `flock`, which dies with its holder.

Each lock that is taken opens the file anew, so that two threads of one process keep each other out too. Only for file
systems of this machine: over a network, what a lock means is up to the server.
"""

import fcntl
import os
import time
from pathlib import Path

from cutover_client.clocks import Clock
from cutover_client.elapsed import Instant

SHARED, EXCLUSIVE = fcntl.LOCK_SH, fcntl.LOCK_EX
_FIRST_PAUSE, _LONGEST_PAUSE = 0.0005, 0.005


class Deadline:
    """How long one request may wait in all."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._seconds = clock, seconds
        self._began: Instant | None = None

    def has_passed(self) -> bool:
        """Whether the time is over. It begins with the first time that this is asked."""
        now = self._clock.instant()
        self._began = self._began or now
        return now.since(self._began) >= self._seconds


class Busy(Exception):
    """Others held the lock for the whole time."""


class Lock:
    """One lock on an existing file, held from when this is made until `release`.

    Raises Busy, and OSError (FileNotFoundError where the file is not there).
    """

    def __init__(self, file: Path, kind: int, deadline: Deadline) -> None:
        self._descriptor: int | None = os.open(file, os.O_RDWR)
        self._process = os.getpid()
        try:
            _take(self._descriptor, kind, deadline)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Let others in. May be called again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        try:
            # A child of a fork shares the lock: if it unlocked, its parent would write on without one.
            # And if the parent only closed, the lock would last as long as the child has the file open.
            if os.getpid() == self._process:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)


def _take(descriptor: int, kind: int, deadline: Deadline) -> None:
    # flock itself cannot be told how long to wait.
    pause = _FIRST_PAUSE
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if deadline.has_passed():
                raise Busy from None
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
