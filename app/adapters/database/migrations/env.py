"""Alembic's entry: runs the migrations in one transaction on the database that the caller names."""

from alembic import context

from app.adapters.database import plan_tables, session_tables, tally_tables  # noqa: F401 - their tables belong to the metadata
from app.adapters.database.engine import make_engine
from app.adapters.database.webhook_tables import webhooks

_engine = make_engine(context.config.attributes["url"])
with _engine.connect() as _connection:
    context.configure(connection=_connection, target_metadata=webhooks.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
_engine.dispose()
