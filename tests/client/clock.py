"""A clock that stands still until the test moves it."""

from dataclasses import dataclass

from cutover_client.elapsed import Instant


@dataclass
class FakeClock:
    """See `cutover_client.clocks.Clock`."""

    elapsed: float = 0.0

    def advance(self, seconds: float) -> None:
        """Let time pass, on every clock of this machine."""
        self.elapsed += seconds

    def instant(self) -> Instant:
        """See `cutover_client.clocks.Clock`."""
        return Instant(self.elapsed, self.elapsed, 1000.0 + self.elapsed)
