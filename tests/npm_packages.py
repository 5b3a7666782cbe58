"""Finds what `npm ci` puts into node_modules for the tests (unleash-server, oidc-provider, axe-core), and installs it.

Only the standard library. A stamp inside node_modules holds the hash of everything that decides what is installed, so a
second run has nothing to do.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DECIDING = ("package.json", "package-lock.json", ".npmrc", "tests/npm_packages.py")
COMMAND = ("npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error")

MISSING = (
    "{} is not installed, or not as package-lock.json says. With Node.js 18 or newer and npm, `make test` installs it. "
    "On Debian: apt-get install nodejs npm (or, as root, make test SYSTEM=1)."
)
MISSING_UNLEASH, MISSING_AXE = MISSING.format("unleash-server"), MISSING.format("axe-core")
MISSING_PROVIDER = MISSING.format("oidc-provider")


class InstallFailed(Exception):
    """npm did not install; the message holds its words."""


def unleash_server(root: Path = ROOT) -> tuple[str, str] | None:
    """The command that starts the server: Node.js and the server's first file. None where one is missing or old."""
    node, server = shutil.which("node"), root / "node_modules" / "unleash-server" / "dist" / "server.js"
    if node is None or not server.is_file() or not current(root):
        return None
    return node, str(server)


def oidc_provider(root: Path = ROOT) -> str | None:
    """Node.js, where the sign-in provider of the tests can be imported. None where one is missing or old."""
    node, package = shutil.which("node"), root / "node_modules" / "oidc-provider"
    return node if package.is_dir() and current(root) else None


def axe(root: Path = ROOT) -> Path | None:
    """The script that finds faults of accessibility in an open page. None where it is missing or old."""
    script = root / "node_modules" / "axe-core" / "axe.min.js"
    return script if script.is_file() and current(root) else None


def has_npm() -> bool:
    """Whether this machine can install them."""
    return all(shutil.which(name) for name in ("node", "npm"))


def current(root: Path = ROOT) -> bool:
    """Whether what is installed is what the lock says."""
    return _stamp(root).is_file() and _stamp(root).read_text() == _fingerprint(root)


def install(root: Path = ROOT) -> None:
    """Makes node_modules hold what the lock says and nothing else. The stamp is written last. Raises InstallFailed."""
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    done = subprocess.run(COMMAND, check=False, cwd=root, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise InstallFailed(f"{' '.join(COMMAND)} failed:\n{done.stdout}{done.stderr}")
    _stamp(root).write_text(_fingerprint(root))


def _stamp(root: Path) -> Path:
    return root / "node_modules" / ".installed"


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256()
    for name in DECIDING:
        digest.update(hashlib.sha256((root / name).read_bytes()).digest())
    return digest.hexdigest()
