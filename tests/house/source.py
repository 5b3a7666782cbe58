"""Reads Python files for the tests that check how the code is written."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVERYWHERE = ("app", "benchmarks", "client", "sandbox", "tests")


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root with forward slashes, its text, its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.stmt | ast.expr) -> str:
        """Where a node stands, as editors and terminals understand it."""
        return f"{self.path}:{node.lineno}"


def sources(root: Path, *folders: str) -> list[Source]:
    """Every Python file in these folders. Raises when there is none: a rule over no files would always be kept."""
    paths = sorted(path for folder in folders for path in (root / folder).rglob("*.py"))
    if not paths:
        raise FileNotFoundError(f"No Python file in {', '.join(folders)} under {root}")
    return [_source(path, root) for path in paths]


def _source(path: Path, root: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(root).as_posix(), text, ast.parse(text, path.as_posix()))


def plant(root: Path, path: str, text: str) -> Path:
    """Writes one file of a planted tree."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def mentions(source: Source) -> Iterator[tuple[str, str]]:
    """Each name that a file reaches, in full, and where: `now` of `from datetime import datetime as d; d.now()` is
    found as `datetime.datetime.now`. A name that was handed on in a variable is not followed."""
    known = dict(_imported(source.tree))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", source.at(node)) for alias in node.names)
        elif isinstance(node, ast.Attribute) and (name := _dotted(node, known)):
            yield name, source.at(node)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _dotted(node: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value, known)):
        return f"{before}.{node.attr}"
    return None
