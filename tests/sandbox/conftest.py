"""One stand-in of each kind for the tests of a file; each test has its own people in it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from sandbox.log import Mark
from sandbox.processes import running
from tests.sandbox.callers import Target
from tests.sandbox.fenced import Fenced, fenced


@pytest.fixture(scope="module")
def mhv(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A running MHV with 2,000 people."""
    store = tmp_path_factory.mktemp("mhv") / "mhv.db"
    with running("mhv", store) as stand_in:
        yield Target(stand_in.url, store)


@pytest.fixture(scope="module")
def va_profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A running VA Profile with 2,000 people."""
    store = tmp_path_factory.mktemp("va_profile") / "va_profile.db"
    with running("va_profile", store) as stand_in:
        yield Target(stand_in.url, store)


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Fenced]]:
    """Each kind of stand-in, started once, when it is first asked for."""
    started: dict[str, Fenced] = {}
    with ExitStack() as closing:

        def started_once(kind: str) -> Fenced:
            if kind not in started:
                started[kind] = closing.enter_context(fenced(kind, tmp_path_factory.mktemp(kind)))
            return started[kind]

        yield started_once


@pytest.fixture
def system(request: pytest.FixtureRequest, stand_ins: Callable[[str], Fenced]) -> Iterator[Fenced]:
    """One of the two; no fault is left behind."""
    found = stand_ins(request.param)
    yield found
    assert found.target.faults().json() == {"faults": []}


@pytest.fixture
def epoch(system: Fenced) -> int:
    """An epoch that the system was told by a raise."""
    marks = [entry.line.epoch for entry in system.log() if isinstance(entry.line, Mark)]
    told = max(marks, default=0) + 1
    assert system.raise_to(told).status_code == 200
    return told
