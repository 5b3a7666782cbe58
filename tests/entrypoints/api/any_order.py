"""What any sequence of requests is played on: two processes of the service over one database, asked only over HTTP."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from app.domain.refusals import CODES
from app.domain.roles import Role
from cutover_client.elapsed import Instant
from cutover_client.grants import Grants
from cutover_client.lease import answer_of
from cutover_client.routes import Answer
from tests.entrypoints.api.asking import FIRST_KEY, HELD_BACK, ONLY_NEW, PROBLEM, SECOND_KEY, Api, api
from tests.entrypoints.invented import FIRST, ON_HOLD, ONLY_VA_GOV, SECOND
from tests.entrypoints.world import SPANS, World
from tests.fakes.clock import FakeClock

KEYS = (FIRST_KEY, SECOND_KEY)
ALL = (*KEYS, HELD_BACK, ONLY_NEW)

Flight = tuple[str, str, Instant]
"""A write under way: its preference, the system that it goes to, and when it began."""


@dataclass
class Holder:
    """A process that writes by the client's own rules. What it has under way may be accepted until it is over.

    `answers` are those that have not come yet; `under_way` says by number what is written where, and since when.
    """

    lease: str
    grants: Grants = field(default_factory=lambda: Grants(SPANS))
    answers: list[tuple[Answer, Instant]] = field(default_factory=list)
    under_way: dict[int, Flight] = field(default_factory=dict)


class Service:
    """Two processes over one database, a clock for both, and what the service last told of ownership."""

    def __init__(self, template: Path) -> None:
        self.folder = Path(tempfile.mkdtemp())
        url = f"sqlite:///{shutil.copyfile(template, self.folder / 'cutover.db')}"
        self.clock = FakeClock()
        first = World(url, clock=self.clock)
        second = World(url, clock=self.clock, mhv=first.mhv, va_gov=first.va_gov, troubles=first.troubles)
        self.worlds = (first, second)
        for world in self.worlds:
            world.files.put(FIRST, SECOND, ON_HOLD, ONLY_VA_GOV)
            world.context.keeper.reload()
        self.everything = api(first, *Role)
        self.stranger = api(first, Role.CLIENT, name="mallory")
        self.told: dict[str, bytes] = {}
        self.etag = ""

    def end(self) -> None:
        """Close and leave nothing behind."""
        for world in self.worlds:
            world.store.close()
        shutil.rmtree(self.folder)

    def ask(self, method: str, path: str, body: Any = None, which: int = 0, by: Api | None = None) -> TestResponse:
        """One request to one of the processes. Its answer must be one that the documents know."""
        asker = Api(self.worlds[which], (by or self.everything).token)
        headers = {"X-VA-Profile-Id": "1000001", "X-MHV-Correlation-Id": "2000001"}
        said = {} if body is None else {"json": body}
        answer = asker.ask(method, path, headers, **said)
        require_documented(answer)
        return answer

    def lease(self, holder: Holder, keys: tuple[str, ...], acknowledged: int, which: int = 0) -> Answer:
        """Register or renew, and the answer as the client package reads it."""
        body = {"client": "portal", "instance": holder.lease[-1], "keys": list(keys), "acknowledged": acknowledged}
        answer = self.ask("PUT", f"/leases/{holder.lease}", body, which)
        assert answer.status_code == 200, answer.text
        return answer_of(answer.get_json(), keys)

    def ownership(self, which: int = 0) -> Mapping[str, Any]:
        """What is told of ownership now, asked with the last entity tag: one that is still the same hides no change."""
        asker = Api(self.worlds[which], self.everything.token)
        answer = asker.get("/ownership", {"If-None-Match": self.etag} if self.etag else None)
        if answer.status_code == 200:
            assert answer.headers["ETag"] != self.etag
            self.etag = answer.headers["ETag"]
            assert self.told.setdefault(self.etag, answer.data) == answer.data, "one entity tag for two bodies"
        else:
            assert answer.status_code == 304
        found: Mapping[str, Any] = json.loads(self.told[self.etag])
        standing = self.worlds[which].standing()
        stands = {key: (row.state.value, row.owner, row.epoch) for key, row in standing.rows.items()}
        told = {row["key"]: (row["state"], row["owner"], row["epoch"]) for row in found["preferences"]}
        assert (found["revision"], {key: told[key] for key in stands}) == (standing.revision, stands)
        return found

    def moves(self) -> list[dict[str, Any]]:
        """The latest moves, newest first."""
        found: list[dict[str, Any]] = self.ask("GET", "/moves?limit=50").get_json()["moves"]
        return found

    def drive(self, which: int) -> float:
        """One of the processes does the next thing for each move; seconds until it would look again."""
        return self.worlds[which].context.worker.drive_once()


def require_documented(answer: TestResponse) -> None:
    """A success, or a problem of the table with its status. Never "something went wrong that should not have"."""
    if answer.status_code < 400:
        return
    told = answer.get_json(force=True)
    assert answer.content_type == "application/problem+json", answer.text
    assert all(told[name] for name in PROBLEM), told
    assert CODES[told["code"]][0] == answer.status_code != 500, told
