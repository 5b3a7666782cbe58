"""Streams of revisions: whoever listens is told that something changed, and asks for what by itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.domain.grants import answer_of
from app.services.clock import Clock
from app.services.leasing import told_route
from app.services.notices import Notices
from app.services.remembering import Memory

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


def news(memory: Memory, revision: int, keys: Sequence[str]) -> dict[str, Any]:
    """What is told of a revision: with the routes of `keys` as they were read with it, or with a later one.

    A freeze among them is told as a revision alone: each holder renews at once to acknowledge it, and that answer
    brings the routes. Its writes wait for that answer; told here, they would be refused so much earlier.
    """
    standing = memory.newest
    if not keys or standing is None or standing.revision < revision:
        return {"revision": revision}
    routes = answer_of(standing.of(keys)).routes.values()
    if any(route.is_moving for route in routes):
        return {"revision": standing.revision}
    return {"revision": standing.revision, "routes": [told_route(route) for route in routes]}
