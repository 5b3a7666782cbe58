"""The port to the clocks of this machine."""

from datetime import datetime
from typing import Protocol

from cutover_client.elapsed import Instant


class Clock(Protocol):
    """Time as this process sees it. Stored times come from the database's clock instead."""

    def instant(self) -> Instant:
        """A reading to measure elapsed time from, which neither a pause nor a changed wall clock can shorten."""

    def monotonic(self) -> float:
        """Seconds that only ever grow, for waiting and for watching other processes."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
