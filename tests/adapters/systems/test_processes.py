"""A forked process keeps nothing of its parent's connections; a secure connection is checked."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from app.adapters.http.deadline import countdown
from app.adapters.http.exchange import NoAnswer, Operation
from app.adapters.http.posting import HttpPost
from app.adapters.http.transport import Transport
from app.services.outbox import NotDelivered
from cutover_client.wire.messages import Request
from tests.adapters.systems.samples import CLOCK, nothing
from tests.adapters.systems.secure_servers import certificate_of_localhost, serving_securely
from tests.adapters.systems.servers import answer, in_turn, serving

READ = Request("GET", "thing")
WRITE = Request("POST", "thing", body={}, writes=True)


def operation() -> Operation:
    return Operation(countdown(CLOCK, 5), nothing)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_opens_connections_of_its_own() -> None:
    with serving(in_turn(answer(200, {}))) as server:
        transport = Transport(server.url, "MHV", CLOCK)
        transport.ask(operation(), READ)
        child = os.fork()
        if child == 0:
            code = 1
            with suppress(BaseException):
                code = 0 if transport.ask(operation(), READ).accepted else 1
            os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        transport.ask(operation(), READ)
        # The parent's own one, used twice, and the child's.
        assert server.connections == 2
        transport.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate_of_localhost(tmp_path_factory.mktemp("tls"))


def test_a_secure_system_is_asked_when_its_authority_is_known(authority: tuple[Path, Path]) -> None:
    with serving_securely(*authority, {"done": True}) as server:
        transport = Transport(server.url, "MHV", CLOCK, ca_file=str(authority[0]))
        doing = operation()
        assert transport.ask(doing, WRITE).object() == {"done": True}
        assert doing.began
        transport.close()


def test_a_system_whose_authority_is_not_known_gets_no_byte_of_a_write(authority: tuple[Path, Path]) -> None:
    with serving_securely(*authority, {"done": True}) as server:
        doing = operation()
        with pytest.raises(NoAnswer, match="could not be reached"):
            Transport(server.url, "MHV", CLOCK).ask(doing, WRITE)
        assert not doing.began
        assert server.received == []


def test_a_webhook_is_told_over_a_secure_connection_when_its_authority_is_known(authority: tuple[Path, Path]) -> None:
    with serving_securely(*authority, {}) as server:
        assert HttpPost(CLOCK, str(authority[0])).send(f"{server.url}/hook", {}, b"{}") == 200


def test_a_webhook_whose_authority_is_not_known_gets_no_byte(authority: tuple[Path, Path]) -> None:
    with serving_securely(*authority, {}) as server:
        with pytest.raises(NotDelivered, match="could not be reached"):
            HttpPost(CLOCK).send(f"{server.url}/hook", {}, b"{}")
        assert server.received == []
