"""The people of one client process: who chooses what next, and who has to wait because nobody knows what came of it."""

import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.chaos.diary import Diary
from sandbox.people import Person, hashed

Outcome = tuple[str, Mapping[str, Any]]
"""`ok`, `failed` or `unknown`, and what the diary notes beside it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One person's choice of one preference, and the id of the write that is to make it."""

    person: Person
    key: str
    name: str
    write: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass
class Visitor:
    """One thread of a client process, with people of its own."""

    people: Sequence[Person]
    choices: Mapping[str, Sequence[str]]
    chance: random.Random
    unknown_wait: float
    _quiet: dict[tuple[int, str], float] = field(default_factory=dict)

    def next(self) -> Choice | None:
        """Who chooses what now; None when whoever was drawn has to wait."""
        person, key = self.chance.choice(self.people), self.chance.choice(sorted(self.choices))
        if self._quiet.get((person.va_profile_id, key), 0.0) > time.monotonic():
            return None
        return Choice(person, key, self.chance.choice(self.choices[key]))

    def wait(self, choice: Choice) -> None:
        """Nobody knows what came of it: this person lets this preference be until it must have ended."""
        self._quiet[choice.person.va_profile_id, choice.key] = time.monotonic() + self.unknown_wait


@dataclass(frozen=True)
class Notebook:
    """Notes each write in the diary before it is begun, and when it has ended."""

    diary: Diary
    salt: str

    def told(self, choice: Choice, epoch: int, write: Callable[[], Outcome]) -> str:
        """Note one write around what makes it; what became of it."""
        facts = {
            "write": choice.write,
            "key": choice.key,
            "person": hashed(self.salt, choice.person.va_profile_id),
            "epoch": epoch,
            "choice": choice.name,
        }
        self.diary.note("begin", facts)
        event, more = write()
        self.diary.note(event, {**facts, **more})
        return event
