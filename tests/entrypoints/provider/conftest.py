"""Fixtures: the provider, and a service that people sign in to with it."""

from collections.abc import Iterator

import pytest

from tests.entrypoints.provider.provided import RETURN, place, world_at
from tests.entrypoints.world import World
from tests.oidc_provider.serving import OidcServer, oidc_server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcServer]:
    """A provider for this file, whose access tokens live for an hour."""
    with oidc_server(tmp_path_factory.mktemp("oidc"), [RETURN]) as server:
        yield server


@pytest.fixture
def server(running: OidcServer) -> OidcServer:
    """The same, with everybody as in the beginning."""
    running.reset()
    return running


@pytest.fixture
def away(sqlite_url: str, server: OidcServer) -> Iterator[World]:
    """A service with the provider."""
    made = world_at(sqlite_url, place(server))
    made.context.keeper.reload()
    yield made
    made.store.close()
    assert made.troubles == []
