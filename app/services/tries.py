"""A limit on tries, most of them wrong ones, for each address that they come from. Each process counts its own."""

from collections import deque
from threading import Lock

from app.domain.refusals import Refusal

MOST = 10
WITHIN = 60.0
"""Seconds."""
REMEMBERED = 1000
"""Tries that are kept at most, so that many addresses cannot fill the memory."""


class Tries:
    """Tries of the last minute. Safe to be used from many threads. Moments are elapsed seconds.

    `what` completes the sentence "There were 10 …".
    """

    def __init__(self, what: str = "wrong tries to sign in", most: int = MOST) -> None:
        self._what, self._most = what, most
        self._lock = Lock()
        self._failed: deque[tuple[float, str]] = deque(maxlen=max(REMEMBERED, most))

    def require(self, address: str, now: float) -> None:
        """Refuse a try after too many from the same address in a minute (Refusal `too_many_tries`)."""
        with self._lock:
            recent = [moment for moment, other in self._failed if other == address and now - moment < WITHIN]
        if len(recent) >= self._most:
            detail = f"There were {self._most} {self._what} within a minute."
            left = max(1, round(WITHIN - (now - recent[-self._most])))
            raise Refusal("too_many_tries", detail, "Wait a minute, then try again.", {"retry_after": left})

    def count(self, address: str, now: float) -> None:
        """Count a try."""
        with self._lock:
            self._failed.append((now, address))
