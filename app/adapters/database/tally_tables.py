"""The table of counts. Each row is one bucket of time; there is nobody in it."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table

from app.adapters.database.tables import Utc, metadata

tallies = Table(
    "tallies",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("what", String(12), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("at", Utc, primary_key=True),
    Column("good", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    CheckConstraint("what IN ('write', 'shadow_read')", name="what_is_known"),
    # Those too old are looked for from time to time.
    Index(None, "at"),
)
