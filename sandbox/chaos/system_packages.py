"""Installs what the harness needs from the system, where that is welcome: as root on Debian, with CI=true or SYSTEM=1.

PostgreSQL it cannot do without; without faketime one kind of fault is left out, and said so. Run as `python -m`.
"""

import os
import subprocess
import sys
from pathlib import Path

from sandbox.chaos.cluster import NoServer, binaries
from sandbox.chaos.replica import faketime_is_there


def main() -> None:
    """Leave PostgreSQL and faketime on this machine, or say what is missing. Exits 1 when an installation fails."""
    missing = list(_missing())
    if not missing:
        return
    if not _welcome():
        print(f"Not installed: {', '.join(missing)}. As root on Debian, SYSTEM=1 installs what is missing.")
        return
    print(f"Installing {', '.join(missing)}, about 15 seconds …", flush=True)
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        done = subprocess.run(  # noqa: S603 - Debian's own program
            command,
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _missing() -> list[str]:
    found = [] if faketime_is_there() else ["faketime"]
    try:
        binaries()
    except NoServer:
        found.append("postgresql")
    return found


def _welcome() -> bool:
    asked = os.environ.get("CI") == "true" or os.environ.get("SYSTEM") == "1"
    return asked and os.geteuid() == 0 and Path("/etc/debian_version").exists()


if __name__ == "__main__":
    main()
