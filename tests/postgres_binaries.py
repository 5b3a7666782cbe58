"""Finds PostgreSQL's own programs on this machine. Only the standard library: it runs before anything is installed."""

import os
import shutil
from pathlib import Path

NEEDED = ("initdb", "pg_ctl", "postgres")
DEBIAN = Path("/usr/lib/postgresql")

MISSING = (
    "PostgreSQL's server is not installed. On Debian: apt-get install postgresql (or, as root, make test SYSTEM=1). "
    "Or name a running server, for example TEST_DATABASE_URL=postgresql://user:password@127.0.0.1:5432/postgres"
)


def find(debian: Path = DEBIAN, path: str | None = None) -> Path | None:
    """The folder of the newest complete server: Debian keeps one for each version, elsewhere it is on the PATH.

    A client alone, or one program without the others, is no server: None.
    """
    versions = sorted(debian.glob("*/bin"), key=_version, reverse=True)
    on_path = [Path(folder) for folder in (os.environ.get("PATH", "") if path is None else path).split(os.pathsep)]
    return next((folder for folder in (*versions, *on_path) if _complete(folder)), None)


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.parent.name.split(".") if part.isdigit())


def _complete(folder: Path) -> bool:
    return all(shutil.which(name, path=str(folder)) for name in NEEDED)
