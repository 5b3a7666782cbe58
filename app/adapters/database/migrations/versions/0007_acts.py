"""An index for what was done: overrides are shown for ever, and are looked for with each page of a plan."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f("ix_ledger_act_number"), "ledger", ["act", "number"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index(op.f("ix_ledger_act_number"), "ledger")
