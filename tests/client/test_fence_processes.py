"""A fence of several processes: a raise waits for what any of them has let pass before."""

import os
import random
import signal
import subprocess
import sys
import time
from ast import literal_eval
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.client.fenced import KEY, System, misplaced

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """See `tests.client.fenced_process`."""

    def __init__(self, folder: Path, *arguments: object) -> None:
        command = [sys.executable, "-m", "tests.client.fenced_process", str(folder), *map(str, arguments)]
        path = os.pathsep.join([str(ROOT), str(ROOT / "client")])
        self.popen = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}
        )

    def said(self) -> str:
        """The next line."""
        assert self.popen.stdout
        return self.popen.stdout.readline().strip()

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.popen.kill()
        self.popen.wait()
        if self.popen.stdout:
            self.popen.stdout.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts processes on the folder of the test; none outlives it."""
    with ExitStack() as closing:

        def starting(*arguments: object) -> Process:
            process = Process(tmp_path, *arguments)
            closing.callback(process.kill)
            return process

        yield starting


def test_36_of_many_processes_no_write_of_an_older_epoch_lands_below_a_mark(
    tmp_path: Path, start: Callable[..., Process]
) -> None:
    system, last = System(tmp_path, raise_waits=10), 15
    (tmp_path / "now").write_text("1")
    writers = [start("write") for _ in range(3)]
    assert [writer.said() for writer in writers] == ["ready"] * 3
    for epoch in range(1, last + 1):
        # Half of the raises come before the writers hear of the epoch, half of the epochs come with a write.
        if epoch % 2:
            assert system.raise_to(epoch).status == 200
        hint = tmp_path / "hint"
        hint.write_text(str(epoch))
        hint.replace(tmp_path / "now")
        time.sleep(random.uniform(0.1, 0.3))
    (tmp_path / "stop").touch()
    counts = [literal_eval(writer.said()) for writer in writers]
    lines = system.lines()
    assert misplaced(lines) == []
    assert {f"mark {epoch}" for epoch in range(1, last + 1, 2)} <= set(lines), "each raise was marked"
    assert len({line for line in lines if line.startswith("accept")}) > last // 2, "hardly anything was written"
    assert sum(count.get(200, 0) for count in counts) == sum(line.startswith("accept") for line in lines)
    assert sum(count.get(409, 0) for count in counts), "no write was ever late: nothing was tried"


def test_a_stream_of_writes_does_not_keep_a_raise_from_its_turn(tmp_path: Path, start: Callable[..., Process]) -> None:
    system = System(tmp_path, raise_waits=10)
    (tmp_path / "now").write_text("1000")
    writers = [start("write") for _ in range(3)]
    assert [writer.said() for writer in writers] == ["ready"] * 3
    while "accept 1000" not in system.lines():
        time.sleep(0.01)
    for _ in range(20):
        assert system.raise_to(1000).status == 200
    (tmp_path / "stop").touch()
    for writer in writers:
        assert set(literal_eval(writer.said())) == {200}


def test_a_stopped_write_delays_the_raise_and_lands_above_its_mark(
    tmp_path: Path, start: Callable[..., Process]
) -> None:
    system = System(tmp_path, raise_waits=0.3)
    system.raise_to(7)
    writer = start("stall", 7)
    assert writer.said() == "inside"
    writer.popen.send_signal(signal.SIGSTOP)
    answer = system.raise_to(8)
    assert (answer.status, answer.json()["code"], system.epochs.stored(KEY)) == (503, "writes_under_way", 7)
    (tmp_path / "go").touch()
    writer.popen.send_signal(signal.SIGCONT)
    assert writer.said() == "200"
    assert system.raise_to(8).status == 200
    assert system.lines() == ["mark 7", "accept 7", "mark 8"]


def test_a_killed_process_gives_its_lock_back_and_writes_nothing_more(
    tmp_path: Path, start: Callable[..., Process]
) -> None:
    system = System(tmp_path, raise_waits=0.3)
    system.raise_to(7)
    writer = start("stall", 7)
    assert writer.said() == "inside"
    assert system.raise_to(8).status == 503
    writer.kill()
    assert system.raise_to(8).status == 200
    assert system.lines() == ["mark 7", "mark 8"]


def test_every_confirmed_epoch_outlives_a_kill(tmp_path: Path, start: Callable[..., Process]) -> None:
    confirmed = 0
    for _ in range(5):
        raiser = start("raise", confirmed + 1)
        for _ in range(random.randrange(1, 6)):
            confirmed = int(raiser.said())
        time.sleep(random.uniform(0, 0.02))
        raiser.popen.kill()
        said = raiser.popen.communicate()[0].split()
        confirmed = int(said[-1]) if said else confirmed
        stored = System(tmp_path).epochs.stored(KEY)
        assert confirmed <= stored <= confirmed + 1
        assert System(tmp_path).write(confirmed - 1).status == 409
        assert System(tmp_path).write(stored).status == 200
        confirmed = stored
