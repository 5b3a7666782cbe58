"""The clocks of this machine. No other file of the service reads one."""

import time
from datetime import UTC, datetime

from cutover_client.elapsed import Instant

_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine is suspended, where the platform has it."""


class MachineClock:
    """The real clocks."""

    def instant(self) -> Instant:
        """See `services.clock.Clock`."""
        return Instant(time.clock_gettime(_BOOT), time.monotonic(), time.time())

    def monotonic(self) -> float:
        """See `services.clock.Clock`."""
        return time.monotonic()

    def now(self) -> datetime:
        """See `services.clock.Clock`."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """See `services.clock.Clock`."""
        time.sleep(seconds)
