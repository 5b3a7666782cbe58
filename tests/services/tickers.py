"""Processes that tick one database at once. One of them: `python -m tests.services.tickers URL [COMMIT]`.

It says "ready". Told "go" on its standard input, it ticks until no step waits, and answers how often it asked checks.
With COMMIT it is killed inside that transaction of its own.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.adapters.clock import MachineClock
from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.domain.catalogue import Catalogue, Fault
from app.domain.milestones import Milestone
from app.domain.ownership import System
from app.domain.plans import Plan, Step, StepState
from app.services.checks.asking import Checks
from app.services.planning.starting import start_plan
from app.services.scheduling import Scheduler
from tests.services.doomed import Doom, DoomedStore
from tests.services.racers import ROOT
from tests.services.timetable import plan
from tests.services.world import PM, World, catalogue, preference

CHANGED = tuple(f"changed_{number:02}" for number in range(100))
MOVED = tuple(f"moved_{number:02}" for number in range(100))
HELD = tuple(f"there_{number:02}" for number in range(10))
CHECKED = MOVED[:25]
FILES = catalogue(
    *(preference(key) for key in (*CHANGED, *MOVED)), *(preference(key, starts_with=System.VA_GOV) for key in HELD)
)


def _step(key: str) -> Step:
    if key in CHANGED:
        return Step(key, (key,), None, surfaces=("va_gov_profile",))
    return Step(key, (key,), System.VA_GOV, checks=("systems_reachable",) if key in CHECKED else ())


PLANS = {
    one.key: one
    for keys in (CHANGED, MOVED, HELD)
    for part in range(0, len(keys), 25)
    for one in [plan(*map(_step, keys[part : part + 25]), key=f"of_{keys[part]}")]
}


class Texts:
    """See `services.planning.texts.PlanFiles`."""

    def load(self, _catalogue: Catalogue) -> tuple[Mapping[str, Plan], tuple[Fault, ...]]:
        """See there."""
        return PLANS, ()

    def milestones(self) -> Mapping[str, Milestone]:
        """See there."""
        return {}

    def read(self, key: str, _text: str) -> Plan:
        """See there."""
        return PLANS[key]

    def judge(self, key: str, _text: str, _catalogue: Catalogue) -> Plan:
        """See there."""
        return PLANS[key]


@dataclass(frozen=True)
class Counting(Checks):
    """Checks that count how often they were asked."""

    asked: list[Any] = field(default_factory=list)

    def ask(self, *about: Any) -> Any:
        """See there."""
        self.asked.append(about)
        return super().ask(*about)


def begin(store: SqlStore) -> World:
    """Adopt every preference and start every plan."""
    world = World(store, MachineClock(), FILES)
    world.adopt()
    for one in PLANS.values():
        with store.writing() as unit:
            start_plan(unit, one, PM)
    return world


def is_open(store: SqlStore) -> bool:
    """Whether a step has not happened yet."""
    with store.reading() as unit:
        return any(step.state in (StepState.WAITING, StepState.DUE) for row in unit.plans.all() for step in row.steps)


def tick_all(store: SqlStore, doom: Doom | None) -> int:
    """Tick until no step waits; how often checks were asked."""
    checks = Counting(World(store, MachineClock(), FILES).means())
    ticked: Any = store if doom is None else DoomedStore(store, doom)
    scheduler = Scheduler(ticked, Texts(), checks)
    while is_open(store):
        scheduler.tick(FILES)
    return len(checks.asked)


def together(url: str, *dooms: int) -> tuple[list[int], list[int]]:
    """Let several processes tick at once, each until its doom (0: none). Their exit codes; what each answered."""
    command, pipe = (sys.executable, "-m", "tests.services.tickers", url), subprocess.PIPE
    running = [subprocess.Popen([*command, str(doom)], cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for doom in dooms]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = [one.communicate(timeout=100)[0] for one in running]
    return [one.returncode for one in running], [json.loads(answer) for answer in answers if answer]


if __name__ == "__main__":
    opened, commit = SqlStore(make_engine(sys.argv[1])), int(sys.argv[2])
    with opened.reading() as warm:
        warm.ledger.head()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(tick_all(opened, Doom(commit, "inside", signal.SIGKILL) if commit else None)))
