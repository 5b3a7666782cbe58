"""Keys of permits, what systems report, incidents, and which database this is."""

import sqlalchemy as sa
from alembic import op

from app.adapters.database.tables import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SHAPE = (
    "(state = 'unowned' AND owner IS NULL AND target IS NULL AND move IS NULL)"
    " OR (state = 'held' AND owner IS NOT NULL AND target IS NULL AND move IS NULL)"
    " OR (state = 'moving' AND owner IS NOT NULL AND target IS NOT NULL AND move IS NOT NULL)"
    " OR (state IN ('retired', 'stopped') AND owner IS NOT NULL AND target IS NULL AND move IS NULL)"
)


def upgrade() -> None:
    """Add what is new; no ownership changes."""
    with op.batch_alter_table("ownership") as table:
        table.drop_constraint(op.f("ck_ownership_state_has_its_shape"), type_="check")
        table.create_check_constraint(op.f("ck_ownership_state_has_its_shape"), _SHAPE)
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("identity", sa.String(length=80)))
        table.add_column(sa.Column("stopped", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("drained", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("revision") as table:
        table.alter_column("stopped", server_default=None)
        table.alter_column("drained", server_default=None)
    with op.batch_alter_table("leases") as table:
        table.add_column(sa.Column("token", sa.String(length=40)))
        table.add_column(sa.Column("renewed", Utc()))
    _new_tables()


def downgrade() -> None:
    """There is nothing to go back to: take a backup instead."""
    raise NotImplementedError("epochs and permits that were given cannot be taken back")


def _new_tables() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created", Utc(), nullable=False),
        sa.Column("retired", Utc()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
    )
    op.create_table(
        "audits",
        sa.Column("system", sa.String(length=10), nullable=False),
        sa.Column("audit", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("use", sa.String(length=10), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.CheckConstraint("use IN ('write', 'copy')", name=op.f("ck_audits_use_is_known")),
        sa.PrimaryKeyConstraint("system", "audit", name=op.f("pk_audits")),
    )
    op.create_index(op.f("ix_audits_at"), "audits", ["at"])
    op.create_table(
        "reports",
        sa.Column("system", sa.String(length=10), nullable=False),
        sa.Column("audit", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=60)),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.CheckConstraint("verdict IN ('right', 'wrong', 'unknown')", name=op.f("ck_reports_verdict_is_known")),
        sa.PrimaryKeyConstraint("system", "audit", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_verdict_at"), "reports", ["verdict", "at"])
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("system", sa.String(length=10), nullable=False),
        sa.Column("epoch", sa.Integer()),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("closed", Utc()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("kind", "key", "system", "reference", name=op.f("uq_incidents_kind_key_system_reference")),
    )
    op.create_table(
        "unanswered",
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_unanswered")),
    )
