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


def verify(entries: Iterable[Entry], head: Head, noted: str | None = None) -> Verdict:
    """Whether the chain is whole: no entry changed, reordered, removed, and no tail cut off.

    `noted` is the hash of a head that was written down elsewhere: it finds a ledger that was made anew as a whole.
    """
    number, last, revision, seen = 0, NOTHING, 0, {NOTHING}
    for entry in entries:
        expected = (number + 1, last, entry.digest())
        if (entry.number, entry.previous, entry.hash) != expected:
            return Verdict(number, False, number + 1, last, f"Entry {number + 1} is not as it was written.")
        number, last, revision = entry.number, entry.hash, entry.revision
        seen.add(last)
    if (number, last) != (head.number, head.hash):
        broken = min(number, head.number) + 1
        return Verdict(number, False, broken, last, f"The ledger ends at entry {number}; the head says {head.number}.")
    if revision != head.revision:
        return Verdict(number, False, None, last, f"The last entry has revision {revision}; the head {head.revision}.")
    if noted is not None and noted not in seen:
        return Verdict(number, False, None, last, "No entry has the head that was noted elsewhere.")
    return Verdict(number, True, None, last)
