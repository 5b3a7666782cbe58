"""Tokens, and the answers kept under Idempotency-Keys."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.database.tables import answers, tokens
from app.domain.roles import Role
from app.services.store import Kept, TokenRow

KEPT_FOR = timedelta(hours=24)
ABANDONED_AFTER = timedelta(minutes=1)
"""A request that has kept its key for so long without an answer died; the key may be claimed again."""


class SqlTokens:
    """See `services.store.Tokens`."""

    def __init__(self, connection: Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def add(self, row: TokenRow, secret_hash: str) -> None:
        """See `services.store.Tokens`."""
        values = {
            "id": row.id,
            "name": row.name,
            "roles": sorted(row.roles),
            "keys": None if row.keys is None else sorted(row.keys),
            "hash": secret_hash,
            "created": row.created,
            "expires": row.expires,
        }
        self._connection.execute(insert(tokens).values(values))

    def find(self, hashes: Iterable[str]) -> dict[str, TokenRow]:
        """See `services.store.Tokens`."""
        rows = self._connection.execute(select(tokens).where(tokens.c.hash.in_(list(hashes))))
        return {row.hash: _read(row) for row in rows}

    def all(self) -> list[TokenRow]:
        """See `services.store.Tokens`."""
        return [_read(row) for row in self._connection.execute(select(tokens).order_by(tokens.c.created.desc()))]

    def revoke(self, token: str) -> bool:
        """See `services.store.Tokens`."""
        alive = update(tokens).where(tokens.c.id == token, tokens.c.revoked.is_(None))
        return self._connection.execute(alive.values(revoked=self._now())).rowcount == 1


class SqlAnswers:
    """See `services.store.Answers`."""

    def __init__(self, connection: Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def begin(self, token: str, key: str, request_hash: str) -> Kept | None:
        """See `services.store.Answers`."""
        now = self._now()
        self._connection.execute(delete(answers).where(answers.c.began < now - KEPT_FOR))
        dead = answers.c.status.is_(None) & (answers.c.began < now - ABANDONED_AFTER)
        self._connection.execute(delete(answers).where(answers.c.token == token, answers.c.key == key, dead))
        savepoint = self._connection.begin_nested()
        try:
            self._connection.execute(insert(answers).values(token=token, key=key, request_hash=request_hash, began=now))
            savepoint.commit()
            return None
        except IntegrityError:
            savepoint.rollback()
        kept = self._connection.execute(
            select(answers).where(answers.c.token == token, answers.c.key == key)
        ).one_or_none()
        # Gone meanwhile: the first request was refused and gave its key up; whoever asks again will get it.
        if kept is None:
            return Kept(request_hash, now)
        return Kept(kept.request_hash, kept.began, kept.status, kept.body)

    def finish(self, token: str, key: str, status: int, body: Mapping[str, Any]) -> None:
        """See `services.store.Answers`."""
        mine = (answers.c.token == token, answers.c.key == key)
        self._connection.execute(update(answers).where(*mine).values(status=status, body=dict(body)))

    def drop(self, token: str, key: str) -> None:
        """See `services.store.Answers`."""
        unanswered = (answers.c.token == token, answers.c.key == key, answers.c.status.is_(None))
        self._connection.execute(delete(answers).where(*unanswered))


def _read(row: Row[Any]) -> TokenRow:
    keys = row._asdict()["keys"]
    return TokenRow(
        id=row.id,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        keys=None if keys is None else frozenset(keys),
        created=row.created,
        expires=row.expires,
        revoked=row.revoked,
    )
