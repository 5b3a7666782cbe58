"""What this process read last, for readers whom the database cannot answer for a while."""

from dataclasses import dataclass, field
from threading import Lock

from app.domain.grants import Standing
from cutover_client.elapsed import Instant


@dataclass
class Memory:
    """The newest standing that was read, and when it was last known to be the newest. It grants nothing."""

    _standing: Standing | None = None
    _known: Instant | None = None
    _lock: Lock = field(default_factory=Lock)

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

    def recall(self, now: Instant, limit: float) -> tuple[Standing, float] | None:
        """What is remembered and its age in seconds; None when it is `limit` seconds old, or nothing was read yet."""
        with self._lock:
            if self._standing is None or self._known is None:
                return None
            age = now.since(self._known)
            return (self._standing, age) if age < limit else None
