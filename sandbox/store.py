"""What one system holds, and its log, in one SQLite file. Safe among threads and among processes."""

import json
import secrets
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from sandbox.log import Accept, Line, Stored, encoded
from sandbox.people import hashed

_TABLES = """
CREATE TABLE origin (system TEXT NOT NULL, people INTEGER NOT NULL, seed INTEGER NOT NULL, salt TEXT NOT NULL);
CREATE TABLE records (
    person INTEGER NOT NULL, place TEXT NOT NULL, preference TEXT, value TEXT NOT NULL, write_id TEXT,
    number INTEGER, more TEXT NOT NULL, PRIMARY KEY (person, place)
) WITHOUT ROWID;
CREATE UNIQUE INDEX numbers ON records (number) WHERE number IS NOT NULL;
CREATE TABLE log (sequence INTEGER PRIMARY KEY, line TEXT NOT NULL);
"""


class OtherOrigin(Exception):
    """The file was made for another system, crowd, seed or salt. The message says which."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a file was made for. Without a salt one is drawn when the file is made, and any is taken afterwards."""

    system: str
    people: int
    seed: int
    salt: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What a system holds for one person (VA Profile id) at one of its places.

    `preference` is None for what is not a choice, such as an address. `number` is the system's own, unique in it.
    """

    person: int
    place: str
    value: Stored | str
    preference: str | None = None
    write_id: str | None = None
    number: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


class Change:
    """One transaction. Nothing of it stands until it ends, and then all of it does."""

    def __init__(self, connection: sqlite3.Connection, between: Callable[[], None]) -> None:
        self._connection = connection
        self._between = between

    def record(self, person: int, place: str) -> Record | None:
        """What stands there now; nobody else can change it before this transaction ends."""
        return next(_found(self._connection, person, place), None)

    def next_number(self) -> int:
        """A number that no record has."""
        (highest,) = self._connection.execute("SELECT max(number) FROM records").fetchone()
        return (highest or 0) + 1

    def put(self, records: Iterable[Record], line: Accept) -> None:
        """Put records in their places, and the line that says so in the log."""
        _put(self._connection, records)
        self._between()
        self.log(line)

    def log(self, line: Line) -> int:
        """Add a line to the log; its sequence number."""
        # The highest number so far and one more: a line that is rolled back takes its number along.
        row = self._connection.execute("INSERT INTO log (line) VALUES (?) RETURNING sequence", [encoded(line)])
        return int(row.fetchone()[0])


class Store:
    """One system's file. `between` is called between an effect and its line, for tests that stop the process there."""

    def __init__(self, file: Path, between: Callable[[], None] = lambda: None) -> None:
        self._file = file
        self._between = between
        self._idle: deque[sqlite3.Connection] = deque()
        self._writing = Lock()
        with self._connection() as connection:
            (self.salt,) = connection.execute("SELECT salt FROM origin").fetchone()

    def hashed(self, person: int) -> str:
        """The person's name in the log."""
        return hashed(self.salt, person)

    def records(self, person: int) -> list[Record]:
        """Everything that is held for one person."""
        with self._connection() as connection:
            return list(_found(connection, person))

    @contextmanager
    def change(self) -> Iterator[Change]:
        """One transaction: kept when the block ends, undone when it raises."""
        # Without the lock the threads of this process would wait for each other by sleeping, longer each time.
        with self._writing, self._connection() as connection, _transaction(connection):
            yield Change(connection, self._between)

    def close(self) -> None:
        """Close what is not in use."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = _connect(self._file)
        try:
            yield connection
        finally:
            self._idle.append(connection)


def create(file: Path, origin: Origin, records: Callable[[], Iterable[Record]]) -> None:
    """Make the file with its first records, unless it is there. Several makers may do so at once.

    Raises OtherOrigin for a file that was made for something else.
    """
    if not file.exists():
        # Made whole under another name: nobody can meet it half-made, and of several makers one wins.
        with TemporaryDirectory(dir=file.parent) as folder:
            whole = Path(folder) / file.name
            with closing(_connect(whole)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                with _transaction(connection):
                    _fill(connection, origin, records())
            with suppress(FileExistsError):
                file.hardlink_to(whole)
    found = _origin(file)
    if found != replace(origin, salt=origin.salt or found.salt):
        raise OtherOrigin(f"{file.name} was made for {found}, and {origin} is wanted.")


def _origin(file: Path) -> Origin:
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        try:
            return Origin(*connection.execute("SELECT system, people, seed, salt FROM origin").fetchone())
        except sqlite3.DatabaseError as error:
            raise OtherOrigin(f"{file.name} cannot be read as the file of a stand-in: {error}.") from None


def _fill(connection: sqlite3.Connection, origin: Origin, records: Iterable[Record]) -> None:
    for statement in _TABLES.split(";\n")[:-1]:
        connection.execute(statement)
    row = (origin.system, origin.people, origin.seed, origin.salt or secrets.token_hex(16))
    connection.execute("INSERT INTO origin VALUES (?, ?, ?, ?)", row)
    _put(connection, records)


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
    # What was committed outlives the process, if not the machine: that is what a stand-in's kill is about.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A connection that goes back with its transaction open would keep everybody else from writing for good.
        connection.execute("ROLLBACK")
        raise


def _put(connection: sqlite3.Connection, records: Iterable[Record]) -> None:
    rows = (
        (
            *(record.person, record.place, record.preference, json.dumps(record.value)),
            *(record.write_id, record.number, json.dumps(dict(record.more))),
        )
        for record in records
    )
    connection.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _found(connection: sqlite3.Connection, person: int, place: str | None = None) -> Iterator[Record]:
    rows = connection.execute(
        "SELECT * FROM records WHERE person = ? AND place = coalesce(?, place) ORDER BY number, place",
        [person, place],
    ).fetchall()
    for who, where, preference, value, write_id, number, more in rows:
        yield Record(who, where, json.loads(value), preference, write_id, number, json.loads(more))
