"""The tables. What must never be is a constraint here too, so that no code path can write it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware UTC time. SQLite forgets zones: a naive value that comes back is UTC; none is ever stored."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class says so
        """To the database."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class says so
        """From the database."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# One row per preference: one owner column, so at most one writer. Each state has its own shape.
ownership = Table(
    "ownership",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("owner", String(10)),
    Column("target", String(10)),
    Column("epoch", Integer, nullable=False),
    Column("move", Integer),
    Column("surfaces", JSON, nullable=False),
    CheckConstraint("owner IN ('mhv', 'va_gov')", name="owner_is_a_system"),
    CheckConstraint("target IN ('mhv', 'va_gov', 'nobody') AND target <> owner", name="target_is_another"),
    CheckConstraint("epoch >= 0", name="epoch_is_counted"),
    CheckConstraint(
        "(state = 'unowned' AND owner IS NULL AND target IS NULL AND move IS NULL)"
        " OR (state = 'held' AND owner IS NOT NULL AND target IS NULL AND move IS NULL)"
        " OR (state = 'moving' AND owner IS NOT NULL AND target IS NOT NULL AND move IS NOT NULL)"
        " OR (state IN ('retired', 'stopped') AND owner IS NOT NULL AND target IS NULL AND move IS NULL)",
        name="state_has_its_shape",
    ),
)

revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    # Of which server, on which of its timelines, these rows are; another one may lack commits that were answered.
    Column("identity", String(80)),
    # The revision of the last stop, and up to which revision every grant that was ever given has run out.
    Column("stopped", Integer, nullable=False),
    Column("drained", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("act", String(60), nullable=False),
    Column("reason", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    # Overrides are shown for ever, and are looked for with each page of a plan.
    Index(None, "act", "number"),
)

moves = Table(
    "moves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("origin", String(10)),
    Column("to", String(10), nullable=False),
    Column("terms", JSON, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("stages", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("asked", Utc),
    Column("frozen", Utc),
    Column("freeze_revision", Integer),
    Column("activated", Utc),
    Column("outcome", String(12)),
    Column("undone_by", Integer, ForeignKey("moves.id")),
)

move_preferences = Table(
    "move_preferences",
    metadata,
    Column("move", Integer, ForeignKey("moves.id"), primary_key=True),
    Column("key", String(60), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("surfaces_before", JSON, nullable=False),
    Column("open", Boolean, nullable=False),
)
# At most one open move per preference.
Index(
    "uq_open_move_of_key",
    move_preferences.c.key,
    unique=True,
    sqlite_where=text("open"),
    postgresql_where=text("open"),
)

leases = Table(
    "leases",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("client", String(80), nullable=False),
    Column("instance", String(80), nullable=False),
    Column("keys", JSON, nullable=False),
    Column("ttl", Float, nullable=False),
    Column("acknowledged", Integer, nullable=False),
    Column("renewals", Integer, nullable=False),
    # By whose token, and when last, by the database's clock: for people to read, never for a decision.
    Column("token", String(40)),
    Column("renewed", Utc),
)

# Keys that sign permits. The private half is sealed with the secret of the settings.
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("public", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("created", Utc, nullable=False),
    Column("retired", Utc),
)

# The names that systems gave to writes of ours (VA Profile's txAuditId), so that their reports can be judged.
audits = Table(
    "audits",
    metadata,
    Column("system", String(10), primary_key=True),
    Column("audit", String(80), primary_key=True),
    Column("key", String(60), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("use", String(10), nullable=False),
    Column("at", Utc, nullable=False),
    CheckConstraint("use IN ('write', 'copy')", name="use_is_known"),
    Index(None, "at"),
)

# What systems reported, each once, and how it was judged. No person.
reports = Table(
    "reports",
    metadata,
    Column("system", String(10), primary_key=True),
    Column("audit", String(80), primary_key=True),
    Column("key", String(60)),
    Column("verdict", String(10), nullable=False),
    Column("at", Utc, nullable=False),
    CheckConstraint("verdict IN ('right', 'wrong', 'unknown')", name="verdict_is_known"),
    # Those still to be judged are looked for all the time, those too old from time to time.
    Index(None, "verdict", "at"),
)

# What a person must look at.
incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("key", String(60), nullable=False),
    Column("system", String(10), nullable=False),
    Column("epoch", Integer),
    Column("reference", String(100), nullable=False),
    Column("detail", Text, nullable=False),
    Column("closed", Utc),
    # The same thing, found twice, is one incident.
    UniqueConstraint("kind", "key", "system", "reference"),
)

# Writes without an answer, by a keyed hash of the person: for some seconds nobody writes over them.
unanswered = Table(
    "unanswered",
    metadata,
    Column("who", String(64), primary_key=True),
    Column("until", Utc, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("keys", JSON),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created", Utc, nullable=False),
    Column("expires", Utc),
    Column("revoked", Utc),
)

answers = Table(
    "answers",
    metadata,
    Column("token", String(40), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("began", Utc, nullable=False),
    Column("status", Integer),
    Column("body", JSON),
)

catalogue = Table(
    "catalogue",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("text", Text, nullable=False),
)
