"""What this process read last, for readers whom the database cannot answer for a while."""

from dataclasses import dataclass, field
from threading import Lock

from app.domain.grants import Standing
from app.domain.roles import Caller
from cutover_client.elapsed import Instant

MOST_CALLERS = 10_000


@dataclass
class Memory:
    """The newest standing that was read, and when it was last known to be the newest. It grants nothing."""

    _standing: Standing | None = None
    _known: Instant | None = None
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
                self._standing, self._known = standing, asked

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
        """What is remembered and its age in seconds; None when it is `limit` seconds old, or nothing was read yet."""
        with self._lock:
            if self._standing is None or self._known is None:
                return None
            age = now.since(self._known)
            return (self._standing, age) if age < limit else None
