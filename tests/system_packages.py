"""Installs what the tests need beside Python's packages.

PostgreSQL, Node.js, npm and Chromium come from the system, where that is welcome: as root on Debian, with CI=true or
SYSTEM=1. Elsewhere it says what is missing, and the tests that need it are skipped, loudly. unleash-server and axe-core
come into node_modules, wherever npm is there. Run as `python -m`.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests import chromium, npm_packages, postgres_binaries


def main() -> None:
    """Leaves what is needed on this machine, or says why not. Exits 1 when an installation fails."""
    missing = _missing()
    if missing and welcome():
        _install(missing)
    elif missing:
        print("\n".join(missing.values()))
    if npm_packages.has_npm() and None in (npm_packages.unleash_server(), npm_packages.axe()):
        print("Installing what the tests need from npm into node_modules, about 20 seconds …", flush=True)
        try:
            npm_packages.install()
        except npm_packages.InstallFailed as failed:
            sys.exit(str(failed))


def _missing() -> dict[str, str]:
    """Debian's packages to install, each with what to say where that is not welcome."""
    missing = {}
    if not postgres_binaries.find() and not os.environ.get("TEST_DATABASE_URL"):
        missing["postgresql"] = postgres_binaries.MISSING
    if not npm_packages.has_npm():
        missing["nodejs npm"] = npm_packages.MISSING.format("What the tests take from npm")
    if not chromium.find():
        missing["chromium fonts-liberation"] = chromium.MISSING
    return missing


def _install(missing: dict[str, str]) -> None:
    names = " ".join(missing).split()
    print(f"Installing {', '.join(names)} for the tests, about 15 seconds each …", flush=True)
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names],
    ):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def welcome() -> bool:
    """Whether this machine may be changed: nobody's laptop, unless its owner said so."""
    asked = os.environ.get("CI") == "true" or os.environ.get("SYSTEM") == "1"
    return asked and os.geteuid() == 0 and Path("/etc/debian_version").exists()


if __name__ == "__main__":
    main()
