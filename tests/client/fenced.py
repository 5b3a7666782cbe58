"""A system with a fence, for tests: an invented controller that signs, an application that writes, and a caller."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from cutover_client.epochs import Epochs
from cutover_client.fence import Fence
from cutover_client.keys import KeySet
from cutover_client.raising import PATH

KEY, SYSTEM, NAME = "rx_refill_shipment", "mhv", "invented"


class Authority:
    """Signs permits as the controller does. Two of the same seed, in two processes, sign with the same key."""

    def __init__(self, seed: int = 1, name: str = NAME) -> None:
        self.private, self.name = Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32)), name

    def jwks(self) -> dict[str, Any]:
        """The key set that fences check with."""
        public = OKPAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.name, "use": "sig", "alg": "EdDSA"}]}

    def keys(self) -> KeySet:
        """The keys, as a fence knows them."""
        return KeySet(self.jwks)

    def permit(self, epoch: int = 1, **changes: Any) -> str:
        """A permit that is right, with changes; a claim that is changed to None is left out."""
        claims = {"iss": "cutover", "sub": "a lease", "key": KEY, "system": SYSTEM, "epoch": epoch, "use": "write"}
        told = {**claims, "exp": int(time.time()) + 86_400, **changes}
        kept = {name: value for name, value in told.items() if value is not None}
        # Signed as bytes: the library would not sign claims of the wrong kind.
        return jwt.PyJWS().encode(json.dumps(kept).encode(), self.private, "EdDSA", {"kid": self.name})

    def raising(self, epoch: int, **changes: Any) -> str:
        """A token that raises the fence."""
        return self.permit(epoch, use="raise", **changes)


@dataclass
class Answered:
    """What a caller got."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


def call(app: WSGIApplication, path: str = "/write", **more: Any) -> Answered:
    """One request, read to its end and closed. `permit` is its header, `body` its JSON, `method` not POST."""
    answered, (environ, start) = Answered(), request(path, **more)
    chunks = app(environ, start(answered))
    try:
        answered.body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    return answered


def request(path: str, **more: Any) -> tuple[WSGIEnvironment, Callable[[Answered], StartResponse]]:
    """A request as a server hands it on, and what takes the beginning of its answer."""
    body = json.dumps(more.get("body", {})).encode()
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": more.get("method", "POST"),
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    if more.get("permit") is not None:
        environ["HTTP_CUTOVER_PERMIT"] = more["permit"]
    if "epoch" in more:
        environ["HTTP_CUTOVER_EPOCH"] = more["epoch"]

    def starting(answered: Answered) -> StartResponse:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            answered.status, answered.headers = int(status[:3]), dict(headers)

        return start

    return environ, starting


def put(app: WSGIApplication, authority: Authority, epochs: Mapping[str, int], tokens: str | None = None) -> Answered:
    """Raise some preferences, each with its token."""
    right = ", ".join(authority.raising(epoch, key=key) for key, epoch in epochs.items())
    return call(app, PATH, method="PUT", body={"epochs": epochs}, permit=right if tokens is None else tokens)


@dataclass
class System:
    """A system with one log: a file of lines that are only ever added at its end, by any of its processes.

    `during` is what its application does between the admission of a write and its effect.
    """

    folder: Path
    authority: Authority = field(default_factory=Authority)
    during: Callable[[], None] = lambda: None
    raise_waits: float = 1.5
    refused: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.epochs = Epochs(self.folder / "epochs", raise_waits=self.raise_waits)
        self.fence = Fence(
            self.application,
            SYSTEM,
            self.epochs,
            self.authority.keys(),
            lambda environ: KEY if environ["PATH_INFO"].startswith("/write") else None,
            self.mark,
            lambda _, code, key: self.refused.append((code, key)),
        )

    def application(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Write, under the epoch that the path ends with."""
        self.during()
        self.log(f"accept {environ['PATH_INFO'].rpartition('/')[2]}")
        start("200 OK", [])
        return [b"done"]

    def mark(self, key: str, epoch: int) -> int:
        """See `cutover_client.fence.Fence`."""
        self.log(f"mark {epoch}")
        return len(self.lines())

    def log(self, line: str) -> None:
        """Add a line, whole."""
        with (self.folder / "log").open("a") as log:
            log.write(f"{line}\n")

    def lines(self) -> list[str]:
        """The log so far."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []

    def write(self, epoch: int, **more: Any) -> Answered:
        """A write under a permit of that epoch."""
        return call(self.fence, f"/write/{epoch}", permit=self.authority.permit(epoch, **more))

    def raise_to(self, epoch: int) -> Answered:
        """Raise the fence."""
        return put(self.fence, self.authority, {KEY: epoch})


def misplaced(lines: Iterable[str]) -> list[str]:
    """Lines of a log that break the rule: accepts that stand below the mark of a later epoch."""
    highest, wrong = -1, []
    for line in lines:
        kind, epoch = line.split()
        if kind == "mark":
            highest = max(highest, int(epoch))
        elif int(epoch) < highest:
            wrong.append(line)
    return wrong
