"""The live table of the demonstration: what the systems' logs, the diaries and the service say at this moment."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from sandbox.log import Accept, read_log
from sandbox.recording import STORES, diary_lines
from sandbox.stage import Stage


@dataclass
class Counts:
    """Writes by preference and system, and those that people were asked to try again."""

    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    retried: Counter[str] = field(default_factory=Counter)


def counts(folder: Path) -> Counts:
    """Count anew from the files of the run."""
    found = Counts()
    for system, name in STORES.items():
        for entry in read_log(folder / name):
            if isinstance(entry.line, Accept) and entry.line.part == "choice":
                found.accepted[entry.line.preference, system] += 1
    told = map(json.loads, diary_lines(folder))
    found.retried.update(line["key"] for line in told if line.get("event") == "failed")
    return found


def table(stage: Stage, plan: dict[str, Any], ownership: dict[str, Any]) -> Table:
    """One row a preference that the plan moves, and below it the next step with a countdown."""
    seen = counts(stage.folder)
    moved = {key for step in plan["steps"] for key in step["preferences"]}
    drawn = Table(title="Who owns what now", caption=f"{next_step(plan)}\n{stage.url}", caption_justify="left")
    for name in ("preference", "owner", "state", "epoch"):
        drawn.add_column(name)
    for name in ("MHV accepted", "VA.gov accepted", "asked to retry"):
        drawn.add_column(name, justify="right")
    for one in ownership["preferences"]:
        if one["key"] in moved:
            owner = {"mhv": "MHV", "va_gov": "VA.gov"}.get(one["owner"], "–")
            accepted = [str(seen.accepted[one["key"], system]) for system in STORES]
            drawn.add_row(
                one["title"], owner, one["state"], str(one["epoch"]), *accepted, str(seen.retried[one["key"]])
            )
    return drawn


def lines(stage: Stage, ownership: dict[str, Any]) -> list[str]:
    """The same in plain lines, where there is no terminal to redraw."""
    seen = counts(stage.folder)
    return [
        f"{one['key']}: {one['owner']} at epoch {one['epoch']}"
        f" (MHV {seen.accepted[one['key'], 'mhv']}, VA.gov {seen.accepted[one['key'], 'va_gov']})"
        for one in ownership["preferences"]
        if seen.accepted[one["key"], "mhv"] or seen.accepted[one["key"], "va_gov"]
    ]


def next_step(plan: dict[str, Any]) -> str:
    """What happens next, and in how many seconds."""
    under_way = [step["id"] for step in plan["steps"] if step["state"] in ("due", "running")]
    if under_way:
        return f"Now: step {under_way[0]} moves."
    dated = [(step["due"], step["id"]) for step in plan["steps"] if step["state"] == "waiting" and step["due"]]
    if dated:
        due, name = min(dated)
        seconds = (datetime.fromisoformat(due) - datetime.now(UTC)).total_seconds()
        return f"Next: step {name} in {max(0, round(seconds))} s."
    waiting = [step for step in plan["steps"] if step["state"] == "waiting"]
    if waiting and not waiting[0]["waiting_for"]:
        return f"Next: step {waiting[0]['id']}."
    watching = [step["id"] for step in plan["steps"] if step["state"] == "watching"]
    return f"Watching step {watching[0]}." if watching else "Nothing more is planned."
