"""The clocks of this machine."""

import time
from typing import Protocol

from cutover_client.elapsed import Instant

_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine is suspended, where the platform has it."""


class Clock(Protocol):
    """Time as this process sees it."""

    def instant(self) -> Instant:
        """A reading to measure elapsed time from, which neither a pause nor a changed wall clock can shorten."""


class MachineClock:
    """The real clocks."""

    def instant(self) -> Instant:
        """See Clock."""
        return Instant(time.clock_gettime(_BOOT), time.monotonic(), time.time())
