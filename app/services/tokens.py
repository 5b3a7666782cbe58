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
CODE_LIVES = timedelta(minutes=30)
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


def sign_in_code(unit: Unit, token: str) -> str:
    """A one-time code that signs a person in with a token, for half an hour."""
    code = secrets.token_urlsafe(24)
    unit.tokens.add_code(hashed(code), token, unit.now() + CODE_LIVES)
    return code


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


def caller_with(store: Store, token: str) -> Caller:
    """Who was signed in with the token of this id, if it still lives. Refusal `token_unknown`."""
    with store.reading() as unit:
        return _caller(unit.tokens.get(token), unit.now())


def caller_with_code(store: Store, code: str) -> Caller:
    """Who was given this one-time code; it is used up. Refusal `token_unknown`."""
    with store.writing() as unit:
        token = unit.tokens.take_code(hashed(code))
        return _caller(None if token is None else unit.tokens.get(token), unit.now())


def hashed(secret: str) -> str:
    """What is kept of a secret. It is long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def roles_from(names: Iterable[str]) -> frozenset[Role]:
    """Roles by their names. Refusal `invalid`."""
    try:
        return frozenset(Role(name) for name in names)
    except ValueError as fault:
        raise Refusal("invalid", f"{fault} of a token.", f"Roles: {', '.join(Role)}.") from None


def _caller(row: TokenRow | None, now: datetime) -> Caller:
    caller = _known(row, now)
    if isinstance(caller, Refusal):
        raise caller
    return caller


def _known(row: TokenRow | None, now: datetime) -> Caller | Refusal:
    if row is None or row.revoked is not None or (row.expires is not None and row.expires <= now):
        return Refusal("token_unknown", "This token is not known, or it has ended.", "cutover token create makes one.")
    return Caller(f"token:{row.name}", row.roles, row.id, row.keys)
