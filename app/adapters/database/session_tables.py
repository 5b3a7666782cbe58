"""The table of sessions, beside those of `tables`."""

from sqlalchemy import JSON, CheckConstraint, Column, Index, String, Table, Text

from app.adapters.database.tables import Utc, metadata

# Who is signed in on the pages. Of what the cookie holds there is a hash; what the provider gave is sealed with the
# secret of the settings, and gone once the session has ended.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("provider", String(500), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("name", String(60), nullable=False),
    Column("groups", JSON, nullable=False),
    Column("began", Utc, nullable=False),
    Column("used", Utc, nullable=False),
    Column("asked", Utc, nullable=False),
    Column("answered", Utc, nullable=False),
    Column("sealed", Text),
    Column("ended", Utc),
    Column("why", String(200)),
    CheckConstraint("ended IS NULL OR (sealed IS NULL AND why IS NOT NULL)", name="ended_has_its_shape"),
    Index(None, "subject"),
    Index(None, "used"),
)
