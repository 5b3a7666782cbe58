"""Real processes that are killed, or stopped and woken, at every boundary between two stages of a move."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from app.adapters.clock import MachineClock
from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.domain.moves import Move, Outcome
from app.domain.ownership import System
from tests.services.doomed import Doom, drive, driver_on
from tests.services.world import ALERTS, COMMITS, MHV, RX, VA_GOV, World, limit

PATIENCE = 30.0

_processes = multiprocessing.get_context("fork")


@pytest.fixture
def real(database_url: str) -> Iterator[World]:
    """A world on the real clock; once on SQLite and once on PostgreSQL."""
    store = SqlStore(make_engine(database_url))
    made = World(store, MachineClock())
    made.adopt(RX, ALERTS)
    yield made
    store.close()


def doomed(url: str, number: int, doom: Doom, *, fenced: bool = False) -> BaseProcess:
    """A process that carries the move on, started."""
    process = _processes.Process(target=drive, args=(url, number, doom, fenced), daemon=True)
    process.start()
    return process


def finish(world: World, move: Move, *, fenced: bool = False) -> Move:
    """Another process carries the move on to its end."""
    driver, end = driver_on(world.store, fenced=fenced), time.monotonic() + PATIENCE
    while driver.advance(move.id) is not None:
        assert time.monotonic() < end
    return world.move(move.id)


def await_stop(process: BaseProcess) -> None:
    """Wait until the process has stopped itself."""
    end = time.monotonic() + PATIENCE
    while _state(process) != "T":
        assert time.monotonic() < end
        time.sleep(0.01)


def _state(process: BaseProcess) -> str:
    return Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fenced", [False, True], ids=["unfenced", "fenced"])
@pytest.mark.parametrize("where", ["before", "inside", "after"])
def test_2_a_driver_that_is_killed_between_any_two_stages_leaves_a_move_that_another_one_ends(
    real: World, database_url: str, where: str, fenced: bool
) -> None:
    target = VA_GOV
    for at in range(1, COMMITS[fenced] + 1):
        move = real.start(target, RX, ALERTS)
        process = doomed(database_url, move.id, Doom(at, where, signal.SIGKILL), fenced=fenced)
        process.join(PATIENCE)
        assert process.exitcode == -signal.SIGKILL, f"it was to die at commit {at}"
        assert finish(real, move, fenced=fenced).outcome is Outcome.DONE
        assert {row.owner for row in real.rows(RX, ALERTS).values()} == {target}
        target = target.other


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fenced", [False, True], ids=["unfenced", "fenced"])
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_stopped_driver_that_wakes_up_later_changes_nothing(
    real: World, database_url: str, where: str, fenced: bool
) -> None:
    target = VA_GOV
    for at in range(1, COMMITS[fenced] + 1):
        move = real.start(target, RX, ALERTS)
        process = doomed(database_url, move.id, Doom(at, where, signal.SIGSTOP), fenced=fenced)
        await_stop(process)
        assert finish(real, move, fenced=fenced).outcome is Outcome.DONE
        before = _everything(real)
        os.kill(process.pid or 0, signal.SIGCONT)
        process.join(PATIENCE)
        assert process.exitcode == 0
        assert _everything(real) == before
        target = target.other


@pytest.mark.timeout(120)
def test_a_driver_that_slept_over_a_call_off_and_another_move_changes_nothing(real: World, database_url: str) -> None:
    for at in range(3, COMMITS[False]):
        move = real.start(VA_GOV, RX, ALERTS)
        process = doomed(database_url, move.id, Doom(at, "before", signal.SIGSTOP))
        await_stop(process)
        if real.move(move.id).may_be_called_off:
            real.call_off(move.id)
        if real.row(RX).owner is MHV:
            assert finish(real, real.start(VA_GOV, RX, ALERTS)).outcome is Outcome.DONE
        assert finish(real, real.start(MHV, RX, ALERTS)).outcome is Outcome.DONE
        before = _everything(real)
        os.kill(process.pid or 0, signal.SIGCONT)
        process.join(PATIENCE)
        assert (process.exitcode, _everything(real)) == (0, before)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_freeze_whose_driver_was_killed_is_called_off_within_its_limit(
    real: World, database_url: str, where: str
) -> None:
    """Somebody else takes it over, and cannot bring it to its end: no fence can be told."""
    move = real.start(VA_GOV, RX, **limit(2))
    process = doomed(database_url, move.id, Doom(4, where, signal.SIGKILL))
    process.join(PATIENCE)
    began, driver = time.monotonic(), driver_on(real.store, fenced=True)
    for system in System:
        driver.systems[system].down = "It is asleep."  # type: ignore[attr-defined]  # a system in memory
    while driver.advance(move.id) is not None:
        assert time.monotonic() - began < PATIENCE
    assert real.move(move.id).outcome is Outcome.CALLED_OFF
    assert real.row(RX).route.write_to is MHV


def _everything(world: World) -> object:
    with world.store.reading() as unit:
        return unit.ledger.head(), unit.ownerships.all(), unit.moves.latest(100), unit.leases.all()
