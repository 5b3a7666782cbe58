"""What a process has to tell the controller of its writes, kept until a renewal that told it was answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

NAME = re.compile(r"[!-~]{1,100}")
AT_ONCE = 100
"""Of each list, so that a renewal stays below the controller's limit of 64 KiB; the rest goes with the next one."""

Entry = Mapping[str, object]


@dataclass
class Reports:
    """Late writes and the systems' own names of done ones. Safe to be used from many threads.

    A renewal whose answer was lost tells the same again: the controller takes each entry once.
    """

    _lists: dict[str, list[Entry]] = field(default_factory=lambda: {"late": [], "audits": []})
    _lock: Lock = field(default_factory=Lock)

    def late(self, key: str, epoch: int, write_id: str) -> None:
        """A write had no answer before its grant ended: it may stand in a system that is not the owner any more."""
        self._add("late", {"key": key, "epoch": epoch, "write_id": write_id})

    def audit(self, key: str, epoch: int, audit: str) -> None:
        """A system's own name of a done write; what no system would call it is not told."""
        name = str(audit)  # a user may hand on whatever stood in an answer
        if NAME.fullmatch(name):
            self._add("audits", {"key": key, "epoch": epoch, "audit": name})

    def next(self) -> dict[str, Any]:
        """The members that go with the next renewal; lists that are empty are left out."""
        with self._lock:
            return {name: entries[:AT_ONCE] for name, entries in self._lists.items() if entries}

    def told(self, members: Mapping[str, list[Entry]]) -> None:
        """A renewal with these members was answered."""
        with self._lock:
            for name, entries in members.items():
                del self._lists[name][: len(entries)]

    @property
    def is_empty(self) -> bool:
        """Whether everything was told."""
        with self._lock:
            return not any(self._lists.values())

    def _add(self, name: str, entry: Entry) -> None:
        with self._lock:
            self._lists[name].append(entry)
