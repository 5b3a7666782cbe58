"""The durations, in seconds, that leases and writes are bounded by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CLOCK_MARGIN = 0.01
"""The share of a ttl by which clocks may run at different rates: validity counts for less, waiting for more."""


@dataclass(frozen=True, slots=True)
class Spans:
    """What the controller tells each holder. `settle`, by system: how long it may go on after its caller has gone."""

    ttl: float = 30.0
    write_timeout: float = 5.0
    settle: Mapping[str, float] = field(default_factory=dict)

    @property
    def renew_every(self) -> float:
        """Seconds between two renewals."""
        return self.ttl / 3

    @property
    def validity(self) -> float:
        """Seconds for which a grant holds, counted from when its request was sent."""
        return self.ttl * (1 - CLOCK_MARGIN)

    @property
    def waited_out(self) -> float:
        """Seconds after which a holder that has not renewed cannot have a grant any more, by any clock."""
        return self.ttl * (1 + CLOCK_MARGIN)

    @property
    def longest_settle(self) -> float:
        """Seconds for which any of the systems may go on after its caller has gone."""
        return max(self.settle.values(), default=0.0)

    def settle_of(self, system: str) -> float:
        """Seconds for which one system may go on after its caller has gone."""
        return self.settle.get(system, 0.0)

    def span(self, system: str | None = None) -> float:
        """Seconds for which one write may go on in all: its deadline and the time that the system may need after it."""
        return self.write_timeout + (self.settle_of(system) if system else self.longest_settle)
