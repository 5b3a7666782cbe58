"""What persons said: approvals, confirmations, overrides, and that milestones were reached or are expected."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from app.adapters.database.once import inserting
from app.adapters.database.plan_tables import milestones, sign_offs
from app.domain.milestones import Estimate, MilestoneRow
from app.domain.plan_gates import Kind, SignOff

_ESTIMATE = ("earliest", "likely", "latest")


class SqlSignOffs:
    """See `services.plan_store.SignOffs`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, subjects: Iterable[str]) -> list[SignOff]:
        """See `services.plan_store.SignOffs`."""
        wanted = select(sign_offs).where(sign_offs.c.subject.in_(list(subjects))).order_by(sign_offs.c.id)
        return [_read(row) for row in self._connection.execute(wanted)]

    def of_plan(self, key: str) -> list[SignOff]:
        """See `services.plan_store.SignOffs`."""
        wanted = select(sign_offs).where(_about(key)).order_by(sign_offs.c.id)
        return [_read(row) for row in self._connection.execute(wanted)]

    def add(self, one: SignOff) -> bool:
        """See `services.plan_store.SignOffs`."""
        values = {name: value for name, value in asdict(one).items() if name != "id"}
        statement = inserting(self._connection, sign_offs).values(**{**values, "kind": one.kind.value})
        told = statement.on_conflict_do_nothing().returning(sign_offs.c.id)
        return self._connection.execute(told).one_or_none() is not None

    def withdraw(self, one: SignOff) -> bool:
        """See `services.plan_store.SignOffs`."""
        return self._connection.execute(delete(sign_offs).where(sign_offs.c.id == one.id)).rowcount == 1

    def forget_plan(self, key: str) -> None:
        """See `services.plan_store.SignOffs`."""
        self._connection.execute(delete(sign_offs).where(_about(key)))


class SqlMilestones:
    """See `services.plan_store.Milestones`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, MilestoneRow]:
        """See `services.plan_store.Milestones`."""
        return {row.key: _read_milestone(row) for row in self._connection.execute(select(milestones))}

    def put(self, row: MilestoneRow) -> None:
        """See `services.plan_store.Milestones`."""
        self._connection.execute(delete(milestones).where(milestones.c.key == row.key))
        values = {name: value for name, value in asdict(row).items() if name != "estimate"}
        dates = {name: getattr(row.estimate, name) if row.estimate else None for name in _ESTIMATE}
        self._connection.execute(insert(milestones).values(**values, **dates))


def _about(plan: str) -> Any:
    # Keys may hold "_", which LIKE takes for any sign.
    return sign_offs.c.subject.startswith(f"{plan}/", autoescape=True)


def _read(row: Row[Any]) -> SignOff:
    return SignOff(**{**row._asdict(), "kind": Kind(row.kind)})


def _read_milestone(row: Row[Any]) -> MilestoneRow:
    values = {name: value for name, value in row._asdict().items() if name not in _ESTIMATE}
    estimate = None if row.earliest is None else Estimate(row.earliest, row.likely, row.latest)
    return MilestoneRow(**values, estimate=estimate)
