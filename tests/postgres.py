"""A PostgreSQL server of the tests' own: started on a free loopback port, gone afterwards.

With TEST_DATABASE_URL the databases are made in that server instead, and nothing is started.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

INITDB = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres")
HURRIED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
STARTS = 3


class StartFailed(Exception):
    """The server did not start; the message holds the end of its log."""


@dataclass(frozen=True)
class Server:
    """A server in which databases can be made. `admin` is the URL of a database that is always there."""

    admin: URL

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of one database, with its password where there is one."""
        return self.admin.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)

    def create(self, name: str, template: str = "template1") -> str:
        """Makes a database and answers its URL. Fails while anybody is connected to the template."""
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Removes a database, also while somebody is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        plain = self.admin.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def server(binaries: Path | None, *, durable: bool = False) -> Iterator[Server]:
    """The server of TEST_DATABASE_URL, or a new one from these binaries.

    `durable` keeps what a crash must not lose, as a real server does. Without it tests are faster, and a test that
    kills the server proves nothing.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Server(make_url(given))
        return
    if binaries is None:
        raise StartFailed("There are no binaries to start a server from.")
    with own_server(binaries, durable=durable) as running:
        yield running


@contextmanager
def own_server(binaries: Path, *, durable: bool = False) -> Iterator[Server]:
    """A new server, whatever TEST_DATABASE_URL says: for a test that changes its settings or copies it."""
    with _folder() as folder:
        yield from _own(binaries, folder, durable=durable)


@dataclass(frozen=True)
class Copy:
    """A server made of another's backup. Until it is promoted it is a standby that follows nobody: an older copy."""

    server: Server
    control: Sequence[str]
    folder: Path

    def promote(self) -> None:
        """Makes it a primary, on a timeline of its own. Does not wait until it is one."""
        _call([*self.control, "-W", "promote"], self.folder)


@contextmanager
def copy_of(primary: Server, binaries: Path) -> Iterator[Copy]:
    """A copy of a server of ours as it is now."""
    with _folder() as folder:
        data = folder / "data"
        source = ["-h", str(primary.admin.host), "-p", str(primary.admin.port), "-U", str(primary.admin.username)]
        _call([str(binaries / "pg_basebackup"), *source, "-D", str(data), "-X", "stream", "-c", "fast", "-N"], folder)
        (data / "standby.signal").touch()
        control = [str(binaries / "pg_ctl"), "-D", str(data), "-w"]
        for copied in _started(control, folder, durable=False):
            yield Copy(copied, control, folder)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cutover-postgres-"))
    try:
        if user := _other_user():
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder)


def _own(binaries: Path, folder: Path, *, durable: bool) -> Iterator[Server]:
    _call([str(binaries / "initdb"), "-D", str(folder / "data"), *INITDB], folder)
    yield from _started([str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-w"], folder, durable=durable)


def _started(control: Sequence[str], folder: Path, *, durable: bool) -> Iterator[Server]:
    port = _start(control, folder, durable=durable)
    try:
        yield Server(URL.create("postgresql", username="postgres", host="127.0.0.1", port=port, database="postgres"))
    finally:
        _call([*control, "-m", "immediate", "stop"], folder)


def _start(control: Sequence[str], folder: Path, *, durable: bool) -> int:
    """Starts the server and answers its port. Tries again when another process took the port in between."""
    log = folder / "log"
    for attempt in range(1, STARTS + 1):
        port = _free_port()
        settings = ("listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *(() if durable else HURRIED))
        options = " ".join(f"-c {setting}" for setting in (f"port={port}", *settings))
        try:
            _call([*control, "-l", str(log), "-o", options, "start"], folder)
        except StartFailed as failed:
            if attempt == STARTS:
                raise StartFailed(f"{failed}\n{log.read_text() if log.exists() else ''}") from failed
        else:
            return port
    raise AssertionError("unreachable: the last attempt returned or raised")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _other_user() -> str | None:
    """Who runs the server. PostgreSQL refuses to run as root; anybody else runs it as themselves: None."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _call(command: Sequence[str], folder: Path) -> None:
    """Runs one of PostgreSQL's programs. Its words go to a file: the server it leaves behind would hold a pipe open."""
    user = _other_user()
    words = folder / "words"
    with words.open("w") as out:
        full = [*(("runuser", "-u", user, "--") if user else ()), *command]
        done = subprocess.run(full, check=False, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    if done.returncode:
        raise StartFailed(f"{' '.join(full)}\n{words.read_text()}")
