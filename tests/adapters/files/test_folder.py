"""Whatever stands in the folders, it is read, left alone on purpose, or told as a fault."""

import os
from pathlib import Path

import pytest

from app.adapters.files.catalogue import load
from tests.domain.file_texts import PREFERENCE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good file."""
    flags = tmp_path / "flags"
    flags.mkdir()
    (flags / "reports.toml").write_bytes(PREFERENCE.encode())
    return flags


def test_a_good_folder_gives_preferences_and_their_texts(folder: Path) -> None:
    loaded = load(folder, "production")
    assert set(loaded.preferences) == {"reports"}
    assert loaded.texts == {"reports": PREFERENCE}
    assert loaded.faults == []


@pytest.mark.parametrize(
    "name", ["README.md", "letters.toml~", "letters.toml.bak", ".letters.toml.swp", ".#letters.toml", "#letters.toml#"]
)
def test_other_files_and_what_editors_leave_are_not_read(folder: Path, name: str) -> None:
    (folder / name).write_text("no toml")
    assert load(folder, "production").faults == []


@pytest.mark.parametrize("name", ["letters.TOML", "letters.Toml"])
def test_a_name_that_only_some_machines_would_take_is_a_fault(folder: Path, name: str) -> None:
    (folder / name).write_text(PREFERENCE)
    (fault,) = load(folder, "production").faults
    assert fault.file == f"flags/{name}"
    assert fault.mend == "Name it letters.toml."


# what the file holds, the line and words of the fault
CONTENTS = [
    (b"", None, "empty"),
    (b"\n \r\n", None, "empty"),
    (b'title = "ok"\n\xff = 1\n', 2, "not UTF-8"),
    ('title = "naïve"\n'.encode("latin-1"), 1, "not UTF-8"),
    (PREFERENCE.encode("utf-16"), 1, "not UTF-8"),
    (b'title = "a\x00b"\n', 1, "not TOML"),
    (b"\x00" * 100, 1, "not TOML"),
    (b"# " + b"x\n# " * 100_000, None, "256 KiB"),
    (b"a = [" * 300, 1, "not TOML"),
    (b"a = " + b"[\n" * 50_000, None, "brackets"),
    (b"a = 1 " * 10_000, 1, "2000 characters"),
]


@pytest.mark.parametrize(("content", "line", "words"), CONTENTS)
def test_a_file_that_cannot_be_read_is_a_fault_and_takes_no_other_with_it(
    folder: Path, content: bytes, line: int | None, words: str
) -> None:
    (folder / "letters.toml").write_bytes(content)
    loaded = load(folder, "production")
    assert set(loaded.preferences) == set(loaded.texts) == {"reports"}
    assert [(fault.file, fault.line) for fault in loaded.faults] == [("flags/letters.toml", line)]
    assert words in loaded.faults[0].what


def test_a_file_just_small_enough_is_read(folder: Path) -> None:
    filled = PREFERENCE + "# x\n" * 70_000
    (folder / "reports.toml").write_text(filled[: 256 * 1024])
    assert set(load(folder, "production").preferences) == {"reports"}


def test_a_folder_in_the_place_of_a_file_is_a_fault(folder: Path) -> None:
    (folder / "letters.toml").mkdir()
    (fault,) = load(folder, "production").faults
    assert "not a file" in fault.what


def test_a_link_that_leads_nowhere_is_a_fault(folder: Path) -> None:
    (folder / "letters.toml").symlink_to(folder / "gone")
    (fault,) = load(folder, "production").faults
    assert fault.file == "flags/letters.toml"


def test_a_pipe_in_the_place_of_a_file_is_a_fault_and_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "letters.toml")
    (fault,) = load(folder, "production").faults
    assert "not a file" in fault.what


def test_a_file_that_may_not_be_read_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (fault,) = load(folder, "production").faults
    assert fault.what == "It cannot be read: permission denied."


@pytest.mark.parametrize("name", ["gone", "flags/reports.toml"])
def test_a_folder_that_is_not_there_is_a_fault(folder: Path, name: str) -> None:
    loaded = load(folder.parent / name, "production")
    assert (loaded.preferences, loaded.texts) == ({}, {})
    assert [fault.file for fault in loaded.faults] == [name.rpartition("/")[2]]


def test_a_name_that_is_no_text_is_a_fault_that_can_be_printed(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n.toml")).write_text(PREFERENCE)
    (fault,) = load(folder, "production").faults
    assert str(fault).encode().isascii()
    assert "\n" not in str(fault)


def test_reading_changes_no_file(folder: Path) -> None:
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    load(folder, "production")
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before
