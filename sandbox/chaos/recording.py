"""The recording of one part, as `cutover history check` judges it, and what the checker found."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.chaos.stage import ROOT, Stage
from sandbox.recording import diary_lines, header, record

FREEZE_LIMIT = 120
REFUSED_BY_A_SYSTEM = ("refused_by_system", "system_refused")


@dataclass(frozen=True)
class Claim:
    """What a recording says of itself: which systems check permits, and whether assumptions about time were kept."""

    fenced: bool
    kept: bool


def judged(stage: Stage, claim: Claim) -> dict[str, Any]:
    """Record a part whose clients have all ended, and answer what the checker finds. Raises Trouble."""
    file = stage.folder / "history.jsonl"
    first = header(ROOT / "flags")
    fence = "permits" if claim.fenced else "none"
    first["systems"] = {system: {"fence": fence} for system in first["systems"]}
    first["assumptions"] = "kept" if claim.kept else "broken"
    first["freeze_limit"] = FREEZE_LIMIT
    record(file, first, stage.folder, _ledger(stage))
    with file.open("a", encoding="utf-8") as opened:
        opened.writelines(json.dumps({"log": "incident", **one}) + "\n" for one in _incidents(stage))
    return check(stage, file)


def check(stage: Stage, file: Path) -> dict[str, Any]:
    """What the checker finds in a recording. Raises Trouble when it was not judged."""
    verdict: dict[str, Any] = json.loads(stage.cutover("history", "check", str(file), "--json", may_refuse=True))
    return verdict


def pauses(folder: Path) -> Iterator[float]:
    """Milliseconds, by client process and preference: from a first refusal for a move until a system is asked again.

    A system may refuse then, for reasons of its own: VA Profile takes no date from a replica whose clock is ahead.
    """
    since: dict[tuple[str, str], float] = {}
    for line in map(json.loads, diary_lines(folder)):
        if line["log"] != "client":
            continue
        who = (line["process"], line["key"])
        if line["event"] == "failed" and line["code"] == "frozen":
            since.setdefault(who, line["at"])
        elif who in since and (line["event"] == "ok" or line.get("code") in REFUSED_BY_A_SYSTEM):
            yield (line["at"] - since.pop(who)) * 1000


def _ledger(stage: Stage) -> Iterator[dict[str, Any]]:
    """Every entry of the ledger, as the API tells it."""
    after: int | None = 0
    while after is not None:
        part = stage.ask("GET", f"/api/v1/ledger?after={after}&limit=500")
        yield from part["entries"]
        after = part["next_after"]


def _incidents(stage: Stage) -> Iterator[dict[str, Any]]:
    """What the controller reported by itself. Only what came late is known by the id of its write."""
    for one in stage.ask("GET", "/api/v1/incidents?limit=200")["incidents"]:
        write = one["reference"] if one["kind"] == "late_answer" else None
        if one["key"] and one["system"]:
            yield {"key": one["key"], "system": one["system"], "epoch": one["epoch"], "write_id": write}
