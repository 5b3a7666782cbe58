"""Several processes of the service over one PostgreSQL: each hears of what the others do, and carries on for them."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import requests

from sandbox.programs import Program, free_port, program, wait_ready
from sandbox.stage import CUTOVER, Stage, stage
from tests.postgres import Server

KEY = "rx_refill_shipment"
SOON = 20.0
MEMORY = 60.0
"""The shortest advisory ttl of the files, in seconds."""


class Replicas:
    """The first process, with its stand-ins, and others beside it."""

    def __init__(self, first: Stage, closing: ExitStack) -> None:
        self.first, self._closing = first, closing
        self.urls = [first.url]
        self.programs: list[Program] = []

    def add(self) -> str:
        """Start another process; its address."""
        port = free_port()
        environment = {**self.first.environment, "CUTOVER_PORT": str(port)}
        log = self.first.folder / f"service-{port}.log"
        started = self._closing.enter_context(program([str(CUTOVER), "serve"], log, environment))
        self.urls.append(f"http://127.0.0.1:{port}")
        self.programs.append(started)
        wait_ready(started, f"{self.urls[-1]}/readyz", log)
        return self.urls[-1]

    def ask(self, url: str, path: str, **more: Any) -> requests.Response:
        """Ask one process as the operator."""
        return requests.get(
            f"{url}{path}", headers={"Authorization": f"Bearer {self.first.operator}"}, timeout=30, **more
        )

    def flip(self, **more: Any) -> int:
        """Ask the first process to move the preference to the other side; the number of the move."""
        row = self.first.get(f"/api/v1/ownership/{KEY}")
        to = {"mhv": "va_gov", "va_gov": "mhv"}[row["owner"]]
        asked = {"preferences": [KEY], "to": to, "expect": {KEY: row["epoch"]}, "reason": "It is time.", **more}
        return int(self.first.post("/api/v1/moves", asked)["id"])

    def ended(self, url: str, number: int) -> bool:
        """Whether a move has ended, as one process sees it."""
        return self.ask(url, f"/api/v1/moves/{number}").json()["outcome"] is not None


@pytest.fixture(scope="module")
def url_of_all(postgres_cluster: Server, _postgres_template: str) -> Iterator[str]:
    """One database for all tests here: starting the processes takes longest."""
    name = f"cutover_replicas_{uuid4().hex[:8]}"
    yield postgres_cluster.create(name, _postgres_template)
    postgres_cluster.drop(name)


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory, url_of_all: str) -> Iterator[Replicas]:
    """Two processes over one PostgreSQL."""
    folder = tmp_path_factory.mktemp("replicas")
    with ExitStack() as closing:
        made = Replicas(closing.enter_context(stage(folder, people=20, database_url=url_of_all)), closing)
        made.add()
        yield made


def eventually(happened: Callable[[], bool], within: float = SOON) -> None:
    """Wait until it happens."""
    end = time.monotonic() + within
    while not happened():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.05)


@contextmanager
def listening(replicas: Replicas, url: str) -> Iterator[Iterator[str]]:
    """The lines of a stream of one process."""
    with replicas.ask(url, "/api/v1/events", stream=True) as answer:
        yield (line.decode() for line in answer.iter_lines())


def next_revision(lines: Iterator[str]) -> int:
    """The revision of the next event."""
    return int(next(line for line in lines if line.startswith("id: ")).removeprefix("id: "))


@pytest.mark.timeout(180)
def test_what_one_process_commits_the_other_tells_its_listeners(replicas: Replicas) -> None:
    with listening(replicas, replicas.urls[1]) as lines:
        before = next_revision(lines)
        number = replicas.flip()
        assert next_revision(lines) > before
        eventually(lambda: replicas.ended(replicas.urls[1], number))


@pytest.mark.timeout(180)
def test_28_what_is_committed_while_notices_are_lost_is_heard_all_the_same(replicas: Replicas, url_of_all: str) -> None:
    with listening(replicas, replicas.urls[1]) as lines:
        before = next_revision(lines)
        plain = url_of_all.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(plain, autocommit=True) as connection:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            assert len(connection.execute(cut).fetchall()) == 2
        number = replicas.flip()
        assert next_revision(lines) > before
        eventually(lambda: replicas.ended(replicas.first.url, number))
        with psycopg.connect(plain, autocommit=True) as connection:
            there = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            eventually(lambda: (connection.execute(there).fetchone() or (0,))[0] == 2)


@pytest.mark.timeout(180)
def test_without_the_database_ownership_is_answered_from_memory_and_nothing_may_be_written(
    replicas: Replicas, url_of_all: str
) -> None:
    """Its age is told, readiness fails, and what may not be known is refused."""
    url, plain = replicas.urls[1], url_of_all.replace("postgresql+psycopg", "postgresql")
    known = replicas.ask(url, "/api/v1/ownership")
    name = plain.rpartition("/")[2]
    with psycopg.connect(plain.replace(name, "postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            eventually(lambda: requests.get(f"{url}/readyz", timeout=30).status_code == 503)
            told, one = replicas.ask(url, "/api/v1/ownership"), replicas.ask(url, f"/api/v1/ownership/{KEY}")
            refused = replicas.ask(url, "/api/v1/moves")
            stranger = requests.get(f"{url}/api/v1/ownership", headers={"Authorization": "Bearer x"}, timeout=30)
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert (refused.status_code, stranger.status_code) == (503, 503)
    assert (told.status_code, told.content, one.json()["key"]) == (200, known.content, KEY)
    assert 0 < int(told.headers["Age"]) <= MEMORY
    eventually(lambda: requests.get(f"{url}/readyz", timeout=30).status_code == 200)


@pytest.mark.timeout(180)
def test_a_move_whose_process_is_killed_is_ended_by_the_other(replicas: Replicas) -> None:
    number = replicas.flip()
    os.killpg(replicas.programs[0].pid, signal.SIGKILL)
    eventually(lambda: replicas.ended(replicas.first.url, number), 60)
    assert replicas.first.get(f"/api/v1/moves/{number}")["outcome"] == "done"
