"""A forked process keeps nothing of its parent's connections; a secure connection is checked."""

import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_server

import pytest

from app.adapters.http.deadline import countdown
from app.adapters.http.exchange import NoAnswer, Operation
from app.adapters.http.transport import Transport
from cutover_client.wire.messages import Request
from tests.adapters.systems.samples import CLOCK, nothing
from tests.adapters.systems.servers import Server, answer, in_turn, serving

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


@contextmanager
def serving_securely(certificate: Path, key: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(in_turn(answer(200, {"done": True})))
    with create_server(("127.0.0.1", 0)) as plain, context.wrap_socket(plain, server_side=True) as listener:
        server.url = f"https://localhost:{listener.getsockname()[1]}"
        threading.Thread(target=_accept, args=(server, listener), daemon=True).start()
        yield server


def _accept(server: Server, listener: ssl.SSLSocket) -> None:
    # A handshake that the caller breaks off ends one round and not the server.
    while listener.fileno() >= 0:
        server.accept(listener)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate for this test, is not installed")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    named = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *named)
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


def test_a_secure_system_is_asked_when_its_authority_is_known(authority: tuple[Path, Path]) -> None:
    with serving_securely(*authority) as server:
        transport = Transport(server.url, "MHV", CLOCK, ca_file=str(authority[0]))
        doing = operation()
        assert transport.ask(doing, WRITE).object() == {"done": True}
        assert doing.began
        transport.close()


def test_a_system_whose_authority_is_not_known_gets_no_byte_of_a_write(authority: tuple[Path, Path]) -> None:
    with serving_securely(*authority) as server:
        doing = operation()
        with pytest.raises(NoAnswer, match="could not be reached"):
            Transport(server.url, "MHV", CLOCK).ask(doing, WRITE)
        assert not doing.began
        assert server.received == []
