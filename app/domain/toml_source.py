"""The text of one file, its document, and faults that say where in it something is wrong."""

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from app.domain.catalogue import Fault
from app.domain.toml_lines import Path, lines

Document = dict[str, Any]

Wrong = tuple[Path, str, str]
"""What is wrong in a document: where, what, and what to do."""

# The reader's time grows with the square of a dotted key's parts, and a key cannot be longer than its line.
LONGEST_LINE = 2_000

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""How a key, a choice or a step is called."""

# What tomllib says: what to do about it. The first that fits is told.
_MENDS = (
    ("Cannot overwrite", "Say each key once."),
    ("Cannot declare", "Say each table once."),
    ("Cannot mutate", "Say each table once."),
    ("Duplicate inline table key", "Say each key once."),
    ("Invalid value", "Text stands in double quotes; numbers, dates, true and false without."),
    ("Expected '='", "Write: name = value."),
    ("Invalid date or datetime", "Write the date as it is in the calendar: 2027-03-02T00:00:00."),
    ("Unterminated", "Close the quotes or brackets that are open."),
    ("Unclosed", "Close the quotes or brackets that are open."),
    ("Expected newline or end of document", "Put each key on a line of its own."),
)


@dataclass(frozen=True)
class Source:
    """A file as read: `file` is how it is named to people, `key` its name without .toml."""

    file: str
    key: str
    text: str

    def fault(self, path: Path, what: str, mend: str) -> Fault:
        """A fault of what stands at `path`; what does not stand there is missing from what is around it."""
        around = next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), None)
        return Fault(self.file, around, spell(path) or None, what, mend)

    def document(self) -> Document | Fault:
        """What the file says, or why it cannot be read."""
        if not self._body.strip():
            return self.fault((), "The file is empty.", "Write it, or delete it.")
        long = next((line for line, text in enumerate(self._body.split("\n"), 1) if len(text) > LONGEST_LINE), None)
        if long is not None:
            return Fault(self.file, long, None, f"A line has more than {LONGEST_LINE} characters.", "Break it up.")
        try:
            return tomllib.loads(self._body)
        except RecursionError:
            return self.fault((), "Brackets stand in brackets too many times.", "Write it flat.")
        except ValueError as error:
            return self._unreadable(str(error))

    @cached_property
    def _lines(self) -> dict[Path, int]:
        return lines(self._body)

    @property
    def _body(self) -> str:
        """The text without the mark that some editors put before it."""
        return self.text.removeprefix("\ufeff")

    def _unreadable(self, said: str) -> Fault:
        place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", said)
        what = said[: place.start()] if place else said.split(";", maxsplit=1)[0]
        line = int(place[1]) if place and place[1] else self._body.rstrip().count("\n") + 1
        column = f" (column {place[2]})" if place and place[2] else ""
        mend = next((mend for words, mend in _MENDS if words in said), "Compare it with the examples in README.md.")
        return Fault(self.file, line, None, f"This is not TOML: {what}{column}.", mend)


def spell(path: Path) -> str:
    """A path as people read it: systems.mhv.contract, steps[2].to; places in arrays are counted from 1."""
    words = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part[:60]}" for part in path)
    return words.removeprefix(".")


def did_you_mean(word: str, known: list[str]) -> str:
    """The mend for a word that is none of the known ones."""
    near = get_close_matches(word[:60], known, n=1)
    return f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known) or 'nothing'}."
