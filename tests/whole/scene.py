"""A running service with both systems, writers that a test starts, and what the systems' own logs say of a move."""

import json
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import requests

from sandbox.chaos.client import Orders
from sandbox.log import Accept, Mark, read_log
from sandbox.recording import STORES
from sandbox.stage import ROOT, Stage, stage

PATIENCE = 90.0
"""Seconds in which what must happen happens, however busy the machine is."""

PEOPLE = 20


@dataclass
class Process:
    """One writer: see `tests.whole.writer`."""

    process: "subprocess.Popen[str]"

    def tell(self, *words: object) -> None:
        """Say one line, and wait for nothing."""
        self._pipe(self.process.stdin).write(" ".join(map(str, words)) + "\n")
        self._pipe(self.process.stdin).flush()

    def hear(self) -> str:
        """The next answer."""
        return self._pipe(self.process.stdout).readline().strip()

    def has_answered(self) -> bool:
        """Whether `hear` would not wait."""
        return bool(select.select([self._pipe(self.process.stdout)], [], [], 0)[0])

    def ask(self, *words: object) -> str:
        """Say one line, and wait for its answer."""
        self.tell(*words)
        return self.hear()

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self.process.kill()
        self.process.wait()

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


@dataclass
class Scene:
    """A running service, and everything that a test does with it and sees of it."""

    stage: Stage
    closing: ExitStack
    diaries: list[Path] = field(default_factory=list)

    def writer(self, key: str) -> Process:
        """Another process of one front end, loaded; it takes its lease when it is told to start."""
        number = len(self.diaries)
        diary = self.stage.folder / f"diary-{number}.jsonl"
        self.diaries.append(diary)
        file = self.stage.folder / f"orders-{number}.json"
        file.write_text(json.dumps(asdict(self._orders(key, diary))), encoding="utf-8")
        command = [sys.executable, "-m", "tests.whole.writer", str(file)]
        pipe = subprocess.PIPE
        started = self.closing.enter_context(subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True))
        self.closing.callback(started.kill)
        process = Process(started)
        assert process.hear() == "loaded"
        return process

    def _orders(self, key: str, diary: Path) -> Orders:
        environment = self.stage.environment
        return Orders(
            urls=[self.stage.url],
            token=(self.stage.folder / "client-token").read_text(encoding="utf-8"),
            mhv=environment["MHV_URL"],
            va_profile=environment["VA_PROFILE_URL"],
            app_token=environment["MHV_APP_TOKEN"],
            folder=str(ROOT),
            diary=str(diary),
            salt=self.stage.salt,
            name="front end",
            keys=[key],
            first=1,
            people=PEOPLE,
            threads=1,
            pause=0.0,
            seed="",
            unknown_wait=0.0,
        )

    def hold(self, endpoint: str) -> None:
        """Let MHV take the next write at this address in, and go no further with it until it is let go."""
        self._faults({"endpoint": endpoint, "kind": "hold", "times": 1})

    def is_held(self) -> bool:
        """Whether that write has come."""
        told = requests.get(self._faults_address, timeout=PATIENCE).json()
        return not told["faults"]

    def let_go(self) -> None:
        """Let it be applied now."""
        self._faults()

    @property
    def _faults_address(self) -> str:
        return f"{self.stage.environment['MHV_URL']}/sandbox/faults"

    def _faults(self, *faults: Mapping[str, Any]) -> None:
        requests.post(self._faults_address, json={"faults": faults}, timeout=PATIENCE).raise_for_status()

    def move(self, key: str) -> int:
        """Ask for a move to VA.gov, and see it frozen. Its number."""
        body = {"preferences": [key], "to": "va_gov", "expect": {key: 1}, "reason": "It is time."}
        number = int(self.stage.post("/api/v1/moves", body)["id"])
        eventually(lambda: self.ownership(key)["epoch"] > 1)
        return number

    def ownership(self, key: str) -> Mapping[str, Any]:
        """Who owns it now."""
        found: Mapping[str, Any] = self.stage.get(f"/api/v1/ownership/{key}")
        return found

    def is_over(self, number: int) -> bool:
        """Whether a move has ended."""
        return self.stage.get(f"/api/v1/moves/{number}")["outcome"] is not None

    def ended(self, number: int) -> Mapping[str, Mapping[str, Any]]:
        """The stages of a move, once it is done."""
        eventually(lambda: self.is_over(number))
        told = self.stage.get(f"/api/v1/moves/{number}")
        assert told["outcome"] == "done", told
        return {one["name"]: one for one in told["stages"]}

    def waited_for(self, number: int) -> Sequence[Mapping[str, Any]]:
        """The leases of clients that a move waits for."""
        waiting = self.stage.get(f"/api/v1/moves/{number}")["waiting_for"]
        return [one for one in waiting if one["for"] == "lease" and one["client"] == "front end"]

    def lines(self, system: str, key: str) -> Sequence[tuple[str, int | None]]:
        """What a system's own log says of a preference, in its order: accepts and marks, each with its epoch."""
        entries = [entry.line for entry in read_log(self.stage.folder / STORES[system])]
        told = [line for line in entries if isinstance(line, Accept | Mark) and line.preference == key]
        return [(type(line).__name__.lower(), line.epoch) for line in told]

    def accepts(self, system: str, key: str) -> int:
        """How many writes of a preference a system has accepted."""
        return [kind for kind, _ in self.lines(system, key)].count("accept")


def eventually(happened: Callable[[], bool]) -> None:
    """Wait until it happens."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.02)


@contextmanager
def scene(folder: Path, fence: str = "none", settings: Mapping[str, str] | None = None) -> Iterator[Scene]:
    """Everything, on SQLite: MHV owns each preference, at epoch 1, and nobody writes yet."""
    with stage(folder, PEOPLE, fence=fence, settings=settings) as running, ExitStack() as closing:
        yield Scene(running, closing)
