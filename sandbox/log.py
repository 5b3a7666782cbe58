"""The lines of a system's log, and how a checker reads the log and the contents.

The file may be read while the system runs, and after it was killed.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from sandbox.people import hashed

Stored = int | bool
"""What a system keeps for one choice: MHV's number or flag, VA Profile's allowed or not."""


@dataclass(frozen=True, slots=True)
class Accept:
    """A change that was made. `person` is hashed; `write_id`, `epoch`, `copies` are what the caller sent, else None.

    `part` is "address" for the half of a write that only confirms the e-mail address; it has no value here, since a
    log holds no address. `copies` is the id of the write that a copy copies.
    """

    kind: Literal["write", "copy"]
    preference: str
    person: str
    write_id: str | None
    epoch: int | None
    part: Literal["choice", "address"]
    value: Stored | None
    copies: str | None


@dataclass(frozen=True, slots=True)
class Refuse:
    """A write that was answered with a no and changed nothing. `preference` and `person` where they were known."""

    code: str
    why: str
    preference: str | None
    person: str | None
    write_id: str | None
    epoch: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """Whatever stands above this line was accepted before somebody asked for the mark of this epoch."""

    preference: str
    epoch: int


Line = Accept | Refuse | Mark
_NAMES: Mapping[str, type[Line]] = {"accept": Accept, "refuse": Refuse, "mark": Mark}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line and its place in the one sequence of its system: 1, 2, 3 … without a gap."""

    sequence: int
    line: Line


@dataclass(frozen=True, slots=True)
class Held:
    """What a system holds, and the id of the write that put it there; None for what was there from the start."""

    value: Stored
    write_id: str | None


def encoded(line: Line) -> str:
    """A line as it stands in the file."""
    return json.dumps({"line": type(line).__name__.lower(), **asdict(line)})


def decoded(text: str) -> Line:
    """The line that `encoded` wrote."""
    members = json.loads(text)
    return _NAMES[members.pop("line")](**members)


def read_log(file: Path) -> Iterator[Entry]:
    """The log of one system, from its beginning, as it was when the first line was read."""
    with closing(_open(file)) as connection:
        for sequence, text in connection.execute("SELECT sequence, line FROM log ORDER BY sequence"):
            yield Entry(sequence, decoded(text))


def read_contents(file: Path) -> Mapping[tuple[str, str], Held]:
    """What one system holds for each hashed person and preference. What was never set is not there."""
    with closing(_open(file)) as connection:
        (salt,) = connection.execute("SELECT salt FROM origin").fetchone()
        rows = connection.execute(
            "SELECT person, preference, value, write_id FROM records WHERE preference IS NOT NULL"
        )
        return {
            (hashed(salt, person), preference): Held(json.loads(value), write_id)
            for person, preference, value, write_id in rows
        }


def _open(file: Path) -> sqlite3.Connection:
    # Read-only, and an error where there is no file: a checker that makes an empty one would find nothing wrong in it.
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
