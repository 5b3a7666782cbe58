"""One process of a race: `python -m tests.services.racers URL ACT`.

It says "ready". Told "go" on its standard input, it answers with one JSON list on its standard output.
"""

import json
import sys

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.domain.ownership import Act
from app.domain.refusals import Refusal
from app.services.door import Change, change
from app.services.recording import By, record
from app.services.store import Lost
from tests.services.world import VA_GOV

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


if __name__ == "__main__":
    racing = {"start": start_each_key, "write": read_then_write}[sys.argv[2]]
    opened = SqlStore(make_engine(sys.argv[1]))
    with opened.reading() as warm:
        warm.ledger.head()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(racing(opened)))
