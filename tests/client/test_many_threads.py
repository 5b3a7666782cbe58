"""Many threads of one client at once: no acknowledgement over a write, no write under an old route."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from cutover_client.client import Client
from cutover_client.routes import Refused
from tests.client.controllers import SOON
from tests.client.http_controller import HELD, Controller, client_of, controlling


@dataclass
class Watching(Controller):
    """Looks, at each renewal, whether a write is under way under an older epoch than what is acknowledged."""

    under_way: dict[int, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def answer(self, lease: str, put: dict[str, Any]) -> dict[str, Any]:
        """See Controller. Here, the epoch is the revision."""
        reached = int(str(put["acknowledged"]))
        older = [epoch for epoch in list(self.under_way.values()) if epoch < reached]
        self.broken.extend(f"{reached} was acknowledged over a write under {epoch}" for epoch in older)
        told = super().answer(lease, put)
        return {**told, "revision": told["routes"][0]["epoch"]}  # of one moment, as the service reads them


@dataclass
class Writer:
    """One thread that writes as fast as it can."""

    client: Client
    watching: Watching
    over: threading.Event
    written: int = 0

    def run(self) -> None:
        """Write until it is over."""
        name = threading.get_ident()
        while not self.over.is_set():
            try:
                with self.client.writing("a") as permit:
                    permit.recheck()
                    self.watching.under_way[name] = permit.epoch
                    time.sleep(0.001)
                    del self.watching.under_way[name]
                    permit.answered()
                    self.written += 1
            except Refused:
                self.watching.under_way.pop(name, None)


def test_39_no_acknowledgement_over_http_passes_a_write_under_way() -> None:
    watching, over = Watching(route={**HELD, "epoch": 1}), threading.Event()
    with controlling(watching), client_of(watching) as client:
        client.route("a")
        writers = [Writer(client, watching, over) for _ in range(4)]
        threads = [threading.Thread(target=writer.run) for writer in writers]
        for thread in threads:
            thread.start()
        for revision in range(2, 60):
            watching.route["epoch"] = revision
            watching.revision = revision
            time.sleep(0.02)
        over.set()
        for thread in threads:
            thread.join(SOON)
        assert sum(writer.written for writer in writers) > 10
        assert max(watching.acknowledged) > 5
        assert watching.broken == []


def test_threads_that_begin_at_once_share_one_lease() -> None:
    with controlling() as controller:
        client = client_of(controller)
        gate, owners = threading.Barrier(8), list[str | None]()

        def first_use() -> None:
            gate.wait()
            owners.append(client.route("a").owner)

        threads = [threading.Thread(target=first_use) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SOON)
        assert owners == ["mhv"] * 8
        assert len(set(controller.leases)) == 1
        client.stop()
