"""The public keys of the controller, as a JSON Web Key Set (RFC 7517), kept up to date when they are used."""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm
from jwt.exceptions import InvalidKeyError

from cutover_client.clocks import Clock, MachineClock
from cutover_client.elapsed import Instant

REFRESH = 300.0
"""Seconds after which the set is asked for again: for so long a revoked key may still count."""
ASK_AGAIN = 5.0
"""Seconds that pass at least between two requests, whatever names of keys are sent."""
FIRST_AGAIN = 0.5
"""The same as long as no key is known at all: nobody can write then, and the controller may only just be starting."""
TRY_AGAIN = 30.0
"""Seconds after which a set that could not be refreshed is asked for again. Until then nobody waits for it."""
TIMEOUT = 2.0
_LOG = logging.getLogger(__name__)


def _warn(trouble: Exception) -> None:
    _LOG.warning("The keys of permits could not be fetched (%s); those that are known go on.", type(trouble).__name__)


@dataclass
class KeySet:
    """Keys from `fetch`, a function that answers a key set or raises. Safe to be used from many threads.

    When the set cannot be fetched, the known keys go on; as long as none was ever known, nothing passes.
    """

    fetch: Callable[[], Any]
    clock: Clock = field(default_factory=MachineClock)
    on_trouble: Callable[[Exception], None] = _warn
    _known: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)
    _asked: Instant | None = None
    _fetched: Instant | None = None
    _asking: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def at(cls, place: str | Path) -> "KeySet":
        """Keys from an address that begins with http:// or https://, or else from a file."""
        if str(place).startswith(("http://", "https://")):
            return cls(lambda: _fetched_from(str(place)))
        return cls(lambda: json.loads(Path(place).read_text(encoding="utf-8")))

    def find(self, name: str) -> Ed25519PublicKey | None:
        """See `permits.Keys`. Asks for the set when it is old, or does not name the key, but not too often."""
        known = self._known.get(name)
        # Whoever knows its key does not wait for another thread's request.
        if self._is_due(name) and self._asking.acquire(timeout=2 * TIMEOUT if known is None else 0):
            try:
                if self._is_due(name):
                    self._ask()
            finally:
                self._asking.release()
        return self._known.get(name)

    def _is_due(self, name: str) -> bool:
        now, asked, fetched = self.clock.instant(), self._asked, self._fetched
        is_known = name in self._known
        pause = TRY_AGAIN if is_known else ASK_AGAIN if self._known else FIRST_AGAIN
        if asked is not None and now.since(asked) < pause:
            return False
        return not is_known or fetched is None or now.since(fetched) >= REFRESH

    def _ask(self) -> None:
        try:
            self._known = keys_of(self.fetch())
            self._fetched = self.clock.instant()
        except (requests.RequestException, OSError, ValueError) as trouble:
            self.on_trouble(trouble)
        finally:
            self._asked = self.clock.instant()


def keys_of(told: Any) -> Mapping[str, Ed25519PublicKey]:
    """The Ed25519 keys of a key set, by name. Keys of other kinds are passed over. Raises ValueError for no key set."""
    members = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(members, list):
        raise ValueError('A key set is an object with a list "keys".')
    return {member["kid"]: _key(member) for member in members if _is_ours(member)}


def _is_ours(member: Any) -> bool:
    if not isinstance(member, dict) or not isinstance(member.get("kid"), str):
        return False
    signs = member.get("use", "sig") == "sig" and member.get("alg", "EdDSA") == "EdDSA"
    return signs and member.get("kty") == "OKP" and member.get("crv") == "Ed25519"


def _key(member: dict[str, Any]) -> Ed25519PublicKey:
    try:
        key = OKPAlgorithm.from_jwk({name: value for name, value in member.items() if name != "d"})
    except InvalidKeyError as error:
        raise ValueError(f"The key {member['kid'][:60]!r} cannot be read: {error}.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"The key {member['kid'][:60]!r} is no Ed25519 key.")
    return key


def _fetched_from(address: str) -> Any:
    answer = requests.get(address, timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.json()
