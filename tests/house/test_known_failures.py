"""Each failure that others paid for has its tests, by the names that docs/known-failures.md gives."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "known-failures.md"
LATER = {25, 26}
MUST_BE_THERE = {*range(1, 48)} - LATER


def rows(text: str) -> list[tuple[int, str]]:
    """The number and the test of each row of the table."""
    found = re.findall(r"^\| (\d+) \|.*\| `([^`]+)` \|$", text, re.MULTILINE)
    return [(int(number), test) for number, test in found]


def is_there(test: str) -> bool:
    """Whether a test of this name stands in its file."""
    file, _, name = test.partition("::")
    path = ROOT / file
    return path.is_file() and re.search(rf"^def {re.escape(name)}\(", path.read_text(), re.MULTILINE) is not None


@pytest.mark.parametrize(("number", "test"), rows(TABLE.read_text()))
def test_the_test_of_a_known_failure_is_there(number: int, test: str) -> None:
    assert is_there(test), f"{number}: there is no {test}"


def test_every_failure_that_this_version_can_meet_is_in_the_table() -> None:
    assert {number for number, _ in rows(TABLE.read_text())} >= MUST_BE_THERE


def test_a_name_that_is_nowhere_is_found_out() -> None:
    assert not is_there("tests/house/test_known_failures.py::test_that_nobody_wrote")
    assert not is_there("tests/no_such_file.py::test_a_name_that_is_nowhere_is_found_out")
    assert is_there("tests/house/test_known_failures.py::test_a_name_that_is_nowhere_is_found_out")
