"""A server over TLS, with a certificate that only its own file vouches for."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from typing import Any

import pytest

from tests.adapters.systems.servers import Server, answer, in_turn


def certificate_of_localhost(folder: Path) -> tuple[Path, Path]:
    """A new certificate and its key, in this folder."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate for this test, is not installed")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    named = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *named)
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


@contextmanager
def serving_securely(certificate: Path, key: Path, body: Any) -> Iterator[Server]:
    """A server that answers everything with this body, until the end of the block."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(in_turn(answer(200, body)))
    with create_server(("127.0.0.1", 0)) as plain, context.wrap_socket(plain, server_side=True) as listener:
        server.url = f"https://localhost:{listener.getsockname()[1]}"
        threading.Thread(target=_accept, args=(server, listener), daemon=True).start()
        yield server


def _accept(server: Server, listener: ssl.SSLSocket) -> None:
    # A handshake that the caller breaks off ends one round and not the server.
    while listener.fileno() >= 0:
        server.accept(listener)
