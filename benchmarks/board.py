"""How long a board of 200 preferences takes, and how soon a change shows on an open page.

Asked over the loopback of a running service, as a browser does: a stream that says that something was written, and the
same address fetched again. What the browser then does with the answer is not measured.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from benchmarks.row import Row, median, row
from sandbox.chaos.cluster import cluster
from sandbox.stage import CUTOVER, Stage, stage

PREFERENCES = 200
TIMES = 15
WITHIN_BOARD = 100.0
WITHIN_CHANGE = 200.0
PATIENCE = 20
PERSON = "dev-operator-one"

_FILE = """title = "Made up {number}"
channel = "email"
status = "live"
starts_with = "mhv"
feature = "parcels"
surfaces = ["mhv_profile"]
approvals_by_hand = 0
advisory_writers = false
advisory_ttl = "60s"
default_send = false
[choices]
off = {{ mhv = false, va_gov = false }}
on = {{ mhv = true, va_gov = true }}
[systems.mhv]
contract = "assumed"
path = "made_up_{number}"
[systems.va_gov]
item = {item}
channel = 2
"""


class Unsound(Exception):
    """The page was not what was to be measured, so its time says nothing."""


def rows() -> Iterator[Row]:
    """All rows, in milliseconds: on SQLite, then on PostgreSQL with durable settings."""
    with TemporaryDirectory(prefix="cutover-bench-") as name, cluster() as server:
        yield from _measured(Path(name) / "sqlite", "SQLite", None)
        server.create("board")
        url = f"postgresql+psycopg://postgres@127.0.0.1:{server.port}/board"
        subprocess.run([CUTOVER, "migrate"], env={**os.environ, "CUTOVER_DATABASE_URL": url}, check=True)  # noqa: S603
        yield from _measured(Path(name) / "postgresql", "PostgreSQL", url)


def _measured(folder: Path, where: str, database_url: str | None) -> Iterator[Row]:
    print(f"board: {PREFERENCES} preferences on {where}, {TIMES} times …", flush=True)
    _write_files(folder / "product")
    settings = {"CUTOVER_FOLDER": str(folder / "product"), "CUTOVER_DEVELOPMENT_SIGN_IN": "on"}
    with stage(folder, 20, database_url, settings=settings) as running:
        person = signed_in(running.url)
        board, peer = _boards(running, person)
        change, write = _changes(running, person)
    what = f"board of {PREFERENCES}, {where} (ms; peer: the same as JSON)"
    yield row(what, board, peer, f"{WITHIN_BOARD:g} ms", WITHIN_BOARD)
    what = f"a change, until an open page has fetched it, {where} (ms; peer: the change alone)"
    yield row(what, change, write, f"{WITHIN_CHANGE:g} ms", WITHIN_CHANGE)


def _write_files(folder: Path) -> None:
    (folder / "flags").mkdir(parents=True)
    (folder / "cutover_plans").mkdir()
    for number in range(PREFERENCES):
        text = _FILE.format(number=number, item=number + 100)
        (folder / "flags" / f"made_up_{number:03}.toml").write_text(text, encoding="utf-8")


def signed_in(url: str) -> requests.Session:
    """Somebody who is signed in by the development sign-in. Raises Unsound: a sign-in page would be measured."""
    person = requests.Session()
    form = person.get(f"{url}/sign-in", timeout=PATIENCE).text
    mark = re.search(r'name="mark" value="([^"]+)"', form)
    if mark is None or PERSON not in form:
        raise Unsound(f"nobody can sign in as {PERSON}")
    person.post(f"{url}/sign-in", data={"mark": mark[1], "person": PERSON}, timeout=PATIENCE)
    asked = person.get(f"{url}/", timeout=PATIENCE, allow_redirects=False)
    if asked.status_code != HTTPStatus.OK:
        raise Unsound(f"the board answered {asked.status_code} to {PERSON}")
    return person


def _boards(running: Stage, person: requests.Session) -> tuple[float, float]:
    """The median of the board, and of its peer, one after the other."""
    ours: list[float] = []
    peers: list[float] = []
    for _ in range(TIMES):
        took, text = _timed(person, f"{running.url}/")
        shown = text.count('role="rowheader"')
        if shown != PREFERENCES:
            raise Unsound(f"the board has {shown} rows")
        ours.append(took)
        began = time.monotonic()
        running.get("/api/v1/ownership")
        peers.append((time.monotonic() - began) * 1000)
    return median(ours), median(peers)


def _changes(running: Stage, person: requests.Session) -> tuple[float, float]:
    """From before a lock is asked for until the page that shows it has been fetched; and the lock alone."""
    ours: list[float] = []
    writes: list[float] = []
    for number in range(TIMES):
        key = f"made_up_{number:03}"
        with person.get(f"{running.url}/live", stream=True, timeout=PATIENCE) as told:
            lines = told.iter_lines(chunk_size=1)
            next(lines)
            began = time.monotonic()
            running.post(f"/api/v1/locks/{key}", {"reason": "Measured."})
            writes.append((time.monotonic() - began) * 1000)
            while next(lines) != b"event: change":
                pass
            _, text = _timed(person, f"{running.url}/")
            ours.append((time.monotonic() - began) * 1000)
        if f"Made up {number} is locked" not in text:
            raise Unsound("the page that was fetched does not show the change")
    return median(ours), median(writes)


def _timed(person: requests.Session, address: str) -> tuple[float, str]:
    began = time.monotonic()
    text = person.get(address, timeout=PATIENCE).text
    return (time.monotonic() - began) * 1000, text
