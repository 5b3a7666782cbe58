"""On which line of a TOML text each key stands. The standard library's reader does not tell.

The text must have been read by tomllib before: this scanner only looks for keys and trusts that the rest is right.
It does not call itself, so no depth of brackets can exhaust the stack.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

Path = tuple[str | int, ...]
"""Where a value stands in a document: names of tables and keys, and places in arrays, counted from 0."""

_SIGN = re.compile(
    r"""(?P<newline>\n)
      | (?P<nothing>[^\S\n]+|\#[^\n]*)
      | (?P<text>\"{3}(?:\\[\s\S]|[^\\])*?\"{3,5} | '{3}[\s\S]*?'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
      | (?P<bare>[^\s\[\]{}=,."'#]+)
      | (?P<mark>.)""",
    re.VERBOSE,
)


class _Expect(Enum):
    KEY = auto()
    HEADER = auto()
    VALUE = auto()
    END = auto()


@dataclass(slots=True)
class _Open:
    """A table or array that is being read. `place` is the place in an array, None in a table."""

    path: Path
    place: int | None = None


@dataclass(slots=True)
class _Scan:
    """Where the scanner is in the text."""

    lines: dict[Path, int] = field(default_factory=dict)
    tables: dict[Path, int] = field(default_factory=dict)
    """How many [[tables]] each array of tables has so far."""
    stack: list[_Open] = field(default_factory=lambda: [_Open(())])
    expect: _Expect = _Expect.KEY
    parts: list[str] = field(default_factory=list)
    brackets: int = 0
    line: int = 1

    def note(self, path: Path) -> None:
        """Remember the line of a path, and of the tables that it opens on its way: the first mention counts."""
        for length in range(len(path), 0, -1):
            if self.lines.setdefault(path[:length], self.line) != self.line:
                return


def lines(text: str) -> dict[Path, int]:
    """The line of each key and array member, counted from 1."""
    scan = _Scan()
    for kind, sign in _signs(text):
        _STEPS[scan.expect](scan, kind, sign)
        scan.line += sign.count("\n")
    return scan.lines


def _signs(text: str) -> Iterator[tuple[str, str]]:
    for found in _SIGN.finditer(text + "\n"):
        if found.lastgroup is not None and found.lastgroup != "nothing":
            yield found.lastgroup, found[0]


def _name(kind: str, sign: str) -> str:
    return str(tomllib.loads(f"name = {sign}")["name"]) if kind == "text" else sign


def _key(scan: _Scan, kind: str, sign: str) -> None:
    if kind in ("text", "bare"):
        scan.parts.append(_name(kind, sign))
    elif sign == "=":
        scan.stack.append(_Open((*scan.stack[-1].path, *scan.parts)))
        scan.note(scan.stack[-1].path)
        scan.expect, scan.parts = _Expect.VALUE, []
    elif sign == "[" and len(scan.stack) == 1:
        scan.expect, scan.brackets = _Expect.HEADER, 1
    elif sign == "}":
        _close(scan)


def _header(scan: _Scan, kind: str, sign: str) -> None:
    if kind in ("text", "bare"):
        scan.parts.append(_name(kind, sign))
    elif sign == "[":
        scan.brackets += 1
    elif sign == "\n":
        scan.stack = [_Open(_table(scan))]
        scan.note(scan.stack[0].path)
        scan.expect, scan.parts = _Expect.KEY, []


def _table(scan: _Scan) -> Path:
    """The path of the table whose header was read: a name that stands for many tables means the last of them."""
    path: Path = ()
    for place, part in enumerate(scan.parts, start=1):
        path = (*path, part)
        if scan.brackets > 1 and place == len(scan.parts):
            scan.tables[path] = scan.tables.get(path, 0) + 1
        if path in scan.tables:
            path = (*path, scan.tables[path] - 1)
    return path


def _value(scan: _Scan, kind: str, sign: str) -> None:
    if kind == "newline":
        return
    if sign == "]":
        _close(scan)
        return
    top = scan.stack[-1]
    path = top.path
    if top.place is not None:
        path = (*path, top.place)
        scan.note(path)
    if sign in ("[", "{"):
        scan.stack.append(_Open(path, 0 if sign == "[" else None))
        scan.expect = _Expect.VALUE if sign == "[" else _Expect.KEY
    else:
        scan.expect = _Expect.END


def _end(scan: _Scan, kind: str, sign: str) -> None:
    """What follows a value: a comma, the end of its array or table, or, outside of both, the end of the line."""
    top = scan.stack[-1]
    if kind == "newline" and len(scan.stack) == 2:
        scan.stack.pop()
        scan.expect = _Expect.KEY
    elif sign == "," and top.place is not None:
        top.place += 1
        scan.expect = _Expect.VALUE
    elif sign == ",":
        scan.stack.pop()
        scan.expect = _Expect.KEY
    elif sign == "]":
        _close(scan)
    elif sign == "}":
        scan.stack.pop()
        _close(scan)


def _close(scan: _Scan) -> None:
    scan.stack.pop()
    scan.expect = _Expect.END


_STEPS = {_Expect.KEY: _key, _Expect.HEADER: _header, _Expect.VALUE: _value, _Expect.END: _end}
