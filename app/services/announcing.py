"""What Veterans are told, read beside who owns what: in one unit, so that the two belong together."""

from dataclasses import replace

from app.domain.announcements import Announcement, told_now
from app.domain.grants import Standing
from app.services.guarding import advisory
from app.services.remembering import Memory
from app.services.store import Unit


def standing_now(unit: Unit, memory: Memory | None = None) -> Standing:
    """Who owns what now and what Veterans are told, for those who act by an answer without a grant.

    With `memory`, what Veterans are told is not read again while the ledger's head is the one that is remembered:
    nothing changes that without an entry.
    """
    standing = advisory(unit, unit.ownerships.snapshot())
    known = memory.newest if memory is not None else None
    if known is not None and known.head == standing.head:
        return replace(standing, told=known.told)
    return replace(standing, told=tuple(unit.announcements.all()))


def told_of(unit: Unit, key: str) -> Announcement | None:
    """What Veterans are told of one preference now, where no state of it says that it cannot be changed."""
    return told_now(unit.announcements.all(), key, unit.now())
