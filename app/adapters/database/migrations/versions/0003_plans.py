"""Plans with gates: drafts, sign-offs, milestones, locks, proposals, announcements."""

import sqlalchemy as sa
from alembic import op

from app.adapters.database.tables import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is new; no ownership changes, and a plan that runs goes on as it was started."""
    with op.batch_alter_table("plans") as table:
        table.add_column(sa.Column("author", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE plans SET author = actor")
    with op.batch_alter_table("plans") as table:
        table.alter_column("author", server_default=None)
        table.alter_column("version", server_default=None)
    with op.batch_alter_table("steps") as table:
        for name in ("until", "anew", "moment", "since", "asked"):
            table.add_column(sa.Column(name, Utc()))
    _of_persons()
    _of_stops()


def downgrade() -> None:
    """There is nothing to go back to: take a backup instead."""
    raise NotImplementedError("what persons approved and stopped cannot be taken back")


def _of_persons() -> None:
    op.create_table(
        "drafts",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *_who(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_drafts")),
    )
    op.create_table(
        "sign_offs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=125), nullable=False),
        sa.Column("name", sa.String(length=170), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        *_who(),
        sa.Column("expires", Utc()),
        sa.CheckConstraint("kind IN ('approval', 'confirmation', 'override')", name=op.f("ck_sign_offs_kind_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_offs")),
        sa.UniqueConstraint(
            "kind", "subject", "name", "basis", "actor", name=op.f("uq_sign_offs_kind_subject_name_basis_actor")
        ),
    )
    op.create_index(op.f("ix_sign_offs_subject"), "sign_offs", ["subject"])
    op.create_table(
        "milestones",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("reached", Utc()),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("earliest", sa.Date()),
        sa.Column("likely", sa.Date()),
        sa.Column("latest", sa.Date()),
        *_who(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_milestones")),
    )


def _of_stops() -> None:
    op.create_table(
        "locks",
        sa.Column("key", sa.String(length=60), nullable=False),
        *_who(),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_locks")),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        *_who(),
        sa.Column("expires", Utc(), nullable=False),
        sa.Column("ended", sa.String(length=12)),
        sa.Column("move", sa.Integer()),
        sa.CheckConstraint("ended IN ('started', 'withdrawn')", name=op.f("ck_proposals_ended_is_known")),
        sa.ForeignKeyConstraint(["move"], ["moves.id"], name=op.f("fk_proposals_move_moves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_table(
        "announcements",
        sa.Column("plan", sa.String(length=60), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("instead", sa.Text()),
        sa.Column("begins", Utc(), nullable=False),
        sa.Column("ends", Utc(), nullable=False),
        sa.CheckConstraint("level IN ('warning', 'blocked')", name=op.f("ck_announcements_level_is_known")),
        sa.PrimaryKeyConstraint("plan", "step", "key", "level", name=op.f("pk_announcements")),
    )


def _who() -> tuple[sa.Column[str], sa.Column[str], sa.Column[object]]:
    return (
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
    )
