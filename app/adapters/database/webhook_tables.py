"""The tables of webhooks, beside those of `tables`."""

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from app.adapters.database.tables import Utc, metadata

# Who is told of events. The secret is sealed with that of the settings; the cursor is the last entry that was taken.
webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", String(500), nullable=False),
    Column("format", String(10), nullable=False),
    Column("events", JSON, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("created", Utc, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("disabled", Utc),
    Column("why", Text),
    CheckConstraint("format IN ('json', 'text')", name="format_is_known"),
    sqlite_autoincrement=True,  # the ledger names webhooks by their numbers: none is given twice
)

# Each entry of the ledger on its way to each webhook that wants it: at most one row, so that nothing is taken twice.
deliveries = Table(
    "deliveries",
    metadata,
    Column("webhook", Integer, ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("type", String(80), nullable=False),
    Column("state", String(10), nullable=False),
    Column("created", Utc, nullable=False),
    Column("due", Utc, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("attempted", Utc),
    Column("ended", Utc),
    CheckConstraint(
        "(state = 'waiting' AND ended IS NULL) OR (state IN ('delivered', 'given_up') AND ended IS NOT NULL)",
        name="state_has_its_shape",
    ),
    # What is due is looked for all the time, what is old from time to time.
    Index(None, "state", "due"),
    Index(None, "ended"),
)
