"""Moves back and forth, several preferences at once, through any replica; some undone, some called off."""

import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.chaos.stage import Stage, Trouble

LOOK_EVERY = 0.25
MOST_AT_ONCE = 3
CALLED_OFF_WITHIN = 3.0
"""Seconds within which a move that is to be called off is: sooner than its freeze, or in the midst of it."""

LONGEST = 150.0
"""Seconds for which a move is followed: longer than the limit of a freeze."""


@dataclass
class Tally:
    """What became of the moves of a part. `changing` are those that changed something and came to an outcome.

    `outlived` are those that had no outcome when they should have had one.
    """

    asked: int = 0
    undone: int = 0
    refused: int = 0
    changing: set[int] = field(default_factory=set)
    outlived: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ended(self) -> int:
        """How many moves changed something and came to an outcome."""
        return len(self.changing)

    def add(self, name: str) -> None:
        """One more of these."""
        with self._lock:
            setattr(self, name, getattr(self, name) + 1)


@dataclass
class Mover:
    """Moves of one group of preferences, one after the other, until told to stop."""

    stage: Stage
    keys: Sequence[str]
    chance: random.Random
    tally: Tally
    stopping: threading.Event
    rest: float

    def run(self) -> None:
        """Move until told to stop. What is refused or gets no answer is asked anew from what stands there then."""
        while not self.stopping.is_set():
            try:
                self._move()
            except Trouble:
                self.tally.add("refused")
            self.stopping.wait(self.rest * 2 * self.chance.random())

    def _move(self) -> None:
        standing = {one["key"]: one for one in self._ask("GET", "/api/v1/ownership")["preferences"]}
        some = self.chance.sample(list(self.keys), self.chance.randint(1, MOST_AT_ONCE))
        owner = standing[some[0]]["owner"]
        together = [key for key in some if standing[key]["state"] == "held" and standing[key]["owner"] == owner]
        if not together:
            return
        body = {
            "preferences": together,
            "to": "va_gov" if owner == "mhv" else "mhv",
            "expect": {key: standing[key]["epoch"] for key in together},
            "reason": "chaos",
        }
        self.tally.add("asked")
        number = self._started(together, lambda: self._ask("POST", "/api/v1/moves", body))
        if number is None:
            return
        if self.chance.random() < 0.15:
            self.stopping.wait(CALLED_OFF_WITHIN * self.chance.random())
            self._quietly("POST", f"/api/v1/moves/{number}/call-off", {"reason": "chaos"})
        ended = self._followed(number)
        if ended is not None and ended["outcome"] == "done" and self.chance.random() < 0.25:
            number = self._started(
                together, lambda: self._ask("POST", f"/api/v1/moves/{number}/undo", {"reason": "chaos"})
            )
            if number is not None:
                self.tally.add("undone")
                self._followed(number)

    def _started(self, keys: Sequence[str], ask: Any) -> int | None:
        """The number of the move. Without an answer it may have been started: it is looked for, and followed."""
        try:
            return int(ask()["id"])
        except Trouble:
            self.tally.add("refused")
        for key in keys:
            found = self._quietly("GET", f"/api/v1/ownership/{key}")
            if found and found["move"] is not None:
                self._followed(int(found["move"]))
        return None

    def _followed(self, number: int) -> dict[str, Any] | None:
        """The move when it has an outcome; None when it outlives every limit."""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            move: dict[str, Any] | None = self._quietly("GET", f"/api/v1/moves/{number}")
            if move is not None and move["outcome"] is not None:
                if _changed_something(move):
                    self.tally.changing.add(number)
                return move
            time.sleep(LOOK_EVERY)
        self.tally.outlived.append(number)
        return None

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return self.stage.ask(method, path, body, self.chance.randrange(len(self.stage.replicas)))

    def _quietly(self, method: str, path: str, body: Any = None) -> Any:
        try:
            return self._ask(method, path, body)
        except Trouble:
            return None


def _changed_something(move: Mapping[str, Any]) -> bool:
    """Whether it was not called off before it had frozen anything."""
    done = {stage["name"] for stage in move["stages"] if stage["state"] == "done"}
    return move["outcome"] == "done" or "freeze" in done
