"""What tests of several files in this folder need."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Asia/Tokyo"])
def _server_elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine's own zone is another one. What the product does must not depend on it."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
