"""`cutover history check`: how it ends, what it prints for programs and for people, and what it refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.history.reading import LONGEST_LINE
from tests.domain.history.tape import KEY, Tape, moved_once
from tests.entrypoints.cli.running import Cutover, Line, Ran

FIELDS = {"events", "moves", "writes", "violations", "breaches", "undecidable", "lost"}
FIELDS |= {"acknowledged", "unknown", "accepted_by_both", "wrong_side", "moved", "undone", "asked_to_retry", "stuck"}
FIELDS |= {"pause_ms_p50", "pause_ms_p99", "pause_ms_max", "faults"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the recording of a test lies."""
    return tmp_path / "run.jsonl"


def check(cutover: Cutover, file: Path, tape: Tape, *options: str) -> Ran:
    """Check a recording."""
    file.write_bytes(b"".join(tape.text()))
    return cutover("history", "check", str(file), *options)


def test_a_clean_recording_ends_with_0_and_prints_one_json_object(cutover: Cutover, file: Path) -> None:
    ran = check(cutover, file, moved_once(), "--json")

    assert (ran.status, ran.err, ran.out.count("\n")) == (0, "", 1)
    assert ran.json.keys() >= FIELDS
    assert (ran.json["moves"], ran.json["writes"], ran.json["violations"], ran.json["clean"]) == (1, 3, 0, True)
    assert ran.json["events"] == len(file.read_bytes().splitlines()) - 1


def violated(tape: Tape) -> None:
    """A write on the wrong side."""
    tape.accept("mhv", "planted", 3, person="p9")


def undecided(tape: Tape) -> None:
    """An activation without marks."""
    tape.freeze()
    tape.activate(marks=None)


def lost(tape: Tape) -> None:
    """A record that is gone."""
    del tape.held["va_gov", KEY, "p2"]


def stuck(tape: Tape) -> None:
    """A freeze that nothing ends."""
    tape.freeze()


@pytest.mark.parametrize(
    ("plant", "name"), [(violated, "violations"), (undecided, "undecidable"), (lost, "lost"), (stuck, "stuck")]
)
def test_whatever_is_wrong_ends_with_1_and_a_sentence(cutover: Cutover, file: Path, plant: object, name: str) -> None:
    tape = moved_once()
    assert callable(plant)
    plant(tape)
    ran = check(cutover, file, tape, "--json")
    plain = check(cutover, file, tape)

    assert (ran.status, plain.status, ran.err) == (1, 1, "")
    assert ran.json[name] >= 1
    assert all(sentence in plain.out for sentence in ran.json["faults"])
    assert "NOT clean" in plain.out


def test_a_breach_alone_ends_with_0_and_is_told(cutover: Cutover, file: Path) -> None:
    tape = moved_once(assumptions="broken")
    violated(tape)
    ran = check(cutover, file, tape, "--json")

    assert (ran.status, ran.json["breaches"], len(ran.json["faults"])) == (0, 1, 1)


def test_without_json_it_speaks_to_people(cutover: Cutover, file: Path) -> None:
    ran = check(cutover, file, moved_once())

    assert ran.status == 0
    assert not ran.is_json
    assert "The recording is clean." in ran.out


def test_what_was_left_out_is_counted_for_people_too(cutover: Cutover, file: Path) -> None:
    tape = moved_once()
    for number in range(30):
        tape.accept("mhv", f"planted{number}", 3, person="p9")

    assert "… and 10 more." in check(cutover, file, tape).out


def test_it_needs_no_database_and_no_settings(cutover: Cutover, line: Line, file: Path) -> None:
    line.trouble = RuntimeError("nobody may ask")

    assert check(cutover, file, moved_once()).status == 0
    assert line.asked == []


@pytest.mark.parametrize("arguments", [[], ["--json"], ["a", "b"], ["a", "--jsno"]])
def test_wrong_usage_ends_with_2(cutover: Cutover, arguments: list[str]) -> None:
    ran = cutover("history", "check", *arguments)

    assert (ran.status, ran.out) == (2, "")


def test_a_file_that_is_not_there_and_a_folder_are_refused(cutover: Cutover, tmp_path: Path) -> None:
    for name in ("nothing.jsonl", "."):
        ran = cutover("history", "check", str(tmp_path / name), "--json")

        assert (ran.status, ran.out) == (1, "")
        assert "[recording_unreadable]" in ran.err


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"\x00\xff\x00", 1),
        (b'{"format": "cutover-history", "version": 1', 1),
        (b"x" * (LONGEST_LINE * 3), 1),
        (None, 16),
    ],
    ids=["empty", "binary", "cut header", "no line ends", "cut last line"],
)
def test_a_malformed_recording_is_refused_with_file_line_and_mend(
    cutover: Cutover, file: Path, content: bytes | None, line: int
) -> None:
    whole = b"".join(moved_once().text())
    file.write_bytes(whole[:-9] if content is None else content)
    ran = cutover("history", "check", str(file), "--json")

    assert (ran.status, ran.out) == (1, "")
    assert f"run.jsonl:{line}: " in ran.err
    assert "[recording_malformed]" in ran.err
    assert "Traceback" not in ran.err


def test_a_refusal_repeats_nothing_of_what_stands_in_the_line(cutover: Cutover, file: Path) -> None:
    tape = moved_once()
    tape.accept("mhv", "w9", 1, person="1012345678V123456", part="1012345678V123456")

    assert "1012345678" not in check(cutover, file, tape, "--json").err


def test_a_large_recording_is_read_line_by_line_and_judged(cutover: Cutover, file: Path) -> None:
    tape = moved_once()
    for number in range(3000):
        tape.save(f"many{number}", ("off", "each")[number % 2], person=f"p{number % 50}")
    ran = check(cutover, file, tape, "--json")

    assert (ran.status, ran.json["writes"]) == (0, 3003)
    assert ran.json["events"] > 9000


def test_the_installed_command_judges_without_any_setting(file: Path) -> None:
    file.write_bytes(b"".join(moved_once().text()))
    command = [str(Path(sys.executable).parent / "cutover"), "history", "check", str(file), "--json"]
    ran = subprocess.run(command, env={"PATH": os.defpath}, capture_output=True, text=True, timeout=50, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert '"clean": true' in ran.stdout
