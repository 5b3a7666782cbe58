"""What a run comes to: the checker's findings of each part, and what was asked for and did not happen."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from sandbox.chaos.crew import ADVISORY
from sandbox.chaos.parts import Played

TITLES = {"fenced": "fenced, every fault", "kept": "no fence, kept", "broken": "no fence, broken on purpose"}
ROWS = (
    *("moves", "called_off", "writes", "acknowledged", "unknown", "violations", "lost", "stuck", "undecidable"),
    *("breaches", "breaches_reported", "pause_ms_p50", "pause_ms_p99", "pause_ms_max"),
)
SUMS = ("moves", "writes", "violations", "breaches", "breaches_reported", "lost", "undecidable")


@dataclass(frozen=True)
class Verdict:
    """The parts of a run, as they were played."""

    played: Sequence[Played]
    seed: int
    seconds: float

    @property
    def faults(self) -> Counter[str]:
        """How often each kind of fault was applied."""
        return sum((one.faults for one in self.played), Counter())

    def wrongs(self) -> Iterator[str]:
        """Everything that is not as it must be, a sentence each."""
        for one in self.played:
            yield from _wrongs(one)

    @property
    def is_as_it_must_be(self) -> bool:
        """Whether there is nothing to complain of."""
        return not list(self.wrongs())

    def as_json(self) -> str:
        """The RESULT line."""
        result: dict[str, Any] = {name: sum(one.verdict[name] for one in self.played) for name in SUMS}
        result["stuck"] = sum(_stuck(one) for one in self.played)
        result["faults"] = dict(sorted(self.faults.items()))
        pauses = sorted(pause for one in self.played for pause in one.pauses)
        for name, share in (("pause_ms_p50", 0.5), ("pause_ms_p99", 0.99), ("pause_ms_max", 1.0)):
            result[name] = round(pauses[min(len(pauses) - 1, int(len(pauses) * share))], 1) if pauses else None
        result["seed"], result["seconds"] = self.seed, round(self.seconds, 1)
        result["parts"] = [_part(one) for one in self.played]
        return json.dumps(result)

    def table(self) -> Table:
        """The same for people: a column for each part."""
        drawn = Table(title="What the systems' own logs and contents say")
        drawn.add_column("")
        for one in self.played:
            drawn.add_column(TITLES[one.part.name], justify="right")
        for name in ROWS:
            drawn.add_row(name.replace("_", " "), *(str(_part(one)[name]) for one in self.played))
        for kind in sorted(self.faults):
            drawn.add_row(f"  {kind.replace('_', ' ')}", *(str(one.faults[kind] or "–") for one in self.played))
        return drawn

    def forced(self) -> Table:
        """The pair that is the reason for the fence: the same late write, without one and with one."""
        drawn = Table(title="A process stopped between its check and its first byte, woken after the move")
        for name in ("fence", "old owner", "epoch of the write", "what the old owner did", "what its person was told"):
            drawn.add_column(name)
        for one in sorted((row for part in self.played for row in part.forced), key=lambda row: bool(row["fence"])):
            fence = "on" if one["fence"] else "off"
            drawn.add_row(fence, one["system"], str(one["epoch"]), one["answer"], one["told"])
        return drawn

    def details(self) -> Iterator[str]:
        """What the checker says of each finding, what troubled the harness, and what is not as it must be."""
        for one in self.played:
            yield from (f"{one.part.name}: {fault}" for fault in one.verdict["faults"])
            yield from (f"{one.part.name}: {trouble}" for trouble in one.troubles)
        yield from self.wrongs()


def _stuck(one: Played) -> int:
    return max(int(one.verdict["stuck"]), len(one.stuck))


def _wrongs(one: Played) -> Iterator[str]:
    name, found = one.part.name, one.verdict
    for what in ("violations", "lost", "undecidable"):
        if found[what]:
            yield f"{name}: {what} {found[what]}."
    if _stuck(one):
        yield f"{name}: stuck {_stuck(one)}. {' '.join(one.stuck)}"
    if found["moves"] < one.part.moves:
        yield f"{name}: {found['moves']} moves were made, and {one.part.moves} were asked for."
    if not found["acknowledged"]:
        yield f"{name}: nobody wrote anything."
    if len(one.forced) < one.part.forced:
        yield f"{name}: {len(one.forced)} writes on the wrong side were forced, and {one.part.forced} were to be."
    for forced in one.forced:
        if not is_as_it_must_be(forced):
            told = f"its person was told {forced['told']}"
            yield f"{name}: the forced write was {forced['answer']} by {forced['system']}, and {told}."
    if ADVISORY not in one.part.crew and found["breaches"] != found["breaches_reported"]:
        yield f"{name}: {found['breaches']} breaches, of which the controller reported {found['breaches_reported']}."
    if one.part.forced and not one.part.claim.fenced and found["breaches"] < one.part.forced:
        yield f"{name}: the checker found {found['breaches']} breaches, and {one.part.forced} were forced."
    for kind in one.missing:
        yield f"{name}: the fault {kind} was asked for and never happened."


def is_as_it_must_be(forced: Mapping[str, Any]) -> bool:
    """Whether a forced write was accepted where nothing checks, and refused where a fence does."""
    expected = "refused" if forced["fence"] else "accepted"
    return bool(forced["answer"] == expected and forced["told"] != "ok")


def _part(one: Played) -> dict[str, Any]:
    names = (*SUMS, "acknowledged", "unknown", "called_off", "stuck", "pause_ms_p50", "pause_ms_p99", "pause_ms_max")
    told = {name: one.verdict[name] for name in names} | {"stuck": _stuck(one)}
    return {
        "part": one.part.name,
        **told,
        "faults": dict(one.faults),
        "forced": one.forced,
        "seconds": round(one.seconds, 1),
    }
