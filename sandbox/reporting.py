"""What VA Profile tells its consumers: each change that it made, one bio an event, signed, again until it was taken."""

import os
import queue
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

TOLD = ("txAuditId", "sourceDate", "vaProfileId", "communicationChannelId", "communicationItemId", "allowed")
LIVES = 300
PATIENCE = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
# Anything else is the consumer's last word on an event: sending it again would change nothing.
AGAIN = {401, 403, 404, 408, 413, 429}


def report_key(file: Path) -> Path:
    """Make a signing key, unless it is there; the file with its public half, for VA_PROFILE_REPORT_KEYS."""
    if not file.exists():
        # Made whole under another name: of several makers one wins, and nobody reads half a key.
        whole = file.with_name(f"{file.name}.{uuid4().hex}")
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
            output.write(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with suppress(FileExistsError):
            file.hardlink_to(whole)
        whole.unlink()
    public = file.with_name(f"{file.name}.pub")
    half = load_pem_private_key(file.read_bytes(), None).public_key()
    public.write_bytes(half.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return public


class Pusher:
    """Tells one consumer, from a thread of its own. `delay` in seconds; what waits is lost with the process."""

    def __init__(self, url: str, key: Path, delay: float) -> None:
        report_key(key)
        self._key: Any = load_pem_private_key(key.read_bytes(), None)
        self._url, self._delay = url, delay
        self._waiting: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        self._thread: Thread | None = None
        self._lock = Lock()

    def tell(self, bio: Mapping[str, Any]) -> None:
        """A change was made. Nobody waits for its report."""
        event = {"txAuditId": str(uuid4()), "bios": [{name: bio[name] for name in TOLD}]}
        self._waiting.put((time.monotonic() + self._delay, event))
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._push, name="reports", daemon=True)
                self._thread.start()

    def _push(self) -> None:
        with requests.Session() as session:
            while True:
                due, event = self._waiting.get()
                time.sleep(max(0.0, due - time.monotonic()))
                self._push_one(session, event)

    def _push_one(self, session: requests.Session, event: dict[str, Any]) -> None:
        pause = FIRST_PAUSE
        while (status := self._sent(session, event)) is None or status >= 500 or status in AGAIN:
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        if status >= 400:
            print(f"a report was refused with status {status}", file=sys.stderr, flush=True)

    def _sent(self, session: requests.Session, event: dict[str, Any]) -> int | None:
        token = jwt.encode({"exp": int(time.time()) + LIVES}, self._key, algorithm="EdDSA")
        try:
            answer = session.post(self._url, json=event, headers={"Authorization": token}, timeout=PATIENCE)
        except requests.RequestException:
            return None
        return answer.status_code
