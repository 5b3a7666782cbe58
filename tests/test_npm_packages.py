"""What comes from npm is what the lock says, or it is not there; and what the step before the tests installs."""

import json
import shutil
from pathlib import Path

import pytest

from tests import chromium, npm_packages, system_packages
from tests.npm_packages import DECIDING, ROOT, InstallFailed, axe, install, unleash_server


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with this project's lock, and an npm that puts both packages there and downloads nothing."""
    for name in DECIDING:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    files = "node_modules/unleash-server/dist/server.js node_modules/axe-core/axe.min.js"
    puts = f"for f in {files}; do mkdir -p $(dirname $f) && touch $f; done; echo npm $* >> called"
    _program(tmp_path / "bin" / "npm", puts)
    _program(tmp_path / "bin" / "node", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    return tmp_path


def _program(path: Path, script: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_what_npm_installed_is_found_and_a_changed_lock_makes_it_old(root: Path) -> None:
    assert (unleash_server(root), axe(root)) == (None, None)
    install(root)
    assert unleash_server(root) == (
        str(root / "bin" / "node"),
        str(root / "node_modules/unleash-server/dist/server.js"),
    )
    assert axe(root) == root / "node_modules/axe-core/axe.min.js"
    (root / "package-lock.json").write_text("{}")
    assert (unleash_server(root), axe(root)) == (None, None)


def test_no_script_of_a_package_is_run_and_nothing_optional_is_taken(root: Path) -> None:
    install(root)
    told = (root / "called").read_text()
    assert told.startswith("npm ci ")
    assert "--ignore-scripts" in told
    assert "--omit=optional" in told


def test_an_installation_that_failed_is_told_in_npms_words_and_leaves_nothing_to_be_found(root: Path) -> None:
    _program(root / "bin" / "npm", "mkdir -p node_modules; echo out of everything >&2; exit 1")
    with pytest.raises(InstallFailed, match="out of everything"):
        install(root)
    assert unleash_server(root) is None


def test_the_step_before_the_tests_installs_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm_packages, "unleash_server", lambda: unleash_server(root))
    monkeypatch.setattr(npm_packages, "axe", lambda: axe(root))
    monkeypatch.setattr(npm_packages, "install", lambda: install(root))
    system_packages.main()
    system_packages.main()
    assert (root / "called").read_text().count("npm ci") == 1


def test_without_npm_the_step_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(npm_packages, "has_npm", lambda: False)
    monkeypatch.setattr(system_packages, "welcome", lambda: False)
    system_packages.main()
    assert "apt-get install nodejs npm" in capsys.readouterr().out


def test_without_chromium_the_step_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chromium, "NAMES", ("no such browser",))
    monkeypatch.setattr(npm_packages, "has_npm", lambda: False)
    monkeypatch.setattr(system_packages, "welcome", lambda: False)
    system_packages.main()
    assert "apt-get install chromium fonts-liberation" in capsys.readouterr().out


def test_the_lock_names_no_registry_and_every_package_has_a_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert len(packages) > 1
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert name == "" or "integrity" in package, name
