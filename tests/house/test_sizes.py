"""Files and functions stay small enough to hold in the head, and take few arguments."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import EVERYWHERE, ROOT, Source, plant, sources

FILE_LINES = 300
FUNCTION_LINES = 40
ARGUMENTS = 5

# A migration is a list of tables in the words of Alembic: in pieces it could not be compared with the database.
LISTS = "app/adapters/database/migrations/versions/"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_files(files: list[Source]) -> list[str]:
    """Files of more than 300 lines."""
    counted = ((file.path, len(file.text.splitlines())) for file in files)
    return [f"{path} has {lines} lines" for path, lines in counted if lines > FILE_LINES]


def long_functions(files: list[Source]) -> list[str]:
    """Functions of more than 40 lines, from `def` to the last line."""
    return [
        f"{file.at(node)} {node.name} has {lines} lines"
        for file in files
        if not file.path.startswith(LISTS)
        for node in functions(file)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]


def many_arguments(files: list[Source]) -> list[str]:
    """Functions of more than five arguments. `self` and `cls` are not counted, keyword-only ones are."""
    return [
        f"{file.at(node)} {node.name} has {count} arguments"
        for file in files
        for node in functions(file)
        if (count := arguments(node)) > ARGUMENTS
    ]


def functions(file: Source) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    return (node for node in ast.walk(file.tree) if isinstance(node, Function))


def arguments(node: Function) -> int:
    """How many arguments a caller may give by position or name."""
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"])) + len(node.args.kwonlyargs)


def test_no_file_is_longer_than_300_lines() -> None:
    assert long_files(sources(ROOT, *EVERYWHERE)) == []


def test_no_function_is_longer_than_40_lines() -> None:
    assert long_functions(sources(ROOT, *EVERYWHERE)) == []


def test_no_function_takes_more_than_five_arguments() -> None:
    assert many_arguments(sources(ROOT, *EVERYWHERE)) == []


def test_a_file_of_301_lines_is_found_and_one_of_300_is_not(tmp_path: Path) -> None:
    plant(tmp_path, "app/long.py", "x = 1\n" * 301)
    plant(tmp_path, "app/fits.py", "x = 1\n" * 300)
    assert long_files(sources(tmp_path, "app")) == ["app/long.py has 301 lines"]


def test_a_function_of_41_lines_is_found_and_one_of_40_is_not(tmp_path: Path) -> None:
    plant(tmp_path, "app/a.py", "def long():\n" + "    x = 1\n" * 40 + "def fits():\n" + "    x = 1\n" * 39)
    assert long_functions(sources(tmp_path, "app")) == ["app/a.py:1 long has 41 lines"]


def test_a_long_method_inside_a_class_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "app/a.py", "class A:\n    async def long(self):\n" + "        x = 1\n" * 40)
    assert long_functions(sources(tmp_path, "app")) == ["app/a.py:2 long has 41 lines"]


def test_a_sixth_argument_is_found_also_when_it_is_keyword_only(tmp_path: Path) -> None:
    plant(tmp_path, "app/a.py", "def six(a, b, c, d, *, e, f): ...\ndef five(a, b, c, d, *, e): ...\n")
    assert many_arguments(sources(tmp_path, "app")) == ["app/a.py:1 six has 6 arguments"]


def test_self_is_not_counted_as_an_argument(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "app/a.py",
        "class A:\n    def five(self, a, b, c, d, e): ...\n    def six(self, a, b, c, d, e, f): ...\n",
    )
    assert many_arguments(sources(tmp_path, "app")) == ["app/a.py:3 six has 6 arguments"]
