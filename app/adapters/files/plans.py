"""The plans' files: cutover_plans/KEY.toml, one for each plan, and milestones.toml once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from os.path import lexists
from pathlib import Path
from typing import NamedTuple

from app.adapters.files.folder import read_file, read_folder, source_name
from app.domain.catalogue import Catalogue, Fault
from app.domain.milestone_file import read_milestones
from app.domain.milestones import Milestone
from app.domain.plan_faults import Outside
from app.domain.plan_file import read_plan
from app.domain.plans import Plan
from app.domain.toml_source import Source

FOLDER = "cutover_plans"

# Milestones belong to all plans; their file stands among them and is none.
MILESTONES = "milestones"


class Loaded(NamedTuple):
    """Plans by key, why the other files are no plans that could be started, and the milestones."""

    plans: dict[str, Plan]
    faults: list[Fault]
    milestones: dict[str, Milestone]


@dataclass(frozen=True, slots=True)
class Limits:
    """What this process allows plans: the shortest freeze in which every older write has ended, and the checks that
    there are, with what each asks about."""

    least_freeze: timedelta
    checks: Mapping[str, str | None]


def load(folder: Path, catalogue: Catalogue, limits: Limits) -> Loaded:
    """Every plan of a folder, and the milestones. Raises nothing: what is wrong is a fault."""
    sources, faults = read_folder(folder)
    filed = _filed(folder)
    outside = _outside(filed, limits)
    faults += [] if isinstance(filed, dict) else [fault for fault in filed if fault not in faults]
    plans: dict[str, Plan] = {}
    for source in sources:
        if source.key == MILESTONES:
            continue
        read = read_plan(source, catalogue, limits.least_freeze, outside)
        if isinstance(read, Plan):
            plans[source.key] = read
        else:
            faults += read
    return Loaded(plans, faults, dict(outside.milestones))


def load_milestones(folder: Path) -> dict[str, Milestone]:
    """The milestones; none while their file is missing or cannot be read, and then no step that waits for one goes on
    unless a person recorded that it was reached."""
    filed = _filed(folder)
    return filed if isinstance(filed, dict) else {}


def _filed(folder: Path) -> dict[str, Milestone] | list[Fault]:
    """The milestones' file, read; a folder without one has no milestones."""
    path = folder / f"{MILESTONES}.toml"
    if not lexists(path):
        return {}
    source = read_file(path)
    return read_milestones(source) if isinstance(source, Source) else [source]


def _outside(filed: dict[str, Milestone] | list[Fault], limits: Limits) -> Outside:
    if isinstance(filed, dict):
        return Outside(filed, limits.checks)
    return Outside({}, limits.checks, readable=False)


def read_text(key: str, text: str) -> Plan | list[Fault]:
    """A plan from the text that was copied when it was started. What it names is not judged again: its moves are."""
    return read_plan(Source(source_name(FOLDER, key), key, text))


def judge_text(key: str, text: str, catalogue: Catalogue, limits: Limits, folder: Path) -> Plan | list[Fault]:
    """A plan from a text that somebody wrote, judged as a file of that key would be."""
    source = Source(source_name(FOLDER, key), key, text)
    if key == MILESTONES:
        return [source.fault((), "This is the name of the milestones' file.", "Give the plan another name.")]
    return read_plan(source, catalogue, limits.least_freeze, _outside(_filed(folder), limits))
