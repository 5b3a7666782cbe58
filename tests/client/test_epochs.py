"""The epochs of a system: durable, locked among threads and processes, and not believed when damaged."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cutover_client import values
from cutover_client.admission import NEVER
from cutover_client.epochs import Epochs
from cutover_client.routes import Refused

KEY = "a_key"


def epochs(folder: Path, waits: float = 0.2) -> Epochs:
    return Epochs(folder / "epochs", raise_waits=waits, write_waits=waits)


def raised(held: Epochs, epoch: int, key: str = KEY) -> None:
    with held.raising([key]) as raises:
        raises.store(key, epoch)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_nothing_was_told_at_first_and_what_was_told_stays(tmp_path: Path) -> None:
    assert epochs(tmp_path).stored(KEY) == NEVER
    raised(epochs(tmp_path), 8)
    entered = epochs(tmp_path).enter(KEY)
    entered.leave()
    assert (entered.epoch, epochs(tmp_path).stored(KEY)) == (8, 8)
    assert epochs(tmp_path).stored("another") == NEVER


def test_threads_of_one_process_keep_each_other_out(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    entered = held.enter(KEY)
    assert code_of(lambda: raised(held, 2)) == "writes_under_way"
    assert held.stored(KEY) == NEVER
    entered.leave()
    raised(held, 2)
    assert held.stored(KEY) == 2


def test_writes_do_not_keep_each_other_out(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    both = [held.enter(KEY), held.enter(KEY)]
    for entered in both:
        entered.leave()


def test_one_preference_does_not_wait_for_another(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    entered = held.enter(KEY)
    raised(held, 3, "another")
    entered.leave()
    assert held.stored("another") == 3


def test_a_write_that_comes_while_a_raise_waits_waits_behind_it(tmp_path: Path) -> None:
    held = epochs(tmp_path, waits=20)
    older = held.enter(KEY)
    raising = threading.Thread(target=raised, args=(held, 5))
    raising.start()
    assert code_of(lambda: _until_refused(epochs(tmp_path))) == "writes_under_way"
    older.leave()
    raising.join()
    newer = held.enter(KEY)
    newer.leave()
    assert newer.epoch == 5


def _until_refused(held: Epochs) -> None:
    """Enter and leave until a raise waits."""
    while True:
        held.enter(KEY).leave()


def test_a_raise_that_gave_up_leaves_the_way_open(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    older = held.enter(KEY)
    assert code_of(lambda: raised(held, 5)) == "writes_under_way"
    newer = held.enter(KEY)
    assert newer.epoch == NEVER
    older.leave()
    newer.leave()


def test_of_several_preferences_none_is_raised_while_one_is_written(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    entered = held.enter("b")
    with pytest.raises(Refused), held.raising(["c", "b", "a"]):
        pytest.fail("one of them is being written")
    entered.leave()
    with held.raising(["c", "b", "a"]) as raises:
        assert raises.stored == {"a": NEVER, "b": NEVER, "c": NEVER}


def test_a_lock_is_given_back_when_the_block_of_a_raise_fails(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    with pytest.raises(ZeroDivisionError), held.raising([KEY]):
        raise ZeroDivisionError
    held.enter(KEY).leave()


def test_an_epoch_is_on_the_disk_before_its_name_and_its_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, done = epochs(tmp_path), list[str]()
    raised(held, 1)
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        done.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        real_sync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        done.append(f"name {target.name}")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    raised(held, 2)
    assert done == [f"sync {KEY}.new", f"name {KEY}.epoch", "sync epochs"]


@pytest.mark.parametrize(
    "text",
    ["", "8", "a_key 8\n", "a_key 8 00000000\n", "b_key 8 {sum}\n", "a_key 8 {sum}", "a_key ٨ {sum}\n", "\xff"],
)
def test_a_damaged_value_lets_nothing_pass(tmp_path: Path, text: str) -> None:
    held = epochs(tmp_path)
    raised(held, 8)
    value = tmp_path / "epochs" / f"{KEY}.epoch"
    told = value.read_text()
    value.write_bytes(text.format(sum=told.split()[2]).encode("latin-1", "replace"))
    assert code_of(lambda: held.enter(KEY)) == "epochs_unusable"
    assert code_of(lambda: raised(held, 9)) == "epochs_unusable"
    assert code_of(lambda: held.stored(KEY)) == "epochs_unusable"
    value.write_text(told)
    held.enter(KEY).leave()


@pytest.mark.parametrize("lost", ["epoch", "lock"])
def test_a_lost_file_lets_nothing_pass(tmp_path: Path, lost: str) -> None:
    held = epochs(tmp_path)
    raised(held, 8)
    (tmp_path / "epochs" / f"{KEY}.{lost}").unlink()
    assert code_of(lambda: held.enter(KEY)) == "epochs_unusable"
    assert code_of(lambda: raised(held, 9)) == "epochs_unusable"


def test_a_value_that_cannot_be_read_lets_nothing_pass(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    raised(held, 8)
    value = tmp_path / "epochs" / f"{KEY}.epoch"
    value.unlink()
    value.mkdir()
    assert code_of(lambda: held.enter(KEY)) == "epochs_unusable"


def test_a_beginning_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    values.write(tmp_path / "epochs" / f"{KEY}.epoch", NEVER)
    raised(held, 1)
    assert held.stored(KEY) == 1


@pytest.mark.parametrize("key", ["", "..", "../a", "a/b", "A", "a.b", "a\n", "1a", "a" * 101, "ä"])
def test_a_key_that_could_name_another_file_is_not_taken(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        epochs(tmp_path).enter(key)
    assert not list((tmp_path / "epochs").iterdir())


def test_a_child_of_a_fork_that_lets_go_does_not_open_its_parent_s_lock(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    entered = held.enter(KEY)
    child = os.fork()
    if child == 0:
        entered.leave()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert code_of(lambda: raised(held, 2)) == "writes_under_way"
    entered.leave()
    raised(held, 2)


def test_a_child_of_a_fork_does_not_keep_the_lock_that_its_parent_gave_back(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    entered = held.enter(KEY)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    entered.leave()
    try:
        raised(held, 2)
    finally:
        os.close(writing)
        os.close(reading)
        os.waitpid(child, 0)


def test_letting_go_twice_closes_nobody_else_s_file(tmp_path: Path) -> None:
    held = epochs(tmp_path)
    entered = held.enter(KEY)
    entered.leave()
    other: Any = held.enter(KEY)
    entered.leave()
    assert code_of(lambda: raised(held, 2)) == "writes_under_way"
    other.leave()
