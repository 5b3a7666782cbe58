"""What a run comes to: the checker's findings of each part, and what was asked for and did not happen."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.chaos.parts import Played

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
        for name in ("pause_ms_p50", "pause_ms_p99", "pause_ms_max"):
            found = [one.verdict[name] for one in self.played if one.verdict[name] is not None]
            result[name] = max(found, default=None)
        result["seed"], result["seconds"] = self.seed, round(self.seconds, 1)
        result["parts"] = [_part(one) for one in self.played]
        return json.dumps(result)

    def table(self) -> Iterator[str]:
        """The same for people."""
        for one in self.played:
            yield json.dumps(_part(one))
            yield from one.verdict["faults"]
            yield from one.troubles
        for wrong in self.wrongs():
            yield f"[red]{wrong}[/red]"


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
            yield f"{name}: the forced write was {forced['answer']} by {forced['system']}, and its person told {forced['told']}."
    if not one.part.advisory and found["breaches"] != found["breaches_reported"]:
        yield f"{name}: {found['breaches']} breaches, of which the controller reported {found['breaches_reported']}."
    if one.part.forced and not one.part.claim.fenced and found["breaches"] < one.part.forced:
        yield f"{name}: the checker found {found['breaches']} breaches, and {one.part.forced} were forced."
    for kind in one.missing:
        yield f"{name}: the fault {kind} was asked for and never happened."


def is_as_it_must_be(forced: Mapping[str, Any]) -> bool:
    """Whether a forced write was accepted where nothing checks, and refused where a fence does."""
    return forced["answer"] == ("refused" if forced["fence"] else "accepted") and forced["told"] != "ok"


def _part(one: Played) -> dict[str, Any]:
    names = (*SUMS, "acknowledged", "unknown", "called_off", "stuck", "pause_ms_p50", "pause_ms_p99", "pause_ms_max")
    told = {name: one.verdict[name] for name in names}
    return {"part": one.part.name, **told, "faults": dict(one.faults), "forced": one.forced, "seconds": round(one.seconds, 1)}
