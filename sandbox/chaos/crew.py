"""The client processes of a part. A person belongs to one process: one that is started again gets other people."""

import json
import random
import sys
from dataclasses import asdict, dataclass, field
from itertools import count
from threading import Lock

from sandbox.chaos.client import Orders
from sandbox.chaos.contracts import flags
from sandbox.chaos.replica import Member
from sandbox.chaos.stage import PEOPLE, Stage

LEASED, CARRIED, ADVISORY = "leased", "carried", "advisory"
PEOPLE_EACH = 8


@dataclass
class Client(Member):
    """One client process. `kind` is the module that it runs."""

    kind: str = LEASED
    name: str = ""

    @property
    def module(self) -> str:
        """What it runs: one of the harness's own, or a module's whole name."""
        return self.kind if "." in self.kind else f"sandbox.chaos.{self.kind}"


@dataclass
class Crew:
    """All client processes of one stage."""

    stage: Stage
    seed: str
    unknown_wait: float
    pause: float
    threads: int = 2
    people_each: int = PEOPLE_EACH
    clients: list[Client] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)
    _lock: Lock = field(default_factory=Lock)

    def hire(self, kind: str, keys: list[str] | None = None, ambush: str = "") -> Client:
        """Start one more client, with people of its own."""
        client = Client([], self.stage.folder / "clients.log", {}, kind=kind)
        self._send(client, keys, ambush)
        self.clients.append(client)
        return client

    def replace(self, client: Client, keys: list[str] | None = None) -> None:
        """Start a client again that was killed: as another process, with other people."""
        self._send(client, keys, "")

    def of(self, *kinds: str) -> list[Client]:
        """The clients of these kinds."""
        return [client for client in self.clients if client.kind in kinds]

    def dismiss(self) -> None:
        """Let every write end, and end the clients."""
        for client in self.clients:
            client.resume()
            if client.process is not None:
                client.process.terminate()
        for client in self.clients:
            client.stop()

    def _send(self, client: Client, keys: list[str] | None, ambush: str) -> None:
        with self._lock:
            number = next(self._numbers)
        client.name = f"{client.kind}-{number}"
        first = 1 + number * self.people_each
        if first + self.people_each > PEOPLE:
            raise RuntimeError("There are no people left for another client.")
        folder, stage = self.stage.folder, self.stage
        urls = list(stage.urls)
        random.Random(f"{self.seed}/{number}").shuffle(urls)
        orders = Orders(
            urls=urls,
            token=stage.token,
            mhv=stage.way("mhv"),
            va_profile=stage.way("va_gov"),
            app_token=stage.app_token,
            folder=str(folder),
            diary=str(folder / f"diary-{number:03d}.jsonl"),
            salt=stage.salt,
            name=client.name,
            keys=keys or sorted(flags(folder / "flags", "sandbox")),
            first=first,
            people=self.people_each,
            threads=self.threads,
            pause=self.pause,
            seed=f"{self.seed}/{number}",
            unknown_wait=self.unknown_wait,
            ambush=ambush,
        )
        file = folder / f"orders-{number:03d}.json"
        file.write_text(json.dumps(asdict(orders)), encoding="utf-8")
        client.command = [sys.executable, "-m", client.module, str(file)]
        client.start()
