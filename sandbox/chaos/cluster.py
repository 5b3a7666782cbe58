"""A PostgreSQL server of the harness's own, reached by its binaries only, with durable settings: it may be killed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.programs import free_port

_DEBIAN = Path("/usr/lib/postgresql")
_NEEDED = ("initdb", "pg_ctl", "postgres", "createdb")
_INITDB = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres")
# What a crash must not lose is the default: fsync, full pages, synchronous commits. Nothing of it is turned off.
_OPTIONS = ("listen_addresses=127.0.0.1", "max_connections=200")


class NoServer(Exception):
    """PostgreSQL is not there, or did not do what it was told. The message says what it said."""


def binaries() -> Path:
    """The folder of the newest complete server. Raises NoServer."""
    versions = sorted(_DEBIAN.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    for folder in (*versions, *on_path):
        if all(shutil.which(name, path=str(folder)) for name in _NEEDED):
            return folder
    raise NoServer("PostgreSQL's server is not installed. On Debian: apt-get install postgresql")


@dataclass(frozen=True)
class Cluster:
    """One server on one port of 127.0.0.1."""

    folder: Path
    programs: Path
    port: int

    def start(self) -> None:
        """Start it, and wait until it answers. Raises NoServer."""
        settings = (*_OPTIONS, f"port={self.port}", f"unix_socket_directories={self.folder}")
        options = " ".join(f"-c {setting}" for setting in settings)
        self._control("-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options, "start")

    def kill(self) -> None:
        """End every process of it at once, as a crash does: what was committed is on the disk, the rest is gone."""
        self._control("-m", "immediate", "stop")

    def create(self, name: str, template: str = "template1") -> None:
        """Make a database, as a copy of another one that nobody is connected to."""
        self._call(["createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-T", template, name])

    def _control(self, *arguments: str) -> None:
        self._call(["pg_ctl", "-D", str(self.folder / "data"), *arguments])

    def _call(self, command: Sequence[str]) -> None:
        call(self.programs, self.folder, command)


def call(programs: Path, folder: Path, command: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs as somebody whom it lets. Raises NoServer.

    Its words go to a file: the server that it leaves behind would hold a pipe open.
    """
    name, *arguments = command
    user = _other_user()
    words = folder / f"words-{name}"
    with words.open("w") as out:
        full = [*(("runuser", "-u", user, "--") if user else ()), str(programs / name), *arguments]
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            full, check=False, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    if done.returncode:
        raise NoServer(f"{' '.join(full)}\n{words.read_text()}")


def _other_user() -> str | None:
    """Who runs the server: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new server while the block lasts; nothing of it is left. Raises NoServer."""
    programs, user = binaries(), _other_user()
    folder = Path(tempfile.mkdtemp(prefix="cutover-chaos-postgres-"))
    try:
        if user:
            shutil.chown(folder, user)
        call(programs, folder, ["initdb", "-D", str(folder / "data"), *_INITDB])
        made = Cluster(folder, programs, free_port())
        made.start()
        try:
            yield made
        finally:
            made.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
