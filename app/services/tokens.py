"""API tokens: shown once when they are made, kept as a hash, checked on every call."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.refusals import Refusal
from app.domain.roles import Caller, Role
from app.services.recording import By, record
from app.services.store import Store, TokenRow, Unit

PREFIX = "cutover_"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}")


@dataclass(frozen=True, slots=True)
class Order:
    """A token that somebody wants: its name in the ledger, its roles, and what it is limited to."""

    name: str
    roles: frozenset[Role]
    keys: frozenset[str] | None = None
    lives: timedelta | None = None


def create(unit: Unit, order: Order, by: By) -> tuple[TokenRow, str]:
    """Make a token; its secret is answered here and nowhere else. Refusal `invalid`."""
    if not _NAME.fullmatch(order.name):
        raise Refusal("invalid", "A token's name has 1 to 60 letters, digits, blanks, dots or dashes.", "Rename it.")
    if not order.roles:
        raise Refusal("invalid", "A token without a role may do nothing.", f"Roles: {', '.join(Role)}.")
    secret = PREFIX + secrets.token_urlsafe(32)
    now = unit.now()
    expires = None if order.lives is None else now + order.lives
    row = TokenRow(secrets.token_hex(8), order.name, order.roles, order.keys, now, expires)
    unit.tokens.add(row, hashed(secret))
    limits = {"roles": sorted(row.roles), "keys": None if row.keys is None else sorted(row.keys)}
    record(unit, by, "token_created", {"token": row.id, "name": row.name, **limits})
    return row, secret


def revoke(unit: Unit, token: str, by: By) -> None:
    """End a token. Refusal `not_found`."""
    if not unit.tokens.revoke(token):
        raise Refusal("not_found", "There is no such token that lives.", "cutover token list shows them.")
    record(unit, by, "token_revoked", {"token": token})


def caller_of(store: Store, secret: str) -> Caller:
    """As `callers_of`, of one. Raises what it came to."""
    caller = callers_of(store, [secret])[0]
    if isinstance(caller, Exception):
        raise caller
    return caller


def callers_of(store: Store, secrets_sent: Sequence[str]) -> list[Caller | Exception]:
    """Who sends each of these tokens; one that is unknown, revoked or over comes to Refusal `token_unknown`."""
    hashes = [hashed(secret) for secret in secrets_sent]
    with store.reading() as unit:
        rows, now = unit.tokens.find(set(hashes)), unit.now()
    return [_known(rows.get(one), now) for one in hashes]


def hashed(secret: str) -> str:
    """What is kept of a secret. It is long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def roles_from(names: Iterable[str]) -> frozenset[Role]:
    """Roles by their names. Refusal `invalid`."""
    try:
        return frozenset(Role(name) for name in names)
    except ValueError as fault:
        raise Refusal("invalid", f"{fault} of a token.", f"Roles: {', '.join(Role)}.") from None


def _known(row: TokenRow | None, now: datetime) -> Caller | Refusal:
    if row is None or row.revoked is not None or (row.expires is not None and row.expires <= now):
        return Refusal("token_unknown", "This token is not known, or it has ended.", "cutover token create makes one.")
    return Caller(f"token:{row.name}", row.roles, row.id, row.keys)
