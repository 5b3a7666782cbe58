"""Local times become moments in two files only, so that no two places disagree on when a window is open."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, Source, plant, sources

AT_HOME = {"app/domain/zones.py", "app/domain/windows.py"}
METHODS = {"combine", "localize", "mktime"}


def local_times(files: list[Source]) -> list[str]:
    """Where another file makes a moment of a local time, or asks for the zone of the machine."""
    return [
        f"{file.at(node)} {name}"
        for file in files
        if file.path not in AT_HOME
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        for name in _wrong_call(node)
    ]


def _wrong_call(call: ast.Call) -> Iterator[str]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if called in METHODS or (called == "astimezone" and not (call.args or call.keywords)):
        yield called
    for given in call.keywords:
        if given.arg == "tzinfo" and ast.unparse(given.value) not in {"UTC", "None"}:
            yield f"tzinfo={ast.unparse(given.value)}"


def test_20_a_local_time_becomes_a_moment_in_one_place() -> None:
    assert local_times(sources(ROOT, "app")) == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("due = written.replace(tzinfo=place)", "tzinfo=place"),
        ("due = datetime(2027, 3, 2, tzinfo=ZoneInfo('America/New_York'))", "tzinfo=ZoneInfo('America/New_York')"),
        ("due = datetime.combine(day, time(2))", "combine"),
        ("due = written.astimezone()", "astimezone"),
        ("due = time.mktime(written.timetuple())", "mktime"),
    ],
)
def test_a_second_table_of_local_times_is_found(tmp_path: Path, line: str, name: str) -> None:
    plant(tmp_path, "app/services/again.py", line)
    plant(tmp_path, "app/domain/windows.py", line)
    assert local_times(sources(tmp_path, "app")) == [f"app/services/again.py:1 {name}"]


def test_a_moment_may_be_stored_in_utc_and_shown_in_a_zone(tmp_path: Path) -> None:
    plant(tmp_path, "app/a.py", "x = read.replace(tzinfo=UTC).astimezone(place).replace(tzinfo=None)\n")
    assert local_times(sources(tmp_path, "app")) == []
