"""Every error code of the product is explained in docs/errors.md, and nothing else is."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, Source, plant, sources

TABLE = "app/domain/refusals.py"
PAGE = "docs/errors.md"


def declared(root: Path) -> set[str]:
    """The keys of the table CODES. Raises when there is no such table."""
    for node in ast.parse((root / TABLE).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "CODES" and isinstance(node.value, ast.Dict):
            return {ast.literal_eval(key) for key in node.value.keys if key}
    raise LookupError(f"There is no table CODES in {TABLE}")


def explained(root: Path) -> set[str]:
    """The codes with a heading of their own, or a row in a table whose first column is headed `code`."""
    page = (root / PAGE).read_text(encoding="utf-8")
    tables = re.findall(r"^\| *code *\|.*\n((?:\|.*\n?)*)", page, re.MULTILINE)
    rows = (code for table in tables for code in re.findall(r"^\| *`([a-z_]+)`", table, re.MULTILINE))
    return {*rows, *re.findall(r"^#{1,6} +`([a-z_]+)`", page, re.MULTILINE)}


def refused_with(files: list[Source]) -> dict[str, str]:
    """Each code that a `Refusal` is made with, and where. Codes that are computed are not seen."""
    return {
        node.args[0].value: file.at(node)
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Refusal"
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


def test_every_error_code_is_explained() -> None:
    assert declared(ROOT) - explained(ROOT) == set()


def test_every_explained_error_code_exists() -> None:
    assert explained(ROOT) - declared(ROOT) == set()


def test_every_refusal_has_a_declared_code() -> None:
    used = refused_with(sources(ROOT, "app"))
    assert used, "no refusal was found: this rule would always be kept"
    assert {code: where for code, where in used.items() if code not in declared(ROOT)} == {}


def test_a_code_is_read_from_headings_and_tables_of_codes_only(tmp_path: Path) -> None:
    codes = "| code | why |\n|---|---|\n| `in_a_row` | see `in_a_cell` |\n| `in_the_next` | |\n"
    members = "| member | meaning |\n|---|---|\n| `a_member` | no code |\n"
    plant(tmp_path, PAGE, f"{members}\n{codes}\n### `in_a_heading`\n`in_a_text`\n")
    assert explained(tmp_path) == {"in_a_row", "in_the_next", "in_a_heading"}


def test_a_code_without_an_explanation_is_found(tmp_path: Path) -> None:
    plant(tmp_path, TABLE, "CODES: dict[str, int] = {'told': 1, 'untold': 2}")
    plant(tmp_path, PAGE, "## `told`\n## `gone`\n")
    assert declared(tmp_path) - explained(tmp_path) == {"untold"}
    assert explained(tmp_path) - declared(tmp_path) == {"gone"}


def test_a_missing_table_of_codes_is_an_error(tmp_path: Path) -> None:
    plant(tmp_path, TABLE, "OTHER: dict[str, int] = {}")
    with pytest.raises(LookupError, match="CODES"):
        declared(tmp_path)


def test_a_refusal_with_an_undeclared_code_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "app/a.py", "\nraise Refusal('made_up', 'It did.', 'Do.')\nraise refusals.Refusal('too', '', '')\n")
    assert refused_with(sources(tmp_path, "app")) == {"made_up": "app/a.py:2", "too": "app/a.py:3"}
