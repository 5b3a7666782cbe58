"""Every check that a plan can name is explained in docs/checks.md, and nothing else is."""

import re

import pytest

from app.services.checks.asking import known
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([a-z_]+)(?::[A-Z]+)?` \|.*\| (yes|no) \|$", PAGE, re.MULTILINE))
SECTIONS = dict(re.findall(r"^### `([a-z_]+)(?::[A-Z]+)?`\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL))


def test_the_table_and_the_sections_name_every_check_and_no_other() -> None:
    assert set(ROWS) == set(SECTIONS) == set(known())


@pytest.mark.parametrize("name", sorted(known()))
def test_a_checks_row_says_rightly_whether_it_is_asked_in_the_bake(name: str) -> None:
    assert ROWS[name] == ("yes" if known()[name].in_bake else "no")


@pytest.mark.parametrize("name", sorted(known()))
def test_a_checks_section_says_what_passes_and_what_fails(name: str) -> None:
    assert "**passes**" in SECTIONS[name]
    assert "**fails**" in SECTIONS[name]


@pytest.mark.parametrize("name", sorted(known()))
def test_a_check_that_asks_about_something_named_is_written_with_a_colon(name: str) -> None:
    asks_about = known()[name].asks_about
    assert (f"### `{name}:" in PAGE) == (asks_about is not None)
