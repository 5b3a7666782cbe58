"""What every client process of the harness has: its orders, its people, its diary, its threads."""

import argparse
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sandbox.chaos.contracts import Flag, NotNow, Systems, flags
from sandbox.chaos.diary import Diary, opened
from sandbox.chaos.person import Choice, Notebook, Visitor
from sandbox.people import person


@dataclass(frozen=True)
class Orders:
    """What one client process is told. Durations are in seconds.

    `first` and `people` say which people are its own; `unknown_wait` for how long a person whose write got no answer
    lets that preference be; `pause` is the mean time between two choices of one thread.
    """

    urls: Sequence[str]
    token: str
    mhv: str
    va_profile: str
    app_token: str
    folder: str
    diary: str
    salt: str
    name: str
    keys: Sequence[str]
    first: int
    people: int
    threads: int
    pause: float
    seed: str
    unknown_wait: float
    ambush: str = ""

    @cached_property
    def flags(self) -> Mapping[str, Flag]:
        """The preferences that it writes, as their files say."""
        known = flags(Path(self.folder) / "flags", "sandbox")
        return {key: known[key] for key in self.keys}

    def systems(self) -> Systems:
        """Both systems, for one thread."""
        return Systems(self.mhv, self.va_profile, self.app_token, self.flags)

    def visitor(self, thread: int) -> Visitor:
        """The people of one thread."""
        numbers = range(self.first, self.first + self.people)[thread :: self.threads]
        choices = {key: sorted(flag.stored) for key, flag in self.flags.items()}
        chance = random.Random(f"{self.seed}/{thread}")
        return Visitor([person(number, 1) for number in numbers], choices, chance, self.unknown_wait)


Write = Callable[[Notebook, Choice, Systems], str]
"""Makes one choice; `ok`, `failed` or `unknown`. Raises NotNow when nothing was begun."""


def given() -> Orders:
    """The orders in the file that the command line names."""
    parser = argparse.ArgumentParser(description="One client process of the harness.")
    parser.add_argument("orders", type=Path)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    told: dict[str, Any] = json.loads(parser.parse_args().orders.read_text(encoding="utf-8"))
    return Orders(**told)


def _end_with(parent: int) -> None:
    """A harness that was killed itself must leave no client behind that writes for ever."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGKILL)


def live(orders: Orders, kind: str, write: Write) -> None:
    """Let people choose in several threads until the process is told to stop (SIGTERM)."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    diary = opened(orders.diary, kind)
    threads = [
        threading.Thread(target=_visit, args=(orders, number, diary, write, ended)) for number in range(orders.threads)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _visit(orders: Orders, thread: int, diary: Diary, write: Write, ended: threading.Event) -> None:
    visitor, notebook, systems = orders.visitor(thread), Notebook(diary, orders.salt), orders.systems()
    while not ended.wait(orders.pause * 2 * visitor.chance.random()):
        choice = visitor.next()
        if choice is None:
            continue
        try:
            outcome = write(notebook, choice, systems)
        except NotNow:
            continue
        if outcome == "unknown":
            visitor.wait(choice)
