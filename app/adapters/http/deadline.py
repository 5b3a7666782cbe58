"""One absolute deadline for everything that an operation does."""

from collections.abc import Callable

from app.services.clock import Clock


def countdown(clock: Clock, seconds: float) -> Callable[[], float]:
    """How much is left of `seconds` that begin now; below zero when they are over."""
    end = clock.monotonic() + seconds
    return lambda: end - clock.monotonic()
