"""Single values of a file: text, numbers, durations, dates. Each knows what it must be and says so when it is not."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.domain import durations
from app.domain.catalogue import Fault
from app.domain.toml_lines import Path
from app.domain.toml_source import did_you_mean

LONGEST_TEXT = 500

Schema = dict[str, Any]
"""A JSON Schema, for editors. It says what a schema can say; the reader has the last word."""

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
_OFFSET = "([Zz]|[+-][0-9]{2}:[0-9]{2})"

# JSON has no dates. To a schema they are text: some editors know them by these formats, others by the pattern alone.
A_DATE: Schema = {"type": "string", "format": "date", "pattern": f"^{_DATE}$"}
A_TIME: Schema = {"type": "string", "format": "partial-time", "pattern": f"^{_CLOCK}$"}
A_LOCAL_MOMENT: Schema = {"type": "string", "format": "partial-date-time", "pattern": f"^{_DATE}[Tt ]{_CLOCK}$"}
A_MOMENT: Schema = {"type": "string", "format": "date-time", "pattern": f"^{_DATE}[Tt ]{_CLOCK}{_OFFSET}$"}


@dataclass(slots=True)
class Findings:
    """The faults found in one file. `locate` makes a fault of a path; `partial` asks for no missing keys."""

    locate: Callable[[Path, str, str], Fault]
    partial: bool = False
    faults: list[Fault] = field(default_factory=list)

    def add(self, path: Path, what: str, mend: str) -> None:
        """One more fault."""
        self.faults.append(self.locate(path, what, mend))


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `words` fit behind "must be"; `take` raises ValueError with a sentence, or nothing but its type.

    `fits` is the part of a JSON Schema that says the same.
    """

    words: str
    example: str
    take: Callable[[Any], Any]
    fits: Mapping[str, Any] = field(default_factory=dict)

    def read(self, value: Any, path: Path, into: Findings) -> Any:
        """The value as `take` gives it."""
        try:
            return self.take(value)
        except TypeError:
            into.add(path, f"This must be {self.words}, not {shown(value)}.", f"For example: {self.example}")
        except ValueError as error:
            into.add(path, f"{shown(value)} cannot be used.", str(error))
        return None

    def schema(self) -> Schema:
        """What an editor is told of it."""
        return {"description": f"{self.words[0].upper()}{self.words[1:]}, for example: {self.example}", **self.fits}


def shown(value: Any) -> str:
    """A value from a file in a fault: short, on one line."""
    if isinstance(value, str):
        return json.dumps(value[:40] + ("…" if len(value) > 40 else ""), ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"[:40]
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return value.isoformat() if isinstance(value, date) else str(value)[:40]


def whole_pattern(pattern: re.Pattern[str]) -> Schema:
    """Text that fits a pattern as a whole."""
    return {"type": "string", "pattern": f"^(?:{pattern.pattern})$"}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    if not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"Write one line of 1 to {LONGEST_TEXT} characters.")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _duration(value: Any) -> timedelta:
    if not isinstance(value, str):
        raise TypeError
    return durations.parse(value)


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError
    return value


ONE_LINE: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}

TEXT = Scalar("text in quotes", '"some words"', _text, ONE_LINE)
FLAG = Scalar("true or false", "true", _flag, {"type": "boolean"})
DURATION = Scalar("a duration in quotes", '"30s"', _duration, whole_pattern(durations.WRITTEN))
MOMENT = Scalar(
    "a date with a time, without quotes", "2027-03-02T00:00:00", _moment, {"anyOf": [A_LOCAL_MOMENT, A_MOMENT]}
)


def whole(least: int, most: int) -> Scalar:
    """A whole number. true and false are no numbers here, although Python counts with them."""

    def take(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError
        if not least <= value <= most:
            raise ValueError(f"Write a number from {least} to {most}.")
        return value

    fits = {"type": "integer", "minimum": least, "maximum": most}
    return Scalar("a whole number", str(max(least, 1)), take, fits)


def either(first: Scalar, second: Scalar) -> Scalar:
    """A value of one of two kinds."""

    def take(value: Any) -> Any:
        try:
            return first.take(value)
        except TypeError:
            return second.take(value)

    return Scalar(f"{first.words} or {second.words}", first.example, take, {"anyOf": [first.schema(), second.schema()]})


def one_of(known: Mapping[str, Any]) -> Scalar:
    """One of some words, and what each stands for."""

    def take(value: Any) -> Any:
        if not isinstance(value, str):
            raise TypeError
        if value not in known:
            raise ValueError(did_you_mean(value, list(known)))
        return known[value]

    return Scalar("one word in quotes", json.dumps(next(iter(known))), take, {"enum": list(known)})


def matching(pattern: re.Pattern[str], rule: str, example: str) -> Scalar:
    """Text that fits a pattern as a whole; `rule` is the sentence that says which."""

    def take(value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError
        if not pattern.fullmatch(value):
            raise ValueError(rule)
        return value

    return Scalar("text in quotes", json.dumps(example), take, whole_pattern(pattern))
