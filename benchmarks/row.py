"""One row of figures: ours beside a peer's, measured in the same run."""

import json
import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """`ours` and `peer` are in the same unit, which `name` says; `budget` says in words what `met` was judged by."""

    name: str
    ours: float
    peer: float
    ratio: float
    budget: str
    met: bool


def row(name: str, ours: float, peer: float, budget: str, most: float) -> Row:
    """A row whose budget is that `ours` is no more than `most`."""
    ratio = ours / peer
    short = round(ratio, 2) if ratio >= 0.1 else float(f"{ratio:.2g}")
    return Row(name, round(ours, 1), round(peer, 1), short, budget, ours <= most)


def p99(values: Sequence[float]) -> float:
    """The 99th of a hundred; of fewer, the largest. Raises ValueError where there is none."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """For people."""
    widest = max(len(one.name) for one in rows)
    yield f"{'':<{widest}}  {'ours':>9}  {'peer':>9}  {'ratio':>6}  budget"
    for one in rows:
        said = "met" if one.met else "NOT MET"
        yield f"{one.name:<{widest}}  {one.ours:>9}  {one.peer:>9}  {one.ratio:>6}  {one.budget}: {said}"


def result(rows: Sequence[Row]) -> str:
    """The RESULT line's object."""
    versions = {"python": platform.python_version(), "cutover-controller": version("cutover-controller")}
    told: dict[str, Any] = {"rows": [asdict(one) for one in rows], "machine": machine(), "versions": versions}
    return json.dumps(told)


def machine() -> dict[str, Any]:
    """What it was measured on, and how busy that was with other things just before the end."""
    model = next(
        (line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")), platform.processor()
    )
    return {"cpus": os.cpu_count(), "model": model, "system": platform.system(), "load": round(os.getloadavg()[0], 1)}


def _cpu_lines() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
