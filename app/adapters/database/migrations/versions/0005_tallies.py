"""Counts of carried writes and of comparisons."""

import sqlalchemy as sa
from alembic import op

from app.adapters.database.tables import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is new; nothing was counted before."""
    op.create_table(
        "tallies",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("good", "bad", "unknown")),
        sa.CheckConstraint("what IN ('write', 'shadow_read')", name=op.f("ck_tallies_what_is_known")),
        sa.PrimaryKeyConstraint("key", "what", "epoch", "at", name=op.f("pk_tallies")),
    )
    op.create_index(op.f("ix_tallies_at"), "tallies", ["at"])


def downgrade() -> None:
    """There is nothing to go back to: take a backup instead."""
    raise NotImplementedError("counts that a plan was judged by cannot be taken back")
