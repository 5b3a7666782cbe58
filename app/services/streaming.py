"""Streams of revisions: whoever listens is told that something changed, and asks for what by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.announcements import Announcement
from app.domain.grants import answer_of
from app.services.clock import Clock
from app.services.leasing import told_route
from app.services.notices import Notices
from app.services.remembering import Memory
from app.services.showing import lasting

HEARTBEAT = 5.0
"""Seconds after which a stream says that it lives."""

LONGEST = 600.0
"""Seconds after which a stream ends, so that listeners spread over the processes that are there."""


@dataclass(frozen=True, slots=True)
class News:
    """A newer revision was read; or, at the same one, a notice for Veterans has begun or ended (`retold`)."""

    revision: int
    retold: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a stream has its news from."""

    notices: Notices
    memory: Memory
    clock: Clock

    def revisions(self, seen: int) -> Iterator[News | None]:
        """Each newer revision than `seen` as it is read, each change of what Veterans are told between two of them as
        it comes, and None for every heartbeat without news."""
        began, counted, told = self.clock.monotonic(), self.notices.retold, self._told()
        while self.clock.monotonic() - began < LONGEST:
            present = self.notices.wait_for_revision(seen, self._patience(), counted)
            counted, before = self.notices.retold, told
            told = self._told()
            if present != seen:
                yield News(present)
            elif told != before:
                yield News(present, retold=True)
            else:
                yield None
            seen = present

    def _told(self) -> tuple[Announcement, ...]:
        """What is told now, by what this process remembers."""
        standing = self.memory.present(self.clock.instant())
        return () if standing is None else tuple(one for one in standing.told if one.is_told(standing.at))

    def _patience(self) -> float:
        """Seconds to wait for news: until the next notice begins or ends, and no longer than a heartbeat."""
        standing = self.memory.present(self.clock.instant())
        lasts = None if standing is None else lasting(standing)
        return HEARTBEAT if lasts is None else min(HEARTBEAT, lasts)


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
