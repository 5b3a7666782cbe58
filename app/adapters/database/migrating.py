"""Bringing a database to the schema of this version."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from app.adapters.database.engine import make_engine
from app.services.store import Unreachable


def upgrade(url: str) -> None:
    """Create or upgrade the schema. Changes no ownership: a new database holds no preference. Raises Unreachable."""
    with _reached():
        command.upgrade(_config(url), "head")


def is_current(url: str) -> bool:
    """Whether the database has the schema of this version."""
    engine = make_engine(url)
    try:
        with _reached(), engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return found == ScriptDirectory.from_config(_config(url)).get_current_head()


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise Unreachable(type(error.orig).__name__) from error


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config
