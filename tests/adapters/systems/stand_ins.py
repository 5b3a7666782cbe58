"""The adapters against the sandbox's stand-ins: processes of their own, with a file and a log."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import requests

from app.adapters.mhv.system import MhvSystem
from app.adapters.va_profile.system import VaProfileSystem
from app.domain.catalogue import Stored
from app.domain.people import Person
from sandbox import people as crowd
from sandbox.log import Accept, Entry, Mark, read_log
from sandbox.processes import StandIn, running
from tests.adapters.systems.samples import CLOCK, MESSAGING, RX

SEED = 1


@dataclass
class Beside:
    """An adapter beside the stand-in that it asks. Each test takes a person whom no other test has touched."""

    system: MhvSystem | VaProfileSystem
    stand_in: StandIn
    store: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def newcomer(self) -> tuple[Person, Mapping[str, Stored | None]]:
        """Somebody, and what they chose before anything was written: secure messaging alerts and Rx refill shipment."""
        found = crowd.person(next(self._numbers), SEED)
        person = Person(str(found.va_profile_id), found.mhv_correlation_id)
        if isinstance(self.system, MhvSystem):
            return person, {MESSAGING.key: found.messages, RX.key: found.flags["rx"]}
        chosen = {(one.item, one.channel): one.allowed for one in found.permissions}
        return person, {MESSAGING.key: chosen.get((9, 2)), RX.key: chosen.get((4, 2))}

    def goes_wrong(self, *faults: Mapping[str, Any]) -> None:
        """Have the stand-in do this from now on, in place of what it was told before."""
        told = requests.post(f"{self.stand_in.url}/sandbox/faults", json={"faults": list(faults)}, timeout=5)
        assert told.status_code == 200, told.text

    def accepted(self, write_id: str) -> list[Accept]:
        """The lines of the log for one write."""
        lines = [entry.line for entry in self.log()]
        return [line for line in lines if isinstance(line, Accept) and line.write_id == write_id]

    def marks(self) -> dict[int, Mark]:
        """The marks of the log, by number."""
        return {entry.sequence: entry.line for entry in self.log() if isinstance(entry.line, Mark)}

    def log(self) -> list[Entry]:
        """The whole log."""
        return list(read_log(self.store))


@contextmanager
def beside_mhv(folder: Path) -> Iterator[Beside]:
    """MHV's stand-in and adapter."""
    store = folder / "mhv.db"
    with running("mhv", store, people=500, seed=SEED, app_token="invented-app-token") as stand_in:
        system = MhvSystem(stand_in.url, "invented-app-token", CLOCK)
        yield Beside(system, stand_in, store)
        system.close()


@contextmanager
def beside_va_profile(folder: Path) -> Iterator[Beside]:
    """VA Profile's stand-in and adapter."""
    store = folder / "va_profile.db"
    with running("va_profile", store, people=500, seed=SEED) as stand_in:
        system = VaProfileSystem(stand_in.url, CLOCK)
        yield Beside(system, stand_in, store)
        system.close()
