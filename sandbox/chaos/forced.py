"""One write on the wrong side, forced: its process is stopped between its check and its first byte, its preference
moves meanwhile, and it is woken after the activation. Without a fence the old owner accepts it; with one it refuses."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from sandbox.chaos.crew import LEASED, Client, Crew
from sandbox.chaos.stage import SPAN, TTL, Stage, Trouble
from sandbox.log import Accept, Refuse, read_log
from sandbox.recording import STORES

KEY = "medical_images_available"
WITHIN = 60.0
T = TypeVar("T")


@dataclass(frozen=True)
class Forced:
    """What became of one forced write. `answer` is the system's, `told` what its person was told."""

    fence: bool
    system: str
    epoch: int
    write: str
    answer: str
    told: str


class NotForced(Exception):
    """It could not be brought about. The message says at which step."""


def force(stage: Stage, crew: Crew, times: int) -> list[dict[str, Any]]:
    """Force so many writes, each in the other direction than the one before. Raises NotForced."""
    trap = stage.folder / "ambush"
    client = crew.hire(LEASED, keys=[KEY], ambush=str(trap))
    with client.busy:
        return [asdict(one) for one in _forced(stage, client, trap, times)]


def _forced(stage: Stage, client: Client, trap: Path, times: int) -> Iterator[Forced]:
    for _ in range(times):
        write = _sprung(trap)
        try:
            before = _ownership(stage)
            _move(stage, before)
            time.sleep(0.5)
        finally:
            client.resume()
        yield _outcome(stage, before, write)
        time.sleep(SPAN)


def _sprung(trap: Path) -> str:
    """Set the trap, and wait until a write has run into it; its id."""
    sprung = trap.with_suffix(".sprung")
    sprung.unlink(missing_ok=True)
    trap.touch()
    return _until(lambda: sprung.read_text(encoding="utf-8") if sprung.exists() else None, "nobody wrote")


def _outcome(stage: Stage, before: dict[str, Any], write: str) -> Forced:
    system = str(before["owner"])
    answer = _until(lambda: _answer(stage, system, write), "no system answered it")
    told = _until(lambda: _told(stage.folder, write), "its client never ended it")
    return Forced(stage.fenced, system, int(before["epoch"]), write, answer, told)


def _move(stage: Stage, before: dict[str, Any]) -> None:
    """Move the preference to the other system. A move that is called off on the way is asked for again."""
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        now = _ownership(stage)
        if now["owner"] != before["owner"]:
            return
        if now["state"] == "held" and now["move"] is None:
            to = "va_gov" if before["owner"] == "mhv" else "mhv"
            body = {"preferences": [KEY], "to": to, "expect": {KEY: now["epoch"]}, "reason": "A forced write."}
            try:
                stage.ask("POST", "/api/v1/moves", body)
            except Trouble:
                time.sleep(1)  # it may have begun: what stands there now is looked at anew
        time.sleep(0.1)
    raise NotForced(f"the move was not over within {WITHIN:g} seconds, and a lease lasts {TTL:g}")


def _ownership(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.ask("GET", f"/api/v1/ownership/{KEY}")
    return found


def _answer(stage: Stage, system: str, write: str) -> str | None:
    for entry in read_log(stage.folder / STORES[system]):
        if isinstance(entry.line, Accept | Refuse) and entry.line.write_id == write:
            return "accepted" if isinstance(entry.line, Accept) else "refused"
    return None


def _told(folder: Path, write: str) -> str | None:
    for file in folder.glob("diary-*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
            told = json.loads(line) if line.endswith("\n") else {}
            if told.get("write") == write and told["event"] != "begin":
                return str(told["event"])
    return None


def _until(look: Callable[[], T | None], otherwise: str) -> T:
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(0.05)
    raise NotForced(otherwise)
