"""The port to the database. A unit is one transaction; what it changes is there for everybody, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from app.domain.grants import Standing
from app.domain.leases import Lease
from app.domain.moves import Move, Terms
from app.domain.ownership import Ownership, System, Target
from app.domain.roles import Role
from app.services import plan_store
from app.services.evidence import Audits, Incidents, Reports, Unanswered
from app.services.ledger_book import LedgerBook
from app.services.outbox import Webhooks
from app.services.sessions import Sessions
from app.services.tallies import Tallies


class Lost(Exception):
    """Another process changed the row first. The unit is rolled back; read again and decide anew."""


class Unreachable(Exception):
    """The database cannot be reached, or did not answer in time. Whether a commit went through is found by reading."""


class ReadOnly(Unreachable):
    """The database takes no changes, as one that follows another does. Nothing was changed; reading goes on."""


@dataclass
class Claimed(Exception):
    """A preference stands in another open move."""

    key: str
    move: int


class Ownerships(Protocol):
    """The ownership rows."""

    def all(self) -> dict[str, Ownership]:
        """Every row, by key."""

    def of(self, keys: Iterable[str]) -> dict[str, Ownership]:
        """The rows of these preferences; one without a row is unowned at epoch 0."""

    def change(self, after: Ownership, epoch_seen: int) -> None:
        """Write the row if it still has the epoch that was seen; raises Lost otherwise."""

    def snapshot(self) -> Standing:
        """Revision, stored identity, the ledger's head, the time and all rows, by one statement."""


class RevisionMarks(Protocol):
    """What the revision row says of stops, and of the database itself. The head is locked before each is called."""

    def stop(self, revision: int) -> None:
        """Grants from before this revision must run out before anything may change."""

    def drain(self, stopped: int) -> bool:
        """Grants from before the stop at this revision have run out; False when that is not the last stop any more."""

    def identify(self, identity: str | None, seen: str | None) -> bool:
        """Say which database this is; False when what was seen there has changed."""


class Moves(Protocol):
    """Moves and their claims on preferences."""

    def add(self, rows: Mapping[str, Ownership], origin: System | None, to: Target, terms: Terms) -> Move:
        """Store a move of these rows, in their order, and claim its preferences; raises Claimed."""

    def find(self, number: int) -> Move | None:
        """The move with this number."""

    def save(self, move: Move) -> Move:
        """Write a move as read at its `version`, and answer the new one; raises Lost when it was changed since."""

    def release(self, number: int) -> None:
        """Give up the claims of a move."""

    def last_activated(self, keys: Iterable[str]) -> dict[str, int]:
        """The number of the move that gave each preference to its present owner; one that none did is left out."""

    def unfinished(self) -> list[Move]:
        """Moves without an outcome, oldest first."""

    def latest(self, limit: int, before: int | None = None) -> list[Move]:
        """The newest moves first."""


class Leases(Protocol):
    """The rows of lease holders."""

    def all(self) -> list[Lease]:
        """Every lease."""

    def behind(self, revision: int) -> list[Lease]:
        """Every lease that has not acknowledged this revision."""

    def find(self, leases: Iterable[str]) -> Mapping[str, Lease]:
        """Those of these leases that there are, by id, locked until the unit ends; in one order, so that none waits in
        a circle."""

    def save(self, leases: Sequence[Lease]) -> None:
        """Write rows that were found and locked, renewed now."""

    def add(self, leases: Sequence[Lease]) -> None:
        """Store registrations; raises Lost when there is one of these rows already."""

    def delete(self, lease: str, renewals: int | None = None) -> bool:
        """Delete a row (only if it still has this count of renewals); False when nothing was deleted."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as kept: never itself, only the hash of it."""

    id: str
    name: str
    roles: frozenset[Role]
    keys: frozenset[str] | None
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None


class Tokens(Protocol):
    """API tokens."""

    def add(self, row: TokenRow, secret_hash: str) -> None:
        """Store a token."""

    def find(self, hashes: Iterable[str]) -> Mapping[str, TokenRow]:
        """The tokens with these hashes, by hash."""

    def all(self) -> list[TokenRow]:
        """Every token, newest first."""

    def revoke(self, token: str) -> bool:
        """End a token; False when there is none that lives."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept under an Idempotency-Key: the hash of the request, and its answer once there is one."""

    request_hash: str
    began: datetime
    status: int | None = None
    body: Mapping[str, Any] | None = None


class Answers(Protocol):
    """Answers kept under Idempotency-Keys, for 24 hours a token."""

    def begin(self, token: str, key: str, request_hash: str) -> Kept | None:
        """Claim a key; None when it is newly claimed, else what is kept under it."""

    def finish(self, token: str, key: str, status: int, body: Mapping[str, Any]) -> None:
        """Keep the answer."""

    def drop(self, token: str, key: str) -> None:
        """Give a claimed key up again: the request changed nothing."""


class Texts(Protocol):
    """The last good preference files."""

    def all(self) -> dict[str, str]:
        """The text of each file, by key."""

    def put(self, texts: Mapping[str, str]) -> None:
        """Keep these texts; texts of other keys stay."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key. `public` is a JSON Web Key; `sealed` is the private half, of use only with the settings' secret."""

    id: str
    public: Mapping[str, Any]
    sealed: str = field(repr=False)
    created: datetime
    retired: datetime | None = None


class SigningKeys(Protocol):
    """The keys that sign permits."""

    def all(self) -> list[KeyRow]:
        """Every key, newest first."""

    def add(self, row: KeyRow) -> None:
        """Store a key."""

    def retire_all(self, at: datetime) -> None:
        """Let every key that still signs sign no more from now on."""

    def delete(self, key: str) -> bool:
        """Forget a key; False when there is none."""


class Unit(Protocol):
    """One transaction."""

    @property
    def ownerships(self) -> Ownerships: ...
    @property
    def ledger(self) -> LedgerBook: ...
    @property
    def marks(self) -> RevisionMarks: ...
    @property
    def moves(self) -> Moves: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def plans(self) -> plan_store.Plans: ...
    @property
    def drafts(self) -> plan_store.Drafts: ...
    @property
    def sign_offs(self) -> plan_store.SignOffs: ...
    @property
    def milestones(self) -> plan_store.Milestones: ...
    @property
    def locks(self) -> plan_store.Locks: ...
    @property
    def proposals(self) -> plan_store.Proposals: ...
    @property
    def announcements(self) -> plan_store.Announcements: ...
    @property
    def texts(self) -> Texts: ...
    @property
    def keys(self) -> SigningKeys: ...
    @property
    def audits(self) -> Audits: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def incidents(self) -> Incidents: ...
    @property
    def unanswered(self) -> Unanswered: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def tallies(self) -> Tallies: ...
    @property
    def identity(self) -> str | None:
        """Which server this unit runs on, and on which of its timelines; None for a database without a name."""

    def now(self) -> datetime:
        """The database's clock, in UTC: the one clock by which stored times are written and compared."""


class Store(Protocol):
    """A database. Both ways in raise Unreachable."""

    def writing(self) -> AbstractContextManager[Unit]:
        """A unit that is committed, durably, when its block ends without an exception, else rolled back."""

    def reading(self) -> AbstractContextManager[Unit]:
        """A unit that sees one snapshot of the primary and changes nothing."""
