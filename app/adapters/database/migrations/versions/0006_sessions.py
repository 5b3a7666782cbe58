"""Sessions of persons on the pages. One-time codes, which nobody signs in with any more, go."""

import sqlalchemy as sa
from alembic import op

from app.adapters.database.tables import Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; whoever was signed in before signs in anew."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        *(sa.Column(name, Utc(), nullable=False) for name in ("began", "used", "asked", "answered")),
        sa.Column("sealed", sa.Text()),
        sa.Column("ended", Utc()),
        sa.Column("why", sa.String(length=200)),
        sa.CheckConstraint(
            "ended IS NULL OR (sealed IS NULL AND why IS NOT NULL)", name=op.f("ck_sessions_ended_has_its_shape")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("hash", name=op.f("uq_sessions_hash")),
    )
    op.create_index(op.f("ix_sessions_subject"), "sessions", ["subject"])
    op.create_index(op.f("ix_sessions_used"), "sessions", ["used"])
    op.drop_table("sign_in_codes")


def downgrade() -> None:
    """There is nothing to go back to: take a backup instead."""
    raise NotImplementedError("who was signed in cannot be told by tokens")
