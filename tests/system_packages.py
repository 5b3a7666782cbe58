"""Installs what the tests need from the system, where that is welcome: as root on Debian, with CI=true or SYSTEM=1.

Elsewhere it says what is missing, and the tests that need it are skipped, loudly. Run as `python -m`.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres_binaries import MISSING, find

APT = (
    ("apt-get", "update", "-qq"),
    ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"),
)


def main() -> None:
    """Leaves a PostgreSQL server on this machine, or says why not. Exits 1 when an installation fails."""
    if find() or os.environ.get("TEST_DATABASE_URL"):
        return
    if not welcome():
        print(MISSING)
        return
    print("Installing PostgreSQL for the tests, about 15 seconds …", flush=True)
    for command in APT:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def welcome() -> bool:
    """Whether this machine may be changed: nobody's laptop, unless its owner said so."""
    asked = os.environ.get("CI") == "true" or os.environ.get("SYSTEM") == "1"
    return asked and os.geteuid() == 0 and Path("/etc/debian_version").exists()


if __name__ == "__main__":
    main()
