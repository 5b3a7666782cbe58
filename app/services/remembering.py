"""What this process read last, for readers whom the database cannot answer for a while."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock

from app.domain.grants import Standing
from app.domain.roles import Caller
from cutover_client.elapsed import Instant

MOST_CALLERS = 10_000

READ_AGAIN = 60.0
"""Seconds after which the database is asked for its time and everything else again, although nothing has changed: the
clocks of two machines do not run alike for ever."""


@dataclass
class Memory:
    """The newest standing that was read, and when it was last known to be the newest. It grants nothing."""

    _standing: Standing | None = None
    _known: Instant | None = None
    _read: Instant | None = None
    _callers: dict[str, tuple[Caller, Instant]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def newest(self) -> Standing | None:
        """The newest standing that was read, however old."""
        return self._standing

    def keep(self, standing: Standing, asked: Instant) -> None:
        """Remember what was read from the database by a question that was asked at `asked`."""
        with self._lock:
            if self._standing is None or standing.revision >= self._standing.revision:
                self._standing, self._known, self._read = standing, asked, asked

    def confirm(self, asked: Instant) -> None:
        """Nothing had changed when the database was asked at `asked`."""
        with self._lock:
            if self._standing is not None:
                self._known = asked

    def keep_caller(self, token_hash: str, caller: Caller, asked: Instant) -> None:
        """Remember whose token this is, as the database said when it was asked at `asked`."""
        with self._lock:
            if len(self._callers) >= MOST_CALLERS:
                self._callers.clear()
            self._callers[token_hash] = (caller, asked)

    def caller(self, token_hash: str, now: Instant, limit: float) -> Caller | None:
        """Whose token this was less than `limit` seconds ago; it may have been revoked since."""
        with self._lock:
            found = self._callers.get(token_hash)
        return found[0] if found is not None and now.since(found[1]) < limit else None

    def recall(self, now: Instant, limit: float) -> tuple[Standing, float] | None:
        """What is remembered, with the time as it is now, and its age in seconds; None when it is `limit` seconds old,
        or nothing was read yet."""
        with self._lock:
            if self._standing is None or self._known is None:
                return None
            age = now.since(self._known)
            return (self._moved_on(self._standing, now), age) if age < limit else None

    def present(self, now: Instant) -> Standing | None:
        """The newest standing that was read, however old, with the database's time as it is now."""
        with self._lock:
            return None if self._standing is None else self._moved_on(self._standing, now)

    def is_current(self, head: str, now: Instant) -> bool:
        """Whether what is remembered was read under this head of the ledger, and not too long ago to tell the time."""
        with self._lock:
            if self._standing is None or self._read is None:
                return False
            return self._standing.head == head and now.boot - self._read.boot < READ_AGAIN

    def _moved_on(self, standing: Standing, now: Instant) -> Standing:
        """The same at a later time. The wall clock, which anybody may set, has no part in it."""
        passed = 0.0 if self._read is None else max(0.0, now.boot - self._read.boot)
        return replace(standing, at=standing.at + timedelta(seconds=passed))
