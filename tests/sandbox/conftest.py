"""One stand-in of each kind for the tests of a file; each test has its own people in it."""

from collections.abc import Iterator

import pytest

from sandbox.processes import running
from tests.sandbox.callers import Target


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
