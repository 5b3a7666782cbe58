"""An entry of the ledger that changed a preference, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.ledger import Entry
from app.domain.ownership import System


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened: when, who, what, and why; `move` where a move did it."""

    number: int
    at: datetime
    actor: str
    words: str
    reason: str
    move: int | None


def happened(entry: Entry, key: str) -> Happened:
    """The entry as it is told of this preference."""
    after = entry.body["preferences"][key]["after"]
    words = f"{_words(entry.act, after)}. Epoch {after['epoch']}"
    return Happened(entry.number, entry.at, entry.actor, words, entry.reason, entry.body.get("move"))


def marks_in(entry: Entry, key: str) -> dict[str, str]:
    """The marks that an activation stands on, by system, in words."""
    return {system: _mark(mark, key) for system, mark in (entry.body.get("marks") or {}).items()}


def _mark(mark: Any, key: str) -> str:
    number = mark.get(key) if isinstance(mark, Mapping) else None
    if number is not None:
        return f"Number {number} of its log"
    return mark if isinstance(mark, str) else "It keeps no marks"


def _words(act: str, after: Mapping[str, Any]) -> str:
    owner, target = _label(after.get("owner")), _label(after.get("target"))
    return {
        "adopt": f"{owner} was named its owner by its file",
        "start": f"It was started on {owner}",
        "freeze": f"It was frozen to move to {target}"
        if after.get("target") != "nobody"
        else "It was frozen to retire",
        "call_off": f"The move was called off: {owner} can change it again",
        "activate": f"{owner} can change it",
        "retire": "It was retired: nobody can change it any more",
        "restore": f"It was restored to {owner}",
        "stop": "It was stopped until its owner is certain",
        "raise": "Its epoch was raised",
        "name": f"A person named {owner} its owner",
    }.get(act, act.replace("_", " "))


def _label(system: str | None) -> str:
    return System(system).label if system in {one.value for one in System} else "nobody"
