"""The store over SQLAlchemy: a unit is one transaction with a repository for each kind of row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, Engine, select

from app.adapters.database import moment
from app.adapters.database.announcements import SqlAnnouncements
from app.adapters.database.engine import IDENTITY, transaction
from app.adapters.database.incidents import SqlIncidents
from app.adapters.database.keys import SqlKeys
from app.adapters.database.leases import SqlLeases
from app.adapters.database.ledger import SqlLedger
from app.adapters.database.marks import SqlMarks
from app.adapters.database.moves import SqlMoves
from app.adapters.database.ownerships import SqlOwnerships
from app.adapters.database.plans import SqlDrafts, SqlPlans
from app.adapters.database.reports import SqlAudits, SqlReports
from app.adapters.database.sessions import SqlSessions
from app.adapters.database.stops import SqlLocks, SqlProposals
from app.adapters.database.tallies import SqlTallies
from app.adapters.database.texts import SqlTexts
from app.adapters.database.tokens import SqlAnswers, SqlTokens
from app.adapters.database.unanswered import SqlUnanswered
from app.adapters.database.webhooks import SqlWebhooks
from app.adapters.database.words import SqlMilestones, SqlSignOffs


@dataclass
class SqlUnit:
    """One open transaction."""

    connection: Connection
    clock: Callable[[], datetime] | None = None

    @cached_property
    def ownerships(self) -> SqlOwnerships:
        """See `services.store.Unit`."""
        return SqlOwnerships(self.connection, self.clock)

    @cached_property
    def ledger(self) -> SqlLedger:
        """See `services.store.Unit`."""
        return SqlLedger(self.connection)

    @cached_property
    def marks(self) -> SqlMarks:
        """See `services.store.Unit`."""
        return SqlMarks(self.connection)

    @cached_property
    def moves(self) -> SqlMoves:
        """See `services.store.Unit`."""
        return SqlMoves(self.connection)

    @cached_property
    def leases(self) -> SqlLeases:
        """See `services.store.Unit`."""
        return SqlLeases(self.connection, self.now)

    @cached_property
    def keys(self) -> SqlKeys:
        """See `services.store.Unit`."""
        return SqlKeys(self.connection)

    @cached_property
    def tokens(self) -> SqlTokens:
        """See `services.store.Unit`."""
        return SqlTokens(self.connection, self.now)

    @cached_property
    def answers(self) -> SqlAnswers:
        """See `services.store.Unit`."""
        return SqlAnswers(self.connection, self.now)

    @cached_property
    def plans(self) -> SqlPlans:
        """See `services.store.Unit`."""
        return SqlPlans(self.connection)

    @cached_property
    def drafts(self) -> SqlDrafts:
        """See `services.store.Unit`."""
        return SqlDrafts(self.connection)

    @cached_property
    def sign_offs(self) -> SqlSignOffs:
        """See `services.store.Unit`."""
        return SqlSignOffs(self.connection)

    @cached_property
    def milestones(self) -> SqlMilestones:
        """See `services.store.Unit`."""
        return SqlMilestones(self.connection)

    @cached_property
    def locks(self) -> SqlLocks:
        """See `services.store.Unit`."""
        return SqlLocks(self.connection)

    @cached_property
    def proposals(self) -> SqlProposals:
        """See `services.store.Unit`."""
        return SqlProposals(self.connection)

    @cached_property
    def announcements(self) -> SqlAnnouncements:
        """See `services.store.Unit`."""
        return SqlAnnouncements(self.connection)

    @cached_property
    def texts(self) -> SqlTexts:
        """See `services.store.Unit`."""
        return SqlTexts(self.connection)

    @property
    def identity(self) -> str | None:
        """See `services.store.Unit`. Read when the connection was made."""
        found: str | None = self.connection.info.get(IDENTITY)
        return found

    @cached_property
    def audits(self) -> SqlAudits:
        """See `services.store.Unit`."""
        return SqlAudits(self.connection, self.now)

    @cached_property
    def reports(self) -> SqlReports:
        """See `services.store.Unit`."""
        return SqlReports(self.connection)

    @cached_property
    def incidents(self) -> SqlIncidents:
        """See `services.store.Unit`."""
        return SqlIncidents(self.connection, self.now)

    @cached_property
    def unanswered(self) -> SqlUnanswered:
        """See `services.store.Unit`."""
        return SqlUnanswered(self.connection)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        """See `services.store.Unit`."""
        return SqlWebhooks(self.connection)

    @cached_property
    def sessions(self) -> SqlSessions:
        """See `services.store.Unit`."""
        return SqlSessions(self.connection)

    @cached_property
    def tallies(self) -> SqlTallies:
        """See `services.store.Unit`."""
        return SqlTallies(self.connection)

    def now(self) -> datetime:
        """See `services.store.Unit`. The moment of the call, not of the transaction's beginning."""
        if self.clock is not None:
            return self.clock()
        if self.connection.dialect.name == "sqlite":
            return moment.read(self.connection.exec_driver_sql(f"SELECT {moment.SQLITE_NOW}").scalar_one())
        return moment.read(self.connection.execute(select(moment.now_of(self.connection))).scalar_one())


@dataclass
class SqlStore:
    """A database. `clock` stands in for the database's own in tests of long times."""

    engine: Engine
    clock: Callable[[], datetime] | None = None

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """See `services.store.Store`."""
        with transaction(self.engine, writes=True) as connection:
            yield SqlUnit(connection, self.clock)

    @contextmanager
    def reading(self) -> Iterator[SqlUnit]:
        """See `services.store.Store`."""
        with transaction(self.engine, writes=False) as connection:
            yield SqlUnit(connection, self.clock)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
