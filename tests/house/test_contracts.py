"""Each contract on who may import whom is kept by the product, and is broken by a tree that breaks it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.source import ROOT, plant

PURE = [f"cutover_client.{name}" for name in ("admission", "elapsed", "spans", "routes", "grants", "holding")]
BREACHES = {
    "app.domain.a": "import app.services.a, cutover_client.wire.a",
    "app.domain.history.a": "import app.domain.a",
    "app.services.a": "import sandbox.a",
    "app.entrypoints.a": "import sqlalchemy, requests, apscheduler, structlog, granian, UnleashClient, jwt, icalendar",
    "app.entrypoints.b": "import authlib, tomlkit",
    "app.settings": "import app.adapters.a",
    "app.bootstrap": "",
    "app.adapters.a": "import flask, app.adapters.b",
    "app.adapters.b": "",
    "cutover_client.a": "import app.domain.a, flask, requests",
    "cutover_client.client": "import jwt",
    "cutover_client.keeping": "",
    "cutover_client.wire.a": "",
    **dict.fromkeys(PURE, "import requests"),
    "sandbox.a": "import app.domain.a",
}
ALLOWED = {
    "app.domain.a": "import datetime, cutover_client.grants",
    "app.domain.history.a": "import json",
    "app.domain.history.b": "import app.domain.history.a",
    "app.services.a": "import app.domain.a",
    "app.entrypoints.a": "import app.services.a, flask, werkzeug, apiflask, pydantic, click, rich",
    "app.entrypoints.ical": "import icalendar",
    "app.settings": "import app.services.a",
    "app.bootstrap": "import app.settings, app.entrypoints.a, app.adapters.logs, app.adapters.mhv.a, app.domain.a",
    "app.adapters.database.a": "import app.services.a, sqlalchemy, alembic, psycopg",
    "app.adapters.files.a": "import tomlkit",
    "app.adapters.http.a": "import requests, urllib3, cutover_client.wire.a",
    "app.adapters.logs": "import structlog",
    "app.adapters.mhv.a": "import app.adapters.http.a, requests",
    "app.adapters.oidc.a": "import authlib, joserfc",
    "app.adapters.serving": "import granian",
    "app.adapters.ticking": "import apscheduler",
    "app.adapters.unleash.a": "import UnleashClient",
    "app.adapters.va_profile.a": "import app.adapters.http.a",
    "app.adapters.keys": "import jwt, cryptography",
    "cutover_client.a": "import jwt, cutover_client.grants",
    "cutover_client.client": "import cutover_client.wire.a",
    "cutover_client.keeping": "import cutover_client.wire.a, cutover_client.holding",
    "cutover_client.wire.a": "import requests, urllib3",
    **dict.fromkeys(PURE, "import math"),
    "sandbox.a": "import flask, rich, cutover_client.a",
}


def judge(root: Path) -> str:
    """What import-linter says about a tree. Its cache would answer for another tree: it is not used."""
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache", "--no-logo"], cwd=root, check=False, capture_output=True, text=True)
    return done.stdout + done.stderr


def grow(root: Path, modules: dict[str, str]) -> None:
    """Plants a tree of modules under the contracts of this project."""
    shutil.copy(ROOT / "pyproject.toml", root)
    for name, text in modules.items():
        *packages, _ = parts = name.split(".")
        for depth in range(1, len(packages) + 1):
            plant(root, "/".join([*parts[:depth], "__init__.py"]), "")
        plant(root, "/".join(parts) + ".py", text)


def contracts() -> list[str]:
    """The names of the contracts."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    return [table["name"] for table in tables]


@pytest.fixture(scope="module")
def verdict_on_breaches(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One run over a tree in which every contract is broken."""
    root = tmp_path_factory.mktemp("breaches")
    grow(root, BREACHES)
    return " ".join(judge(root).split())


@pytest.mark.parametrize("name", contracts())
def test_a_broken_contract_is_found(verdict_on_breaches: str, name: str) -> None:
    assert f"{name} BROKEN" in verdict_on_breaches


def test_a_tree_as_it_is_meant_keeps_every_contract(tmp_path: Path) -> None:
    grow(tmp_path, ALLOWED)
    assert f"Contracts: {len(contracts())} kept, 0 broken." in judge(tmp_path)


def test_a_part_outside_the_layers_is_found(tmp_path: Path) -> None:
    grow(tmp_path, {**ALLOWED, "app.drawer": ""})
    assert "0 broken" not in judge(tmp_path)
