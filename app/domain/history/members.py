"""The members of a line, each checked. Nothing that stands in a line is repeated in a refusal: it may be a person's."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
Members = Mapping[str, Any]

LONGEST_NAME = 200
LARGEST = 10**15
SHOWN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-")
"""What a name that stands in a sentence may be made of."""


class Malformed(Exception):
    """A line that cannot be judged. `line` is its number in the file, from 1; 0 while that is not known."""

    def __init__(self, why: str, mend: str, line: int = 0) -> None:
        super().__init__(why)
        self.why, self.mend, self.line = why, mend, line


def wrong(name: str, wanted: str) -> Malformed:
    """The fault of a member that is missing or not what it must be."""
    return Malformed(f"`{name}` is not {wanted}.", f"Let `{name}` be {wanted}; docs/history.md describes each line.")


def text(members: Members, name: str) -> str:
    """A text that is not empty."""
    found = members.get(name)
    if type(found) is str and found:
        return found
    raise wrong(name, "a text")


def text_or_none(members: Members, name: str) -> str | None:
    """A text that is not empty, or null, or left out."""
    found = members.get(name)
    if found is None or (type(found) is str and found):
        return found
    raise wrong(name, "a text or null")


def shown(members: Members, name: str) -> str:
    """A name that may stand in a sentence: of letters, digits and . _ : - only."""
    found = members.get(name)
    if type(found) is str and _may_be_shown(found):
        return found
    raise wrong(name, f"a name of letters, digits and . _ : - (at most {LONGEST_NAME})")


def whole(members: Members, name: str) -> int:
    """A whole number from 0 on."""
    found = members.get(name)
    if type(found) is int and found >= 0:
        return found
    raise wrong(name, "a whole number from 0 on")


def whole_or_none(members: Members, name: str) -> int | None:
    """A whole number from 0 on, or null, or left out."""
    return None if members.get(name) is None else whole(members, name)


def number(members: Members, name: str) -> float:
    """A finite number."""
    found = members.get(name)
    if (type(found) is int and abs(found) < LARGEST) or (type(found) is float and math.isfinite(found)):
        return float(found)
    raise wrong(name, "a number")


def scalar(members: Members, name: str) -> Any:
    """A text, a number, true, false or null; it must be there."""
    found = members.get(name, members)
    if found is None or type(found) in (str, int, float, bool):
        return found
    raise wrong(name, "a text, a number, true, false or null")


def one_of(members: Members, name: str, choices: Sequence[str]) -> str:
    """One of the names given."""
    found = members.get(name)
    if type(found) is str:
        for choice in choices:
            if found == choice:
                return choice
    raise wrong(name, f"one of {', '.join(choices)}")


def one_of_or_none(members: Members, name: str, choices: Sequence[str]) -> str | None:
    """One of the names given, or null, or left out."""
    return None if members.get(name) is None else one_of(members, name, choices)


def objects(members: Members, name: str) -> Members:
    """An object."""
    found = members.get(name)
    if type(found) is dict:
        return found
    raise wrong(name, "an object")


def moment(members: Members, name: str) -> datetime:
    """A time with its zone, as 2027-03-02T05:00:00.000Z."""
    try:
        found = datetime.fromisoformat(text(members, name))
    except ValueError:
        raise wrong(name, "a time in ISO 8601") from None
    if found.tzinfo is None:
        raise wrong(name, "a time with its zone")
    return found


def each(members: Members, name: str, of: Callable[[Members], T]) -> Mapping[str, T]:
    """An object of objects, each read by `of`."""
    found = objects(members, name)
    return {key: of(objects(found, key)) for key in found if shown({name: key}, name)}


@lru_cache(maxsize=10_000)
def _may_be_shown(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and SHOWN.issuperset(name)
