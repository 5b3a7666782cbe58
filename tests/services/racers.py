"""Processes that race. One of them: `python -m tests.services.racers URL ACT`.

It says "ready". Told "go" on its standard input, it answers with one JSON list on its standard output.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.adapters.clock import MachineClock
from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.domain.ownership import Act
from app.domain.refusals import Refusal
from app.services.dispatching import CLAIMED_FOR
from app.services.door import Change, change
from app.services.recording import By, record
from app.services.recovering import recover_now
from app.services.store import Lost
from tests.services.receivers import dispatcher
from tests.services.world import FILES, VA_GOV, World

ROOT = Path(__file__).resolve().parents[2]
KEYS = tuple(f"key_{number}" for number in range(10))
TRANSACTIONS = 50
BY = By("token:racer", "To be first.")


def start_each_key(store: SqlStore) -> list[str]:
    """Start each key for VA.gov as nobody's; the keys at which this process was first."""
    won = []
    for key in KEYS:
        try:
            with store.writing() as unit:
                change(unit, BY, Change(Act.START, {key: 0}, given=VA_GOV))
            won.append(key)
        except (Refusal, Lost):
            continue
    return won


def read_then_write(store: SqlStore) -> list[int]:
    """Transactions that read the head and then write behind it; the numbers of the entries."""
    numbers = []
    for _ in range(TRANSACTIONS):
        with store.writing() as unit:
            seen = unit.ledger.head().number
            numbers.append(record(unit, BY, "race", {"seen": seen}).number)
    return numbers


def recover(store: SqlStore) -> str:
    """Stop everything."""
    recover_now(store, FILES, BY)
    return "recovered"


def activate(store: SqlStore) -> str:
    """Activate the one unfinished move, whose drain is over."""
    world = World(store, MachineClock())
    with store.reading() as unit:
        move = unit.moves.unfinished()[0]
    try:
        world.driver()._catch_up(move)
    except (Refusal, Lost):
        return "was not first"
    return "activated"


def tell(store: SqlStore) -> int:
    """Tell webhooks until nothing is due, or on its way, any more; how many attempts this process made."""
    telling, made = dispatcher(World(store, MachineClock())), 0
    while True:
        made += telling.dispatch_once()
        with store.reading() as unit:
            late = unit.now() + CLAIMED_FOR
            if not unit.webhooks.waiting(late) and all(
                one.cursor == unit.ledger.head().number for one in unit.webhooks.all()
            ):
                return made


def race(url: str, *acts: str) -> list[Any]:
    """Let a process for each act race the others; what each answered."""
    pipe = subprocess.PIPE
    commands = ([sys.executable, "-m", "tests.services.racers", url, act] for act in acts)
    racing = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for command in commands]
    for one in racing:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in racing:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = [one.communicate(timeout=50)[0] for one in racing]
    assert [one.returncode for one in racing] == [0] * len(racing)
    return [json.loads(answer) for answer in answers]


ACTS: dict[str, Callable[[SqlStore], object]] = {
    "start": start_each_key,
    "write": read_then_write,
    "recover": recover,
    "activate": activate,
    "tell": tell,
}

if __name__ == "__main__":
    racing = ACTS[sys.argv[2]]
    opened = SqlStore(make_engine(sys.argv[1]))
    with opened.reading() as warm:
        warm.ledger.head()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(racing(opened)))
