"""Names of our writes, and what systems reported."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, or_, select, update

from app.adapters.database.once import add_new, forget
from app.adapters.database.tables import audits as names
from app.adapters.database.tables import reports
from app.domain.evidence import Audit, Reported, Verdict
from app.domain.ownership import System


class SqlAudits:
    """See `services.evidence.Audits`."""

    def __init__(self, connection: Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def add(self, audits: Iterable[Audit]) -> None:
        """See `services.evidence.Audits`. In the order of their keys: two units never wait for each other."""
        at = self._now()
        unique = {(one.system, one.audit): one for one in audits}
        add_new(self._connection, names, [{**unique[each]._asdict(), "at": at} for each in sorted(unique)])

    def find(self, system: System, audit: str) -> Audit | None:
        """See `services.evidence.Audits`."""
        return self.among([(system, audit)]).get((system, audit))

    def among(self, wanted: Iterable[tuple[System, str]]) -> dict[tuple[System, str], Audit]:
        """See `services.evidence.Audits`."""
        pairs = set(wanted)
        rows = self._connection.execute(select(names).where(*_of(names, pairs)))
        found = (Audit(System(row.system), row.key, row.epoch, row.audit, row.use) for row in rows)
        return {(one.system, one.audit): one for one in found if (one.system, one.audit) in pairs}

    def forget(self, before: datetime, most: int) -> int:
        """See `services.evidence.Audits`."""
        return forget(self._connection, names, names.c.at < before, most)


class SqlReports:
    """See `services.evidence.Reports`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, report: Reported) -> bool:
        """See `services.evidence.Reports`."""
        row = {"system": report.system, "audit": report.audit, "key": report.key, "verdict": report.verdict}
        return add_new(self._connection, reports, [{**row, "at": report.at}]) == 1

    def find(self, system: System, audit: str) -> Reported | None:
        """See `services.evidence.Reports`."""
        wanted = select(reports).where(reports.c.system == system, reports.c.audit == audit)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else _read(row)

    def unknown_among(self, audits: Sequence[Audit]) -> list[Reported]:
        """See `services.evidence.Reports`."""
        pairs = {(one.system, one.audit) for one in audits}
        unknown = (reports.c.verdict == Verdict.UNKNOWN, reports.c.key.is_not(None))
        wanted = select(reports).where(*_of(reports, pairs), *unknown)
        found = [_read(row) for row in self._connection.execute(wanted)]
        return [one for one in found if (one.system, one.audit) in pairs]

    def unknown(self, after: tuple[datetime, str] | None, until: datetime, most: int) -> list[Reported]:
        """See `services.evidence.Reports`."""
        waiting = (reports.c.verdict == Verdict.UNKNOWN, reports.c.key.is_not(None), reports.c.at <= until)
        wanted = select(reports).where(*waiting).order_by(reports.c.at, reports.c.audit).limit(most)
        if after is not None:
            at, audit = after
            wanted = wanted.where(or_(reports.c.at > at, and_(reports.c.at == at, reports.c.audit > audit)))
        return [_read(row) for row in self._connection.execute(wanted)]

    def unknown_of(self, keys: Iterable[str], most: int) -> list[Reported]:
        """See `services.evidence.Reports`."""
        unknown = (reports.c.verdict == Verdict.UNKNOWN, reports.c.key.in_(list(keys)))
        wanted = select(reports).where(*unknown).order_by(reports.c.at.desc(), reports.c.audit).limit(most)
        return [_read(row) for row in self._connection.execute(wanted)]

    def decide(self, report: Reported, verdict: Verdict) -> bool:
        """See `services.evidence.Reports`."""
        one = (reports.c.system == report.system, reports.c.audit == report.audit)
        guarded = update(reports).where(*one, reports.c.verdict == Verdict.UNKNOWN)
        return self._connection.execute(guarded.values(verdict=verdict)).rowcount == 1

    def counts(self) -> Mapping[tuple[System, str | None, Verdict], int]:
        """See `services.evidence.Reports`."""
        by = (reports.c.system, reports.c.key, reports.c.verdict)
        rows = self._connection.execute(select(*by, func.count()).group_by(*by).order_by(*by))
        return {(System(system), key, Verdict(verdict)): count for system, key, verdict, count in rows}

    def forget(self, before: datetime, most: int) -> int:
        """See `services.evidence.Reports`."""
        old = and_(reports.c.verdict.in_((Verdict.RIGHT, Verdict.UNKNOWN)), reports.c.at < before)
        return forget(self._connection, reports, old, most)


def _of(table: Table, pairs: Iterable[tuple[System, str]]) -> tuple[ColumnElement[bool], ...]:
    """Rows of these systems and names, some pairs too many: both columns are named, so that the key is used."""
    systems, audits = ({each[place] for each in pairs} for place in (0, 1))
    return table.c.system.in_(systems), table.c.audit.in_(audits)


def _read(row: Row[Any]) -> Reported:
    return Reported(System(row.system), row.audit, row.key, Verdict(row.verdict), row.at)
