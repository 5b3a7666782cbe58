"""The ledger: the append-only record of everything that happened, each entry chained to the one before by its hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

NOTHING = "0" * 64
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when (UTC, by the database's clock), by whom, what and why, at which revision."""

    number: int
    at: datetime
    actor: str
    act: str
    reason: str
    revision: int
    body: Mapping[str, Any] = field(default_factory=dict)
    previous: str = NOTHING
    hash: str = ""

    def sealed(self) -> "Entry":
        """The entry with the hash of its content and of the entry before it."""
        return replace(self, hash=self.digest())

    def digest(self) -> str:
        """The SHA-256 of the entry's canonical JSON: keys sorted, no blanks, time in UTC to the microsecond."""
        content = asdict(self)
        del content["hash"]
        content["at"] = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """What the revision row says: the revision, and number and hash of the last entry.

    `stopped` is the revision of the last stop; up to `drained`, every grant that was ever given has run out. `identity`
    names the server and its timeline that these rows were written on; None where it was never asked, or has no name.
    """

    revision: int = 0
    number: int = 0
    hash: str = NOTHING
    stopped: int = 0
    drained: int = 0
    identity: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether grants from before a stop may still be in use."""
        return self.stopped > self.drained


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found. `first_broken` is the number of the first entry that is not as it was written."""

    entries: int
    intact: bool
    first_broken: int | None
    head: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a chain was followed: number, hash and revision of the last entry that is as it was written."""

    number: int = 0
    hash: str = NOTHING
    revision: int = 0

    def on_to(self, entry: Entry) -> "Reached | None":
        """The same after the next entry; None when that is not as it was written, or not the next one."""
        if (entry.number, entry.previous, entry.hash) != (self.number + 1, self.hash, entry.digest()):
            return None
        return Reached(entry.number, entry.hash, entry.revision)

    def broken(self) -> Verdict:
        """What is said when the next entry is not as it was written."""
        following = self.number + 1
        return Verdict(self.number, False, following, self.hash, f"Entry {following} is not as it was written.")

    def ended(self, head: Head) -> Verdict:
        """What is said when no entry follows: whether the head says so too."""
        if (self.number, self.hash) != (head.number, head.hash):
            why = f"The ledger ends at entry {self.number}; the head says {head.number}."
            return Verdict(self.number, False, min(self.number, head.number) + 1, self.hash, why)
        if self.revision != head.revision:
            why = f"The last entry has revision {self.revision}; the head {head.revision}."
            return Verdict(self.number, False, None, self.hash, why)
        return Verdict(self.number, True, None, self.hash)


def verify(entries: Iterable[Entry], head: Head, noted: str | None = None) -> Verdict:
    """Whether the chain is whole: no entry changed, reordered, removed, and no tail cut off.

    `noted` is the hash of a head that was written down elsewhere: it finds a ledger that was made anew as a whole.
    """
    reached, seen = Reached(), {NOTHING}
    for entry in entries:
        following = reached.on_to(entry)
        if following is None:
            return reached.broken()
        reached = following
        seen.add(reached.hash)
    verdict = reached.ended(head)
    if verdict.intact and noted is not None and noted not in seen:
        return replace(verdict, intact=False, why="No entry has the head that was noted elsewhere.")
    return verdict
