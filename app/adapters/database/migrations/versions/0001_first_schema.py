"""The first schema."""

import sqlalchemy as sa
from alembic import op

from app.adapters.database.tables import Utc
from app.domain.ledger import NOTHING

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, and the one revision row: nothing has happened yet."""
    _ownership_tables()
    _move_tables()
    _caller_tables()
    _plan_tables()


def downgrade() -> None:
    """There is nothing to go back to: take a backup away instead."""
    raise NotImplementedError("the first schema cannot be taken back")


def _ownership_tables() -> None:
    op.create_table(
        "ownership",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.String(length=10)),
        sa.Column("target", sa.String(length=10)),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("move", sa.Integer()),
        sa.Column("surfaces", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(state = 'unowned' AND owner IS NULL AND target IS NULL AND move IS NULL)"
            " OR (state = 'held' AND owner IS NOT NULL AND target IS NULL AND move IS NULL)"
            " OR (state = 'moving' AND owner IS NOT NULL AND target IS NOT NULL AND move IS NOT NULL)"
            " OR (state = 'retired' AND owner IS NOT NULL AND target IS NULL AND move IS NULL)",
            name=op.f("ck_ownership_state_has_its_shape"),
        ),
        sa.CheckConstraint("owner IN ('mhv', 'va_gov')", name=op.f("ck_ownership_owner_is_a_system")),
        sa.CheckConstraint(
            "target IN ('mhv', 'va_gov', 'nobody') AND target <> owner", name=op.f("ck_ownership_target_is_another")
        ),
        sa.CheckConstraint("epoch >= 0", name=op.f("ck_ownership_epoch_is_counted")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ownership")),
    )
    counted = op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_revision_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.bulk_insert(counted, [{"id": 1, "revision": 0, "number": 0, "hash": NOTHING}])
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger")),
        sa.UniqueConstraint("hash", name=op.f("uq_ledger_hash")),
    )


def _move_tables() -> None:
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=10)),
        sa.Column("to", sa.String(length=10), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked", Utc()),
        sa.Column("frozen", Utc()),
        sa.Column("freeze_revision", sa.Integer()),
        sa.Column("activated", Utc()),
        sa.Column("outcome", sa.String(length=12)),
        sa.Column("undone_by", sa.Integer()),
        sa.ForeignKeyConstraint(["undone_by"], ["moves.id"], name=op.f("fk_moves_undone_by_moves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_table(
        "move_preferences",
        sa.Column("move", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("surfaces_before", sa.JSON(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["move"], ["moves.id"], name=op.f("fk_move_preferences_move_moves")),
        sa.PrimaryKeyConstraint("move", "key", name=op.f("pk_move_preferences")),
    )
    op.create_index(
        "uq_open_move_of_key",
        "move_preferences",
        ["key"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_table(
        "leases",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("instance", sa.String(length=80), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("ttl", sa.Float(), nullable=False),
        sa.Column("acknowledged", sa.Integer(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leases")),
    )


def _caller_tables() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("keys", sa.JSON()),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created", Utc(), nullable=False),
        sa.Column("expires", Utc()),
        sa.Column("revoked", Utc()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_table(
        "sign_in_codes",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("expires", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["token"], ["tokens.id"], name=op.f("fk_sign_in_codes_token_tokens")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sign_in_codes")),
    )
    op.create_table(
        "answers",
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("began", Utc(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("body", sa.JSON()),
        sa.PrimaryKeyConstraint("token", "key", name=op.f("pk_answers")),
    )


def _plan_tables() -> None:
    op.create_table(
        "plans",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("preferences", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("started", Utc(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_plans")),
    )
    op.create_table(
        "steps",
        sa.Column("plan", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("needs_met", Utc()),
        sa.Column("due", Utc()),
        sa.Column("move", sa.Integer()),
        sa.Column("why", sa.Text()),
        sa.ForeignKeyConstraint(["move"], ["moves.id"], name=op.f("fk_steps_move_moves")),
        sa.ForeignKeyConstraint(["plan"], ["plans.key"], name=op.f("fk_steps_plan_plans")),
        sa.PrimaryKeyConstraint("plan", "id", name=op.f("pk_steps")),
    )
    op.create_table(
        "catalogue",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_catalogue")),
    )
