"""The tables of plans, of what persons say of them, and of what stops them."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from app.adapters.database.tables import Utc, metadata

plans = Table(
    "plans",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("preferences", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("started", Utc, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    # Who started it or accepted its present version: that person approves none of its steps.
    Column("author", String(200), nullable=False),
    Column("version", Integer, nullable=False),
)

steps = Table(
    "steps",
    metadata,
    Column("plan", String(60), ForeignKey("plans.key"), primary_key=True),
    Column("id", String(60), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("needs_met", Utc),
    Column("due", Utc),
    Column("until", Utc),
    Column("move", Integer, ForeignKey("moves.id")),
    Column("why", Text),
    Column("anew", Utc),
    Column("moment", Utc),
    Column("since", Utc),
    Column("asked", Utc),
)

# A plan, or a new version of one, as somebody wrote it here; its file, if it has one, stays as it is.
drafts = Table(
    "drafts",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("text", Text, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("version", Integer, nullable=False),
)

sign_offs = Table(
    "sign_offs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("subject", String(125), nullable=False),
    Column("name", String(170), nullable=False),
    Column("basis", String(64), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("expires", Utc),
    CheckConstraint("kind IN ('approval', 'confirmation', 'override')", name="kind_is_known"),
    # Nobody counts twice.
    UniqueConstraint("kind", "subject", "name", "basis", "actor"),
    Index(None, "subject"),
)

milestones = Table(
    "milestones",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("reached", Utc),
    Column("estimated", Boolean, nullable=False),
    Column("earliest", Date),
    Column("likely", Date),
    Column("latest", Date),
    Column("actor", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("version", Integer, nullable=False),
)

# What is stopped: one preference, or everything under the empty key.
locks = Table(
    "locks",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("actor", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

# Moves by hand that wait for approvals.
proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wish", JSON, nullable=False),
    Column("needed", Integer, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("expires", Utc, nullable=False),
    Column("ended", String(12)),
    Column("move", Integer, ForeignKey("moves.id")),
    CheckConstraint("ended IN ('started', 'withdrawn')", name="ended_is_known"),
)

# What Veterans are told of steps to come.
announcements = Table(
    "announcements",
    metadata,
    Column("plan", String(60), primary_key=True),
    Column("step", String(60), primary_key=True),
    Column("key", String(60), primary_key=True),
    Column("level", String(10), primary_key=True),
    Column("text", Text, nullable=False),
    Column("instead", Text),
    Column("begins", Utc, nullable=False),
    Column("ends", Utc, nullable=False),
    CheckConstraint("level IN ('warning', 'blocked')", name="level_is_known"),
)
