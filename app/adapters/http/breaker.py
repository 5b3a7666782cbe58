"""A circuit breaker: a system that failed several times in a row is left alone for a while, then tried by one call."""

from collections.abc import Callable
from threading import Lock

FAILURES = 5
PAUSE = 5.0


class Breaker:
    """Counts consecutive failures of one system. Safe to be used from many threads at once.

    `elapsed` answers seconds of a clock that never goes back. Closed: every call may go. Open (after `failures` in a
    row): none may, for `pause` seconds. Then one call is let through at a time, at most one in each `pause`: its
    success closes the breaker, its failure opens it for another `pause`.
    """

    def __init__(self, elapsed: Callable[[], float], failures: int = FAILURES, pause: float = PAUSE) -> None:
        self._elapsed = elapsed
        self._limit = failures
        self._pause = pause
        self._lock = Lock()
        self._failures = 0
        self._closed_until = 0.0

    def admits(self) -> bool:
        """Whether a call may go now. A probe that never reports blocks the next one for `pause` seconds only."""
        with self._lock:
            if self._failures < self._limit:
                return True
            if self._elapsed() < self._closed_until:
                return False
            self._closed_until = self._elapsed() + self._pause
            return True

    def succeeded(self) -> None:
        """The system answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The system did not answer, or said that it cannot."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._limit:
                self._closed_until = self._elapsed() + self._pause
