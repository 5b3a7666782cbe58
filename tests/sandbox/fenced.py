"""Stand-ins of several processes, with a fence and without, and their callers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sandbox.log import Accept, Entry, Mark, read_log
from sandbox.processes import StandIn, running
from tests.client.fenced import Authority
from tests.sandbox.callers import RX, MhvCaller, Target, VaCaller

EPOCHS, MARKS = ".well-known/cutover/epochs", ".well-known/cutover/marks"
PROCESSES = 3
LAB_RESULTS = 902


@dataclass(frozen=True)
class Fenced:
    """One running stand-in, and writes of one of its preferences, each by another person."""

    kind: str
    stand_in: StandIn
    target: Target
    authority: Authority = field(default_factory=Authority)
    people: Iterator[int] = field(default_factory=count)

    @property
    def key(self) -> str:
        """The preference that is written."""
        return "rx_refill_shipment" if self.kind == "mhv" else "lab_results_ready"

    @property
    def call(self) -> str:
        """What faults call the write."""
        return "write_rx" if self.kind == "mhv" else "create_permission"

    def permit(self, epoch: int, **changes: Any) -> str:
        """A permit for this preference of this system."""
        system = "mhv" if self.kind == "mhv" else "va_gov"
        return self.authority.permit(epoch, **{"key": self.key, "system": system, **changes})

    def write(self, epoch: int, permit: str | None = None, **stamp: str) -> Any:
        """A write that says this epoch; with a right permit of it, or with another, or (an empty one) with none."""
        shown = self.permit(epoch) if permit is None else permit
        stamp |= {"epoch": str(epoch), **({"permit": shown} if shown else {})}
        number = next(self.people)
        if self.kind == "mhv":
            return MhvCaller(self.target, number).ask("POST", RX, {"flag": True}, **stamp)
        caller = VaCaller(self.target, number)
        return caller.send("POST", caller.bio(communicationItemId=LAB_RESULTS), **stamp)

    def raise_to(self, epoch: int) -> Any:
        """Raise the fence."""
        headers = {"Cutover-Permit": self.permit(epoch, use="raise")}
        return self.target.ask("PUT", EPOCHS, headers, {"epochs": {self.key: epoch}})

    def log(self, since: int = 0) -> list[Entry]:
        """The lines about this preference behind that sequence number."""
        return [entry for entry in read_log(self.target.store) if entry.sequence > since and self._is_ours(entry)]

    def _is_ours(self, entry: Entry) -> bool:
        return getattr(entry.line, "preference", None) == self.key


def misplaced(entries: list[Entry]) -> list[Entry]:
    """Accepts that stand below the mark of a later epoch."""
    highest, wrong = -1, []
    for entry in entries:
        if isinstance(entry.line, Mark):
            highest = max(highest, entry.line.epoch)
        elif isinstance(entry.line, Accept) and (entry.line.epoch or 0) < highest:
            wrong.append(entry)
    return wrong


@contextmanager
def fenced(kind: str, folder: Path, **options: object) -> Iterator[Fenced]:
    """A stand-in of three processes, with a fence unless the options say otherwise."""
    keys, store = folder / "jwks.json", folder / "system.db"
    keys.write_text(json.dumps(Authority().jwks()))
    asked: Mapping[str, object] = {"fence": "permits", "jwks": keys, "processes": PROCESSES, **options}
    with running(kind, store, **asked) as stand_in:
        yield Fenced(kind, stand_in, Target(stand_in.url, store))
