"""A file is named after what is in it, and a package's own file holds nothing to trip over."""

import ast
from pathlib import Path, PurePosixPath

from tests.house.source import EVERYWHERE, ROOT, Source, plant, sources

# A name under which anything fits collects everything.
SAYING_NOTHING = {
    *("util", "utils", "utility", "utilities", "helper", "helpers", "common", "misc", "stuff"),
    *("manager", "managers", "processor", "processors"),
}


def names_that_say_nothing(files: list[Source]) -> list[str]:
    """Files whose name, or the name of a folder above, has such a word in it."""
    return [
        file.path
        for file in files
        if any(word in SAYING_NOTHING for part in PurePosixPath(file.path).parts for word in _words(part))
    ]


def _words(part: str) -> list[str]:
    return part.removesuffix(".py").lower().split("_")


def packages_with_code(files: list[Source]) -> list[str]:
    """`__init__.py` files that hold anything but a docstring, or no docstring."""
    return [file.path for file in files if file.path.endswith("/__init__.py") and not _only_a_docstring(file.tree)]


def _only_a_docstring(tree: ast.Module) -> bool:
    return len(tree.body) == 1 and ast.get_docstring(tree) is not None


def undocumented(files: list[Source]) -> list[str]:
    """Modules that do not begin with a docstring."""
    return [file.path for file in files if not ast.get_docstring(file.tree)]


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert names_that_say_nothing(sources(ROOT, *EVERYWHERE)) == []


def test_a_package_holds_only_its_docstring() -> None:
    assert packages_with_code(sources(ROOT, *EVERYWHERE)) == []


def test_every_module_begins_by_saying_what_it_is() -> None:
    assert undocumented(sources(ROOT, *EVERYWHERE)) == []


def test_a_name_that_says_nothing_is_found_in_files_and_folders(tmp_path: Path) -> None:
    for path in ("app/utils.py", "app/lease_manager.py", "app/common/leases.py", "app/leases.py", "app/commonplace.py"):
        plant(tmp_path, path, "")
    found = names_that_say_nothing(sources(tmp_path, "app"))
    assert found == ["app/common/leases.py", "app/lease_manager.py", "app/utils.py"]


def test_code_in_a_package_file_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "app/a/__init__.py", '"""A."""\nfrom app.a.b import c\n')
    plant(tmp_path, "app/b/__init__.py", "")
    plant(tmp_path, "app/c/__init__.py", '"""C."""\n')
    assert packages_with_code(sources(tmp_path, "app")) == ["app/a/__init__.py", "app/b/__init__.py"]


def test_a_module_without_a_docstring_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "app/a.py", "# A.\nx = 1\n")
    plant(tmp_path, "app/b.py", '"""B."""\nx = 1\n')
    assert undocumented(sources(tmp_path, "app")) == ["app/a.py"]
