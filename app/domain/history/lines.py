"""What one line of a recording says. docs/history.md describes each for those who write them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

SYSTEMS = ("mhv", "va_gov")
NOBODY = "nobody"

Value = str | int | float | bool | None
"""What a system keeps for one choice, as JSON has it."""

Stored = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""By preference, what each choice is stored as: `stored[preference][choice][system]`."""


@dataclass(frozen=True, slots=True)
class Header:
    """How the run was made. `kept`: no assumption about time was broken on purpose. `freeze_limit` is in seconds."""

    fenced: frozenset[str]
    kept: bool
    carried: bool
    freeze_limit: float | None = None
    stored: Stored = field(default_factory=dict)


class Accept(NamedTuple):
    """A change that a system made. `is_choice` is false for the half of a write that only confirms an address."""

    system: str
    sequence: int
    is_copy: bool
    preference: str
    person: str
    write_id: str | None
    epoch: int | None
    is_choice: bool
    value: Value
    copies: str | None


class Mark(NamedTuple):
    """Whatever stands above it in this system's log was accepted before the mark of this epoch was asked for."""

    system: str
    sequence: int
    preference: str
    epoch: int


class Refuse(NamedTuple):
    """A write that a system answered with a no."""

    system: str
    sequence: int


class Row(NamedTuple):
    """An ownership row, as the ledger tells it."""

    state: str
    owner: str | None
    target: str | None
    epoch: int


class Entry(NamedTuple):
    """An entry of the ledger. `rows` has each changed ownership row before and after, by preference."""

    number: int
    act: str
    revision: int
    at: datetime
    rows: Mapping[str, tuple[Row, Row]]
    move: int | None
    marks: object


class Event(NamedTuple):
    """One line of a client process, by its own count. `at` is in seconds of its host's monotonic clock."""

    process: str
    number: int
    event: str
    write: str
    key: str
    person: str
    at: float
    code: str | None
    choice: str | None
    owner: str | None


class Process(NamedTuple):
    """What kind of writer a client process is: "lease", "carried" or "advisory"."""

    process: str
    kind: str


class Held(NamedTuple):
    """What a system holds at the end, and the id of the write that put it there."""

    system: str
    preference: str
    person: str
    write_id: str | None
    value: Value


class Incident(NamedTuple):
    """An accept on the wrong side that the controller reported by itself."""

    key: str
    system: str
    epoch: int | None
    write_id: str | None


Line = Header | Entry | Accept | Mark | Refuse | Event | Process | Held | Incident


def same(one: Value, other: Value) -> bool:
    """Whether two stored values are the same; true is not 1, though Python takes it for that."""
    return type(one) is type(other) and one == other
