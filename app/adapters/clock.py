"""The clocks of this machine. No other file of the service reads one."""

import time
from datetime import UTC, datetime

from cutover_client import clocks


class MachineClock(clocks.MachineClock):
    """The real clocks: those that a lease holder measures by, and those that only the service needs."""

    def monotonic(self) -> float:
        """See `services.clock.Clock`."""
        return time.monotonic()

    def now(self) -> datetime:
        """See `services.clock.Clock`."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """See `services.clock.Clock`."""
        time.sleep(seconds)
