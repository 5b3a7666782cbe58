"""How threads of one process tell each other that something changed."""

from threading import Condition, Lock


class Notices:
    """A counter that grows with each change; whoever waits, waits for it to pass what it has seen.

    `revision` is the newest that this process has read from the database, which streams tell their listeners; `entry`
    is the number of the newest entry of the ledger, which the pages wait for.
    """

    def __init__(self) -> None:
        lock = Lock()
        # Two, because hundreds of streams wait for a revision, and few changes bring one.
        self._changed, self._newer = Condition(lock), Condition(lock)
        self._written = Condition(lock)
        self._entry = 0
        self._count = 0
        self._revision = -1
        self._retold = 0

    @property
    def count(self) -> int:
        """How many changes were told so far."""
        return self._count

    @property
    def revision(self) -> int:
        """The newest revision that this process has read; -1 before it has read one."""
        return self._revision

    @property
    def entry(self) -> int:
        """The number of the newest entry of the ledger that this process has read; 0 before it has read one."""
        return self._entry

    @property
    def retold(self) -> int:
        """How often it was read that Veterans are told something else."""
        return self._retold

    def publish(self, revision: int = -1, *, entry: int = 0, retold: bool = False) -> None:
        """Tell everybody who waits that something changed; which revision and which entry of the ledger were read,
        where one was, and whether what Veterans are told has changed."""
        with self._changed:
            self._count += 1
            self._retold += retold
            self._changed.notify_all()
            if revision > self._revision or retold:
                self._revision = max(revision, self._revision)
                self._newer.notify_all()
            if entry > self._entry:
                self._entry = entry
                self._written.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """Wait until the count has passed `seen`, for at most `seconds`; answers the count."""
        with self._changed:
            self._changed.wait_for(lambda: self._count > seen, timeout=max(0.0, seconds))
            return self._count

    def wait_for_revision(self, seen: int, seconds: float, retold: int | None = None) -> int:
        """Wait until another revision than `seen` was read, or Veterans are told something else than when it was
        counted as `retold`, for at most `seconds`; answers the newest revision."""
        with self._newer:
            self._newer.wait_for(
                lambda: self._revision != seen or (retold is not None and self._retold != retold),
                timeout=max(0.0, seconds),
            )
            return self._revision

    def wait_for_entry(self, seen: int, seconds: float) -> int:
        """Wait until the ledger has a newer entry than `seen`, for at most `seconds`; answers the newest."""
        with self._written:
            self._written.wait_for(lambda: self._entry > seen, timeout=max(0.0, seconds))
            return self._entry
