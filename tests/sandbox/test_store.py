"""The file of a system: an effect and its line stand or fall together, and the log has no gaps."""

import multiprocessing
import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.log import Accept, Entry, Mark, read_contents, read_log
from sandbox.people import hashed
from sandbox.processes import running
from sandbox.store import Origin, OtherOrigin, Record, Store, create
from tests.sandbox.callers import RX, MhvCaller, Target, new_id

ORIGIN = Origin("mhv", people=10, seed=1, salt="salt")
PERSON = 1_000_001
WHO = (hashed("salt", PERSON), "mhv_newsletter")


def made(folder: Path) -> Path:
    file = folder / "system.db"
    create(file, ORIGIN, lambda: [Record(PERSON, "newsletter", False, "mhv_newsletter")])
    return file


def write(store: Store, write_id: str, value: bool = True) -> None:
    line = Accept("write", "mhv_newsletter", store.hashed(PERSON), write_id, 1, "choice", value, None)
    with store.change() as change:
        change.put([Record(PERSON, "newsletter", value, "mhv_newsletter", write_id)], line)


def write_many(file: Path, name: str, count: int) -> None:
    store = Store(file)
    for number in range(count):
        write(store, f"{name}-{number}")


def write_and_die(file: Path) -> None:
    write(Store(file, between=lambda: os.kill(os.getpid(), signal.SIGKILL)), "never")


def in_processes(count: int, target: Callable[..., None], *arguments: object) -> list[int | None]:
    """Run it in several processes at once; their exit codes."""
    context = multiprocessing.get_context("spawn")
    started = [context.Process(target=target, args=(*arguments, *extra)) for extra in _names(count, target)]
    for process in started:
        process.start()
    for process in started:
        process.join(50)
    return [process.exitcode for process in started]


def _names(count: int, target: Callable[..., None]) -> list[tuple[object, ...]]:
    return [(f"writer-{number}", 100) if target is write_many else () for number in range(count)]


def test_an_effect_and_its_line_stand_together(tmp_path: Path) -> None:
    file = made(tmp_path)
    write(Store(file), "one")
    assert read_contents(file)[WHO].write_id == "one"
    assert [entry.line.write_id for entry in read_log(file) if isinstance(entry.line, Accept)] == ["one"]


def test_a_process_that_dies_between_effect_and_line_leaves_neither(tmp_path: Path) -> None:
    file = made(tmp_path)
    assert in_processes(1, write_and_die, file) == [-signal.SIGKILL]
    assert read_contents(file)[WHO].write_id is None
    assert list(read_log(file)) == []


def test_after_such_a_death_the_sequence_goes_on_without_a_gap(tmp_path: Path) -> None:
    file = made(tmp_path)
    write(Store(file), "before")
    in_processes(1, write_and_die, file)
    write(Store(file), "after")
    assert [entry.sequence for entry in read_log(file)] == [1, 2]


def test_an_error_in_a_transaction_undoes_all_of_it(tmp_path: Path) -> None:
    file = made(tmp_path)
    store = Store(file, between=lambda: (_ for _ in ()).throw(RuntimeError("planted")))
    with pytest.raises(RuntimeError, match="planted"):
        write(store, "never")
    assert read_contents(file)[WHO].write_id is None
    write(Store(file), "next")
    assert [entry.sequence for entry in read_log(file)] == [1]


def test_writers_in_several_processes_leave_no_gap_and_lose_no_line(tmp_path: Path) -> None:
    file = made(tmp_path)
    assert in_processes(3, write_many, file) == [0, 0, 0]
    entries = list(read_log(file))
    assert [entry.sequence for entry in entries] == list(range(1, 301))
    names = [entry.line.write_id for entry in entries if isinstance(entry.line, Accept)]
    assert sorted(map(str, names)) == sorted(
        f"writer-{process}-{number}" for process in range(3) for number in range(100)
    )
    assert read_contents(file)[WHO].write_id == names[-1]


def test_calls_to_several_processes_and_threads_leave_no_gap_either(tmp_path: Path) -> None:
    file = tmp_path / "mhv.db"
    with ExitStack() as closing:
        urls = [closing.enter_context(running("mhv", file, people=8)).url for _ in range(2)]
        callers = [MhvCaller(Target(url, file), number) for url in urls for number in range(4)]
        with ThreadPoolExecutor(8) as pool:
            sent = [pool.submit(caller.ask, "POST", RX, {"flag": True}, write_id=new_id()) for caller in callers * 10]
            assert {one.result().status_code for one in sent} == {200}
    assert [entry.sequence for entry in read_log(file)] == list(range(1, 81))


def test_several_makers_of_the_same_file_at_once_make_one(tmp_path: Path) -> None:
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        errors: list[BaseException] = []
        threads = [threading.Thread(target=_make, args=(folder, errors)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert len(read_contents(folder / "system.db")) == 1


def _make(folder: Path, errors: list[BaseException]) -> None:
    try:
        made(folder)
    except (sqlite3.Error, OtherOrigin) as error:
        errors.append(error)


@pytest.mark.parametrize(
    "other",
    [
        Origin("va_profile", 10, 1, "salt"),
        Origin("mhv", 11, 1, "salt"),
        Origin("mhv", 10, 2, "salt"),
        Origin("mhv", 10, 1, "pepper"),
    ],
)
def test_a_file_made_for_something_else_is_refused(tmp_path: Path, other: Origin) -> None:
    file = made(tmp_path)
    with pytest.raises(OtherOrigin, match=r"system\.db"):
        create(file, other, list)


def test_a_file_that_is_none_of_ours_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "system.db"
    file.write_text("something else altogether, and long enough to be a header of anything" * 20)
    before = file.read_bytes()
    with pytest.raises(OtherOrigin, match="cannot be read"):
        create(file, ORIGIN, list)
    assert file.read_bytes() == before


def test_a_file_keeps_what_it_holds_when_it_is_opened_again(tmp_path: Path) -> None:
    file = made(tmp_path)
    write(Store(file), "one")
    create(file, Origin("mhv", 10, 1), list)
    assert read_contents(file)[WHO].write_id == "one"
    assert Store(file).salt == "salt"


def test_an_auditor_finds_an_error_where_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        list(read_log(tmp_path / "missing.db"))
    assert not (tmp_path / "missing.db").exists()


def test_a_log_is_read_as_it_was_when_reading_began(tmp_path: Path) -> None:
    file = made(tmp_path)
    store = Store(file)
    with store.change() as change:
        numbers = [change.log(Mark("mhv_newsletter", epoch)) for epoch in (1, 2, 3)]
    reading = read_log(file)
    first = next(reading)
    write(store, "later")
    assert [first, *reading] == [Entry(number, Mark("mhv_newsletter", number)) for number in numbers]
