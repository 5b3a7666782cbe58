"""A whole service for the browser: processes of its own, and a hand of the tests on its database."""

import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from app.bootstrap import Process
from app.domain.moves import Move, Stage, Terms
from app.domain.ownership import Ownership, System, Target
from app.services import leasing
from app.services.adopting import adopt
from app.services.context import Context
from app.services.leasing import Renewal
from app.services.moving import Wish, start, undoing
from app.services.recording import By
from app.services.store import Unit
from app.settings import from_environment
from sandbox.processes import StandIn, running
from sandbox.programs import Program, free_port, program, wait_ready
from tests.npm_packages import ROOT

TESTER = By("cli:tester", "Invented.")
CUTOVER = Path(sys.executable).with_name("cutover")
WAITS = 30.0
"""Seconds until what must come has come, on a slow machine too."""
OUTLASTS = 600.0
"""Seconds that the lease of an invented client holds: longer than any test."""

LONG = timedelta(hours=1)
"""How long an invented move may be frozen: on a slow machine it must not end by itself."""

LATE = ("maximum number of running instances reached", "was missed by")
"""What the process says of a tick that came too late, or not at all. The next one does its work."""

T = TypeVar("T")


@dataclass
class Client:
    """A front end that holds a lease and has not heard of any change since: a drain waits for it."""

    context: Context
    lease: str

    def leave(self) -> None:
        """Give the lease up: nobody waits for it any more."""
        leasing.release(self.context.store, self.lease)


@dataclass
class Service:
    """A running service. `folder` holds its flags/ and cutover_plans/, which a test may change; `context` is not the
    running process's own but one on the same database and files, as the command line has one.

    `reached` are the addresses of states that were built already, `sessions` the cookies of those who signed in: both
    are for a module's tests to share.
    """

    url: str
    folder: Path
    log: Path
    context: Context
    mhv: StandIn
    va_profile: StandIn
    process: Program
    reached: dict[Callable[["Service"], str], str] = field(default_factory=dict)
    sessions: dict[Hashable, Any] = field(default_factory=dict)

    def reach(self, state: Callable[["Service"], str]) -> str:
        """Build a state, once; the address where it is to be seen."""
        if state not in self.reached:
            self.reached[state] = state(self)
        return self.reached[state]

    def edit(self, file: str, old: str, new: str) -> None:
        """Change a file of flags/ or cutover_plans/. The running service reads it with its next tick."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not say {old}"
        (self.folder / file).write_text(text.replace(old, new), encoding="utf-8")
        self.context.keeper.reload()

    def adopt(self, *keys: str) -> None:
        """Let the files say who owns these; those that are owned already are left alone."""
        with self.context.store.writing() as unit:
            new = [key for key, row in unit.ownerships.of(keys).items() if row.owner is None]
            adopt(unit, self.context.catalogue, new, TESTER)

    def held_by(self, system: System, *keys: str) -> None:
        """Let a system hold these, whoever does now."""
        self.adopt(*keys)
        elsewhere = [key for key in keys if self.row(key).owner is not system]
        for key in elsewhere:
            self.moved(system, key)

    def row(self, key: str) -> Ownership:
        """Who owns it now."""
        with self.context.store.reading() as unit:
            return unit.ownerships.of([key])[key]

    def move(self, number: int) -> Move:
        """A move as it is now."""
        with self.context.store.reading() as unit:
            found = unit.moves.find(number)
        assert found is not None, f"there is no move {number}"
        return found

    def latest_move(self) -> Move:
        """The move that was begun last."""
        with self.context.store.reading() as unit:
            return unit.moves.latest(1)[0]

    def begin(self, to: Target, *keys: str) -> Move:
        """Start a move by hand; the service's own threads carry it on."""
        with self.context.store.writing() as unit:
            return start(unit, self.context.catalogue, wish(unit, to, *keys))

    def moved(self, to: Target, *keys: str) -> Move:
        """Move by hand, to the end."""
        return self.ends(self.begin(to, *keys).id)

    def undo(self, move: Move) -> Move:
        """Undo a move by hand, to the end."""
        with self.context.store.writing() as unit:
            back = start(unit, self.context.catalogue, undoing(unit, unit.moves.find(move.id) or move, TESTER))
        return self.ends(back.id)

    def ends(self, number: int) -> Move:
        """Wait until a move has ended, done or called off."""
        return self.comes_to(number, lambda move: move.outcome is not None)

    def stands_at(self, number: int, stage: Stage) -> Move:
        """Wait until a move stands at a stage."""
        return self.comes_to(number, lambda move: move.stage is stage)

    def comes_to(self, number: int, is_so: Callable[[Move], bool]) -> Move:
        """Wait until something is so of a move."""
        return until(lambda: move if is_so(move := self.move(number)) else None, lambda: str(self.move(number)))

    def client(self, *keys: str, name: str = "Mobile back end") -> Client:
        """A front end that may write these, and keeps its lease without looking."""
        made = Client(self.context, str(uuid4()))
        revision = leasing.renew(self.context.store, Renewal(made.lease, name, "1", keys, OUTLASTS, 0)).revision
        assert revision >= 0
        return made

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Connections are taken and nothing is answered, for the length of the block."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    def troubles(self) -> list[str]:
        """What the process complained of; but not that a machine was too busy for a tick, or that it was held still."""
        told = [line for line in self.log.read_text(errors="replace").splitlines() if line.startswith("{")]
        return [line for line in told if not any(words in line for words in LATE)]


def wish(unit: Unit, to: Target, *keys: str) -> Wish:
    """A move by hand, wished for as things stand."""
    expect = {key: row.epoch for key, row in unit.ownerships.of(keys).items()}
    return Wish(keys, to, expect, Terms(TESTER.actor, TESTER.reason, freeze_limit=LONG))


def until(look: Callable[[], T | None], told: Callable[[], str]) -> T:
    """Look again and again until there is something to see. `told` says how it stands when that never comes."""
    end = time.monotonic() + WAITS
    while (seen := look()) is None:
        assert time.monotonic() < end, f"it did not come to that: {told()}"
        time.sleep(0.05)
    return seen


@contextmanager
def serving(folder: Path, database: Path, settings: Mapping[str, str] | None = None) -> Iterator[Service]:
    """The stand-ins and the service, ready. Nothing is adopted. `database` is a migrated SQLite file, which is copied;
    `settings` are more of the service's own, or others."""
    for name in ("flags", "cutover_plans"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copyfile(database, folder / "cutover.db")
    port, app_token = free_port(), secrets.token_hex(16)
    with ExitStack() as closing:
        mhv = closing.enter_context(running("mhv", folder / "mhv.db", app_token=app_token, people=20))
        va_profile = closing.enter_context(running("va_profile", folder / "va_profile.db", people=20))
        environment = {
            "CUTOVER_DATABASE_URL": f"sqlite:///{folder / 'cutover.db'}",
            "CUTOVER_ENVIRONMENT": "sandbox",
            "CUTOVER_SECRET_KEY": secrets.token_hex(32),
            "CUTOVER_FOLDER": str(folder),
            "CUTOVER_PORT": str(port),
            "CUTOVER_DEVELOPMENT_SIGN_IN": "on",
            "MHV_URL": mhv.url,
            "MHV_APP_TOKEN": app_token,
            "VA_PROFILE_URL": va_profile.url,
            **(settings or {}),
        }
        process = Process(from_environment(environment))
        closing.callback(process.store.close)
        process.context.keeper.reload()
        log, url = folder / "service.log", f"http://127.0.0.1:{port}"
        started = closing.enter_context(program([str(CUTOVER), "serve"], log, environment))
        wait_ready(started, f"{url}/readyz", log)
        yield Service(url, folder, log, process.context, mhv, va_profile, started)
