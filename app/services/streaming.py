"""Streams of revisions: whoever listens is told that something changed, and asks for what by itself."""

from collections.abc import Iterator

from app.services.clock import Clock
from app.services.notices import Notices

HEARTBEAT = 5.0
"""Seconds after which a stream says that it lives."""

LONGEST = 600.0
"""Seconds after which a stream ends, so that listeners spread over the processes that are there."""


def revisions(notices: Notices, clock: Clock, seen: int) -> Iterator[int | None]:
    """Each newer revision than `seen` as it is read, and None for every heartbeat without one."""
    began = clock.monotonic()
    while clock.monotonic() - began < LONGEST:
        present = notices.wait_for_revision(seen, HEARTBEAT)
        yield None if present == seen else present
        seen = present
