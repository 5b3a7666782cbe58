"""Started plans with their steps, and drafts of plans."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from app.adapters.database.plan_tables import drafts, plans, steps
from app.domain.plans import PlanRow, PlanState, StepRow, StepState
from app.services.plan_store import Draft


class SqlPlans:
    """See `services.plan_store.Plans`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: PlanRow) -> None:
        """See `services.plan_store.Plans`."""
        before = self.find(row.key)
        self._connection.execute(delete(steps).where(steps.c.plan == row.key))
        self._connection.execute(delete(plans).where(plans.c.key == row.key))
        # A version is never used twice: what was decided on the plan that ended is not valid for this one.
        row = row if before is None else replace(row, version=before.version + 1)
        self._connection.execute(insert(plans).values(key=row.key, version=row.version, **_written(row)))
        self.replace_steps(row.key, row.steps)

    def find(self, key: str) -> PlanRow | None:
        """See `services.plan_store.Plans`."""
        row = self._connection.execute(select(plans).where(plans.c.key == key)).one_or_none()
        return None if row is None else self._read(row)

    def all(self) -> list[PlanRow]:
        """See `services.plan_store.Plans`."""
        return [self._read(row) for row in self._connection.execute(select(plans).order_by(plans.c.key)).all()]

    def change(self, row: PlanRow) -> bool:
        """See `services.plan_store.Plans`."""
        guarded = update(plans).where(plans.c.key == row.key, plans.c.version == row.version)
        return self._connection.execute(guarded.values(version=row.version + 1, **_written(row))).rowcount == 1

    def change_step(self, row: StepRow, state_seen: str) -> bool:
        """See `services.plan_store.Plans`."""
        mine = (steps.c.plan == row.plan, steps.c.id == row.id, steps.c.state == state_seen)
        changed = self._connection.execute(update(steps).where(*mine).values(_written_step(row))).rowcount == 1
        if changed and row.state != state_seen:
            later = update(plans).where(plans.c.key == row.plan).values(version=plans.c.version + 1)
            self._connection.execute(later)
        return changed

    def claim_asking(self, row: StepRow, now: datetime) -> bool:
        """See `services.plan_store.Plans`."""
        unasked = steps.c.asked.is_(None) if row.asked is None else steps.c.asked == row.asked
        mine = (steps.c.plan == row.plan, steps.c.id == row.id, steps.c.state == row.state.value, unasked)
        return self._connection.execute(update(steps).where(*mine).values(asked=now)).rowcount == 1

    def replace_steps(self, key: str, rows: Sequence[StepRow]) -> None:
        """See `services.plan_store.Plans`."""
        self._connection.execute(delete(steps).where(steps.c.plan == key))
        for place, step in enumerate(rows):
            self._connection.execute(insert(steps).values(plan=key, id=step.id, place=place, **_written_step(step)))

    def _read(self, row: Row[Any]) -> PlanRow:
        wanted = select(steps).where(steps.c.plan == row.key).order_by(steps.c.place)
        read = tuple(_read_step(step) for step in self._connection.execute(wanted))
        values = row._asdict()
        return PlanRow(
            **{**values, "state": PlanState(row.state), "preferences": tuple(row.preferences), "steps": read}
        )


class SqlDrafts:
    """See `services.plan_store.Drafts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: str) -> Draft | None:
        """See `services.plan_store.Drafts`."""
        row = self._connection.execute(select(drafts).where(drafts.c.key == key)).one_or_none()
        return None if row is None else Draft(**row._asdict())

    def all(self) -> list[Draft]:
        """See `services.plan_store.Drafts`."""
        return [Draft(**row._asdict()) for row in self._connection.execute(select(drafts).order_by(drafts.c.key))]

    def put(self, draft: Draft) -> None:
        """See `services.plan_store.Drafts`."""
        self.delete(draft.key)
        self._connection.execute(insert(drafts).values(**asdict(draft)))

    def delete(self, key: str) -> bool:
        """See `services.plan_store.Drafts`."""
        return self._connection.execute(delete(drafts).where(drafts.c.key == key)).rowcount == 1


def _written(row: PlanRow) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name not in ("key", "steps", "version")}
    return {**values, "state": row.state.value, "preferences": list(row.preferences)}


def _written_step(row: StepRow) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name not in ("plan", "id")}
    return {**values, "state": row.state.value}


def _read_step(row: Row[Any]) -> StepRow:
    values = {name: value for name, value in row._asdict().items() if name != "place"}
    return StepRow(**{**values, "state": StepState(row.state)})
