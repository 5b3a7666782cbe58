"""Many that tell the same webhooks at once: each message comes once where it is answered; a crash loses none."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app.adapters.clock import MachineClock
from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.services.outbox import Webhook
from app.services.recording import record
from tests.services.doomed import Doom, DoomedStore
from tests.services.racers import race as race_processes
from tests.services.racers import tell
from tests.services.receivers import add, dispatcher, log, receiving, states
from tests.services.world import PM, World

EVENTS = 40
_processes = multiprocessing.get_context("fork")


@pytest.fixture
def real(database_url: str) -> Iterator[World]:
    """A world on the real clock; once on SQLite and once on PostgreSQL."""
    store = SqlStore(make_engine(database_url))
    yield World(store, MachineClock())
    store.close()


def happen(world: World, times: int = EVENTS) -> list[int]:
    """Let things happen; the numbers of their entries."""
    with world.store.writing() as unit:
        return [
            record(unit, PM, "step_held", {"plan": "demo", "step": str(one), "move": None}).number
            for one in range(times)
        ]


def test_threads_of_one_process_deliver_each_message_once(real: World) -> None:
    with receiving() as first, receiving() as second:
        webhooks = [add(real, each.url)[0] for each in (first, second)]
        numbers = happen(real)
        with ThreadPoolExecutor(6) as pool:
            made = list(pool.map(lambda _: tell(real.store), range(6)))
    assert sum(made) == 2 * EVENTS
    for receiver in (first, second):
        assert Counter(one.json["data"]["number"] for one in receiver.got) == Counter(numbers)
    assert all(states(real, webhook) == ["delivered"] * EVENTS for webhook in webhooks)


def test_processes_deliver_each_message_once(real: World, database_url: str) -> None:
    with receiving() as receiver:
        webhook, _ = add(real, receiver.url)
        numbers = happen(real)
        made = race_processes(database_url, "tell", "tell", "tell")
    assert sum(made) == EVENTS
    assert Counter(one.json["data"]["number"] for one in receiver.got) == Counter(numbers)
    assert states(real, webhook) == ["delivered"] * EVENTS


def _die_telling(url: str, doom: Doom) -> None:
    """A process that tells webhooks and is killed at one of its commits."""
    store = SqlStore(make_engine(url))
    dispatcher(World(store, MachineClock()), DoomedStore(store, doom)).dispatch_once()
    os._exit(0)


@pytest.mark.parametrize("where", ["before", "inside", "after"])
@pytest.mark.parametrize("commit", [1, 2, 3])
def test_a_process_that_is_killed_at_any_commit_loses_nothing_and_leaves_nothing_stuck(
    real: World, database_url: str, commit: int, where: str
) -> None:
    """The commits are: what is new is taken, an attempt is claimed, its answer is written down."""
    with receiving() as receiver:
        webhook, _ = add(real, receiver.url)
        happen(real, 2)
        doom = Doom(commit, where, signal.SIGKILL)
        process = _processes.Process(target=_die_telling, args=(database_url, doom), daemon=True)
        process.start()
        process.join(30)
        assert process.exitcode == -signal.SIGKILL
        _let_claims_run_out(real)
        assert tell(real.store) >= 1
    assert states(real, webhook) == ["delivered"] * 2
    sent = Counter(one.id for one in receiver.got)
    # An answer that was not written down before the death is asked for again, under the same id.
    assert set(sent.values()) == ({1, 2} if (commit, where) in {(3, "before"), (3, "inside")} else {1})
    assert len(sent) == 2


def _let_claims_run_out(world: World) -> None:
    """As if half a minute had passed."""
    for webhook in _all(world):
        for seen in log(world, webhook):
            if seen.attempts:
                with world.store.writing() as unit:
                    unit.webhooks.change(seen, replace(seen, due=seen.created))


def _all(world: World) -> list[Webhook]:
    with world.store.reading() as unit:
        return unit.webhooks.all()
