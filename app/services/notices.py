"""How threads of one process tell each other that something changed."""

from threading import Condition


class Notices:
    """A counter that grows with each change; whoever waits, waits for it to pass what it has seen."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._count = 0

    @property
    def count(self) -> int:
        """How many changes were told so far."""
        return self._count

    def publish(self) -> None:
        """Tell everybody who waits that something changed."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """Wait until the count has passed `seen`, for at most `seconds`; answers the count."""
        with self._condition:
            self._condition.wait_for(lambda: self._count > seen, timeout=max(0.0, seconds))
            return self._count
