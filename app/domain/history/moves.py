"""Freezes: a move's preferences are frozen, activated and called off together, and nothing stays frozen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.history import arrows
from app.domain.history.arrows import HELD, MOVING
from app.domain.history.findings import Findings, Weight
from app.domain.history.lines import SYSTEMS, Entry

ALLOWANCE = timedelta(seconds=10)
"""A call-off begins when the limit is reached; this long it may take."""


@dataclass(slots=True)
class Freeze:
    """A freeze that has not ended."""

    entry: int
    at: datetime
    keys: set[str]


@dataclass(slots=True)
class Moves:
    """What became of the moves. `moved` and `undone` count preferences, the others moves."""

    moves: int = 0
    moved: int = 0
    undone: int = 0
    called_off: int = 0
    retired: int = 0


def judge_moves(entries: Iterable[Entry], limit: float | None, findings: Findings) -> Moves:
    """Follow each freeze to its end. `limit` is the longest that one may last, in seconds."""
    found = Moves()
    frozen: dict[str, Freeze] = {}
    for entry in entries:
        _count(found, entry)
        changed = {key: rows for key, rows in entry.rows.items() if rows[0] != rows[1]}
        ended = [key for key, (before, _) in changed.items() if before.state == MOVING and key in frozen]
        for freeze in {id(frozen[key]): frozen[key] for key in ended}.values():
            _judge_end(entry, freeze, limit, findings)
            freeze.keys -= set(ended)
        for key in ended:
            del frozen[key]
        begun = {key for key, (_, after) in changed.items() if after.state == MOVING}
        frozen.update(dict.fromkeys(begun, Freeze(entry.number, entry.at, begun)))
    for freeze in {id(freeze): freeze for freeze in frozen.values()}.values():
        sentence = f"{', '.join(sorted(freeze.keys))}: frozen by entry {freeze.entry}, and nothing has ended it."
        findings.add(Weight.STUCK, "freeze", sentence)
    return found


def _count(found: Moves, entry: Entry) -> None:
    found.moves += entry.act in ("freeze", "start")
    found.called_off += entry.act == "call_off"
    found.retired += entry.act == "retire"
    for before, after in entry.rows.values():
        if before.state == MOVING and after.state == HELD:
            found.moved += (before.owner, after.owner) == SYSTEMS
            found.undone += (before.owner, after.owner) == SYSTEMS[::-1]


def _judge_end(entry: Entry, freeze: Freeze, limit: float | None, findings: Findings) -> None:
    hands_over = any(arrows.begins_reign(before, after) for before, after in entry.rows.values())
    left = freeze.keys - entry.rows.keys()
    if left and (hands_over or entry.act == "call_off"):
        sentence = f"Entry {entry.number} ({entry.act}) leaves out {', '.join(sorted(left))}, of the same move."
        findings.add(Weight.VIOLATION, "half_a_move", f"{sentence} A move is made of all its preferences or of none.")
    lasted = entry.at - freeze.at
    if limit is not None and lasted > timedelta(seconds=limit) + ALLOWANCE:
        sentence = f"{', '.join(sorted(freeze.keys))}: frozen for {lasted.total_seconds():.1f} seconds by entry"
        findings.add(Weight.STUCK, "freeze", f"{sentence} {freeze.entry}; the limit is {limit:g} seconds.")
