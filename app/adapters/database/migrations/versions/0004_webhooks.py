"""Webhooks, and what is on its way to them."""

import sqlalchemy as sa
from alembic import op

from app.adapters.database.tables import Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SHAPE = "(state = 'waiting' AND ended IS NULL) OR (state IN ('delivered', 'given_up') AND ended IS NOT NULL)"


def upgrade() -> None:
    """Add the tables; no ownership changes."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("created", Utc(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("disabled", Utc()),
        sa.Column("why", sa.Text()),
        sa.CheckConstraint("format IN ('json', 'text')", name=op.f("ck_webhooks_format_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("webhook", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created", Utc(), nullable=False),
        sa.Column("due", Utc(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.Column("attempted", Utc()),
        sa.Column("ended", Utc()),
        sa.CheckConstraint(_SHAPE, name=op.f("ck_deliveries_state_has_its_shape")),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_webhooks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("webhook", "number", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_state_due"), "deliveries", ["state", "due"])
    op.create_index(op.f("ix_deliveries_ended"), "deliveries", ["ended"])


def downgrade() -> None:
    """There is nothing to go back to: take a backup instead."""
    raise NotImplementedError("what was told to others cannot be taken back")
