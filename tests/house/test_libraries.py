"""What is imported is listed, what is listed is imported, and each library has one home."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.house.source import ROOT, Source, plant, sources

OURS = {"app", "benchmarks", "client", "cutover_client", "sandbox", "tests", "wsgi"}
INNER = ("app/domain/", "app/services/")

NOT_IMPORTED = {
    "tzdata": "zoneinfo reads it where the system has no time zones",
}


def listed(requirements: Path) -> set[str]:
    """The distributions that a requirements file asks for, in normal form."""
    lines = (line.partition("#")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines())
    return {_normal(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines if line and not line.startswith("-")}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def third_party(file: Source) -> Iterator[tuple[str, str]]:
    """Each import of something that is neither ours nor Python's: its first name, and where."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            for name in (name.partition(".")[0] for name in names):
                if name not in OURS and name not in sys.stdlib_module_names:
                    yield name, file.at(node)


def unlisted(files: list[Source], wanted: set[str], providers: Mapping[str, Sequence[str]]) -> list[str]:
    """Imports of what comes only because something else needs it, and would vanish when that stops."""
    return [
        f"{where} {name}"
        for file in files
        for name, where in third_party(file)
        if not wanted & {_normal(each) for each in providers.get(name, [])}
    ]


def unused(files: list[Source], wanted: set[str], providers: Mapping[str, Sequence[str]]) -> set[str]:
    """What is listed and imported nowhere."""
    names = {name for file in files for name, _ in third_party(file)}
    return wanted - {_normal(each) for name in names for each in providers.get(name, [])}


def homeless(pyproject: Path, wanted: set[str], providers: Mapping[str, Sequence[str]]) -> set[str]:
    """What is listed and named by no contract that says where it may be imported."""
    contracts = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    named = {name for contract in contracts for name in contract.get("forbidden_modules", [])}
    return wanted - {_normal(each) for name in named for each in providers.get(name, [])}


def inner_imports(files: list[Source]) -> list[str]:
    """Third-party imports of the domain and the services."""
    return [f"{where} {name}" for file in files if file.path.startswith(INNER) for name, where in third_party(file)]


def test_every_library_that_the_product_imports_is_listed() -> None:
    assert unlisted(sources(ROOT, "app"), listed(ROOT / "requirements.in"), packages_distributions()) == []


def test_every_listed_library_is_imported() -> None:
    wanted = listed(ROOT / "requirements.in")
    # Equality: an allowance that is no longer needed fails too.
    assert unused(sources(ROOT, "app", "client", "sandbox"), wanted, packages_distributions()) == set(NOT_IMPORTED)


def test_every_listed_library_has_one_home() -> None:
    found = homeless(ROOT / "pyproject.toml", listed(ROOT / "requirements.in"), packages_distributions())
    assert found == {"tzdata"}, "every library but this, which is data without code"


def test_domain_and_services_import_no_library() -> None:
    assert inner_imports(sources(ROOT, "app")) == []


PROVIDERS = {"flask": ["Flask"], "yaml": ["PyYAML"], "dotty": ["dotty.dict"]}


def test_names_in_a_requirements_file_are_read_in_normal_form(tmp_path: Path) -> None:
    text = "# a comment\n-c other.txt\nFlask>=3  # pages\npsycopg[binary]\nDotty_dict ; python_version > '3'\n"
    assert listed(plant(tmp_path, "requirements.in", text)) == {"flask", "psycopg", "dotty-dict"}


def test_an_unlisted_import_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "app/a.py", "import os\nfrom flask import Flask\ndef f():\n    import yaml.nodes\nimport app.b\n")
    assert unlisted(sources(tmp_path, "app"), {"flask"}, PROVIDERS) == ["app/a.py:4 yaml"]


def test_an_import_that_no_distribution_provides_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "app/a.py", "import nowhere\n")
    assert unlisted(sources(tmp_path, "app"), {"flask"}, PROVIDERS) == ["app/a.py:1 nowhere"]


def test_a_listed_library_that_is_never_imported_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "app/a.py", "import dotty\n")
    assert unused(sources(tmp_path, "app"), {"flask", "dotty-dict"}, PROVIDERS) == {"flask"}


def test_a_listed_library_without_a_home_is_found(tmp_path: Path) -> None:
    contract = '[[tool.importlinter.contracts]]\nforbidden_modules = ["flask"]\n'
    pyproject = plant(tmp_path, "pyproject.toml", contract)
    assert homeless(pyproject, {"flask", "pyyaml"}, PROVIDERS) == {"pyyaml"}


def test_a_library_in_the_domain_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "app/domain/a.py", "import yaml\n")
    plant(tmp_path, "app/adapters/a.py", "import yaml\n")
    assert inner_imports(sources(tmp_path, "app")) == ["app/domain/a.py:1 yaml"]
