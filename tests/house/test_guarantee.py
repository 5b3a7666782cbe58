"""No promise without a test: what docs/guarantee.md names is there."""

import re

import pytest

from tests.house.source import ROOT
from tests.house.test_known_failures import is_there

TEXT = (ROOT / "docs" / "guarantee.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[^`]+)`", TEXT)


def promises() -> list[str]:
    """The rows of the two tables of promises."""
    parts = TEXT.split("\n## ")
    tables = [part for part in parts if part.startswith(("What is promised to whom", "How each part is kept"))]
    return [row for part in tables for row in part.splitlines() if row.startswith("|") and not row.startswith("|--")]


@pytest.mark.parametrize("test", sorted(set(NAMED)))
def test_the_test_of_a_promise_is_there(test: str) -> None:
    assert is_there(test) if "::" in test else (ROOT / test).is_file(), f"there is no {test}"


def test_every_promise_names_its_test() -> None:
    rows = [row for row in promises() if not row.endswith("| shown by |")]
    assert len(rows) > 30
    assert [row for row in rows if "`tests/" not in row.split("|")[-2]] == []
