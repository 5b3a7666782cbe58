"""A clock that stands still until the test moves it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cutover_client.elapsed import Instant

BEGINNING = datetime(2027, 3, 2, 5, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """See `services.clock.Clock`. `ahead` is how far the wall clock was set away from the truth, in seconds."""

    elapsed: float = 0.0
    ahead: float = 0.0

    def advance(self, seconds: float) -> None:
        """Let time pass, on every clock of this machine."""
        self.elapsed += seconds

    def instant(self) -> Instant:
        """See `services.clock.Clock`."""
        return Instant(boot=self.elapsed, monotonic=self.elapsed, wall=1000.0 + self.elapsed + self.ahead)

    def monotonic(self) -> float:
        """See `services.clock.Clock`."""
        return self.elapsed

    def now(self) -> datetime:
        """See `services.clock.Clock`."""
        return BEGINNING + timedelta(seconds=self.elapsed + self.ahead)

    def sleep(self, seconds: float) -> None:
        """See `services.clock.Clock`."""
        self.advance(seconds)
