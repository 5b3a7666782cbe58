"""Permits: what a system with a fence is shown with each write, and how its fence is raised.

A permit says that one lease may write one preference of one system under one epoch. Safety rests on the epoch; `exp`
only tidies up, so a fence reads it with a minute of leeway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn, Protocol

from app.domain.grants import Standing
from app.domain.ownership import Ownership, System
from app.domain.refusals import Refusal
from app.services.clock import Clock
from app.services.recording import By, record
from app.services.store import KeyRow, Store, Unit

ISSUER = "cutover"
RAISE_LIVES = timedelta(minutes=1)
LOOK_AGAIN = 10.0
"""Seconds for which a process goes on signing with the key that it knows."""
KNOWN_FOR = timedelta(days=1)
FIRST = By("controller", "Permits need a key to be signed with.")


class Keys(Protocol):
    """How keys are made and used."""

    def make(self) -> tuple[str, dict[str, Any], str]:
        """A new key: its id, its public half as a JSON Web Key, its private half sealed."""

    def sign(self, key: KeyRow, claims: Mapping[str, Any]) -> str:
        """A signed token. Refusal `key_sealed` where the private half cannot be opened."""


@dataclass
class Signer:
    """Signs in one process, by the newest key of the database. Safe to be used from many threads."""

    store: Store
    keys: Keys
    clock: Clock
    _known: tuple[KeyRow, float] | None = None

    def permits(self, standing: Standing, lease: str, lives: float) -> dict[str, str]:
        """A permit for each preference that has a writer, for `lives` seconds. `lease` is who may use it."""
        return {
            key: self._signed(row, row.route.write_to, "write", lease, timedelta(seconds=lives))
            for key, row in standing.rows.items()
            if row.route.write_to is not None
        }

    def raising(self, system: System, epochs: Mapping[str, int], move: int | None) -> list[str]:
        """For each preference the token that raises `system`'s fence to its epoch."""
        rows = [Ownership(key, epoch=epoch, move=move) for key, epoch in epochs.items()]
        return [self._signed(row, system, "raise", "controller", RAISE_LIVES) for row in rows]

    def _signed(self, row: Ownership, system: System, use: str, lease: str, lives: timedelta) -> str:
        told = {"iss": ISSUER, "sub": lease, "key": row.key, "system": system.value, "epoch": row.epoch, "use": use}
        moving = {} if row.move is None else {"move": row.move}
        ends = int((self.clock.now() + lives).timestamp()) + 1
        return self.keys.sign(self._key(), {**told, **moving, "exp": ends})

    def _key(self) -> KeyRow:
        """The newest key; looked for anew from time to time, since another process may have made one."""
        known = self._known
        if known is not None and self.clock.monotonic() - known[1] < LOOK_AGAIN:
            return known[0]
        newest = self._newest() or self._first()
        self._known = (newest, self.clock.monotonic())
        return newest

    def _newest(self) -> KeyRow | None:
        with self.store.reading() as unit:
            return next((key for key in unit.keys.all() if key.retired is None), None)

    def _first(self) -> KeyRow:
        with self.store.writing() as unit:
            unit.ledger.lock()  # of several processes that find no key, one makes it
            present = next((key for key in unit.keys.all() if key.retired is None), None)
            return present or make_key(unit, self.keys, FIRST)


def make_key(unit: Unit, keys: Keys, by: By) -> KeyRow:
    """Make the key that signs from now on; the ones before go on being known for what they signed."""
    unit.ledger.lock()
    name, public, sealed = keys.make()
    row = KeyRow(name, public, sealed, unit.now())
    unit.keys.retire_all(row.created)
    unit.keys.add(row)
    record(unit, by, "key_made", {"key": name})
    return row


def revoke_key(unit: Unit, key: str, by: By) -> None:
    """Let nothing that a key signed count any more, as soon as the fences have asked again. Refusal `not_found`."""
    if not unit.keys.delete(key):
        raise Refusal("not_found", f"There is no key {key[:60]}.", "cutover keys list shows them.")
    record(unit, by, "key_revoked", {"key": key})


def public_keys(unit: Unit) -> dict[str, Any]:
    """The JSON Web Key Set that fences check permits with: the newest key, and those retired within a day."""
    since = unit.now() - KNOWN_FOR
    return {"keys": [dict(key.public) for key in unit.keys.all() if key.retired is None or key.retired > since]}


class NoKeys:
    """See `services.signing.Keys` and `services.outbox.Seal`: without a secret there is nothing to seal with."""

    def make(self, *_: object) -> NoReturn:
        """See `services.signing.Keys`."""
        raise Refusal("settings_faulty", "CUTOVER_SECRET_KEY is missing; it seals keys and secrets.", "Set it.")

    sign = close = open = make
