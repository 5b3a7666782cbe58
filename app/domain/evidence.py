"""What is known of writes after they were made: the names that systems gave them, reports, incidents. No person.

A system's clock and its `sourceDate` are never used for order: a write stands where its epoch puts it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from app.domain.ownership import State, System

NAME = re.compile(r"[A-Za-z0-9._:-]{1,80}", re.ASCII)
"""What the name of a write looks like. Anything else that stands in its place could be a person's."""


class Verdict(StrEnum):
    """On which side a reported write was made."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a person must look at."""

    WRONG_SIDE = "wrong_side"
    LATE_ANSWER = "late_answer"
    FENCE_AHEAD = "fence_ahead"


class Audit(NamedTuple):
    """The name that a system gave to a write of ours, and the epoch under which that write was made."""

    system: System
    key: str
    epoch: int
    audit: str
    use: Literal["write", "copy"] = "write"


class Late(NamedTuple):
    """A write that was answered after its grant had ended. `system` is where it was sent, if that is known."""

    key: str
    epoch: int
    write_id: str
    system: System | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """A report as it is kept. `key` is None for an item that is no preference."""

    system: System
    audit: str
    key: str | None
    verdict: Verdict
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong, before it is kept. The same `kind`, `key`, `system` and `reference` are the same incident."""

    kind: Kind
    key: str
    system: str
    reference: str
    detail: str
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """What a person must look at, until one of them closes it."""

    id: int
    at: datetime
    what: Found
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait before a report without a known name counts as a wrong-side write.

    `delay` is how late a system may report. `names` is how late a writer may tell the name of its own write.
    """

    delay: timedelta
    names: timedelta


@dataclass(frozen=True, slots=True)
class Past:
    """One change of an ownership row, as the ledger tells it: what stood there from `at` on."""

    at: datetime
    epoch: int
    state: State
    owner: System | None

    @property
    def ruler(self) -> System | None:
        """The system whose reign it is. A freeze does not end a reign; a retirement does."""
        return None if self.state is State.RETIRED else self.owner

    @property
    def writer(self) -> System | None:
        """The system that could be written under this epoch."""
        return self.owner if self.state is State.HELD else None


def past(at: datetime, after: Mapping[str, Any]) -> Past:
    """A change from what its ledger entry says of one preference."""
    owner = after["owner"]
    return Past(at, after["epoch"], State(after["state"]), None if owner is None else System(owner))


def writer_under(changes: Iterable[Past], epoch: int) -> System | None:
    """The one system that could be written under an epoch. `changes` begin with the newest."""
    return next((change.writer for change in changes if change.epoch <= epoch), None)


def away_since(changes: Iterable[Past], system: System, at: datetime) -> Past | None:
    """The change by which `system` had last ceased to reign at a moment, or the first reign of all if it never did.

    None while it reigned, and before anybody did. `changes` begin with the newest.
    """
    since = None
    for change in changes:
        if change.at > at:
            continue
        if change.ruler is system:
            break
        since = change
    return since
