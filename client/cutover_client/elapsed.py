"""Elapsed time that a paused machine, a stopped process or a changed wall clock cannot shorten."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instant:
    """Readings of three clocks of one machine at one moment, in seconds."""

    boot: float
    monotonic: float
    wall: float

    def since(self, earlier: "Instant") -> float:
        """Seconds since `earlier`: the largest that any of the clocks says."""
        return max(self.boot - earlier.boot, self.monotonic - earlier.monotonic, self.wall - earlier.wall)

    def waited_since(self, earlier: "Instant") -> float:
        """Seconds that have certainly passed since `earlier`: a wall clock that was set ahead shortens no wait."""
        return min(self.boot - earlier.boot, self.monotonic - earlier.monotonic)
