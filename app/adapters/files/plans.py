"""The plans' files: cutover_plans/KEY.toml, one for each plan."""

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from app.adapters.files.folder import read_folder, source_name
from app.domain.catalogue import Catalogue, Fault
from app.domain.plan_file import read_plan
from app.domain.plans import Plan
from app.domain.toml_source import Source

FOLDER = "cutover_plans"

# Milestones belong to all plans; their file stands among them and is none.
MILESTONES = "milestones"


class Loaded(NamedTuple):
    """Plans by key, and why the other files are no plans that could be started."""

    plans: dict[str, Plan]
    faults: list[Fault]


def load(folder: Path, catalogue: Catalogue, least_freeze: timedelta) -> Loaded:
    """Every plan of a folder. Raises nothing: what is wrong is a fault.

    `least_freeze` is the shortest freeze in which every older write has ended.
    """
    sources, faults = read_folder(folder)
    plans: dict[str, Plan] = {}
    for source in sources:
        if source.key == MILESTONES:
            continue
        read = read_plan(source, catalogue, least_freeze)
        if isinstance(read, Plan):
            plans[source.key] = read
        else:
            faults += read
    return Loaded(plans, faults)


def read_text(key: str, text: str) -> Plan | list[Fault]:
    """A plan from the text that was copied when it was started. What it names is not judged again: its moves are."""
    return read_plan(Source(source_name(FOLDER, key), key, text))
