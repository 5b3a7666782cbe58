"""The clients that a drain is about: those that still may write first, each with its latest time, then the others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.leases import Lease, Waited
from app.domain.moves import Move
from app.entrypoints.pages.times import lasting
from app.entrypoints.pages.words import STAGE_DOING


@dataclass(frozen=True, slots=True)
class Writer:
    """One line of the table. `latest` is when it has stopped at the latest; None once it has."""

    name: str
    sign: str
    word: str
    more: str
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Writers:
    """Everybody who may write what a move moves, and how many of them have not stopped."""

    lines: tuple[Writer, ...]
    left: int
    total: int

    @property
    def words(self) -> str:
        """Who is waited for, behind "waiting for"."""
        return f"{self.left} of {self.total} {'client' if self.total == 1 else 'clients'}"

    @property
    def until(self) -> datetime | None:
        """When nobody can be writing any more, at the latest."""
        return max((line.latest for line in self.lines if line.latest is not None), default=None)


def writers_of(move: Move, leases: Iterable[Lease], waited: Sequence[Waited], now: datetime) -> Writers:
    """Who has stopped and who has not, of the processes that hold a lease on what the move moves."""
    late = {one.lease.id for one in waited}
    stopped = [one for one in leases if one.holds_any(move.preferences) and one.id not in late]
    lines = [_late(one, move, now) for one in waited]
    lines.sort(key=lambda line: (line.latest or now, line.name))
    return Writers((*lines, *_stopped(stopped, waited)), len(waited), len(waited) + len(stopped))


def _late(one: Waited, move: Move, now: datetime) -> Writer:
    """The pause ends at its limit, whoever writes then."""
    name = f"{one.lease.client}, {one.lease.instance}"
    ends = (move.frozen or now) + move.terms.freeze_limit
    if one.latest is None:
        return Writer(name, "wait", "Not yet", "finishes a write that began before the pause", ends)
    silent = f"last heard of {lasting(now - one.lease.renewed)} ago; " if one.lease.renewed else ""
    more = f"{silent}once its lease has run out, it can’t write"
    return Writer(name, "doubt", "No answer yet", more, min(ends, now + timedelta(seconds=one.latest)))


def _stopped(leases: Sequence[Lease], waited: Sequence[Waited]) -> Iterator[Writer]:
    """One line a client."""
    late = {one.lease.client for one in waited}
    counted = Counter(one.client for one in leases)
    for client, count in sorted(counted.items()):
        alone = next(one.instance for one in leases if one.client == client)
        others = f"{count} other processes" if client in late else f"all {count} processes"
        yield Writer(f"{client}, {alone if count == 1 else others}", "ok", "Stopped", "")


def doing(move: Move, leases: Iterable[Lease], waited: Sequence[Waited]) -> str:
    """What goes on in a move now, in plain words, with the clients that have not stopped."""
    if not waited:
        return STAGE_DOING[move.stage]
    total = sum(one.holds_any(move.preferences) for one in leases)
    return f"waiting for {Writers((), len(waited), max(total, len(waited))).words}"
