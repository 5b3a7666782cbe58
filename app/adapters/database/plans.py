"""Started plans, their steps, and the last good preference files."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from app.adapters.database.tables import catalogue, plans, steps
from app.domain.plans import PlanRow, PlanState, StepRow, StepState


class SqlPlans:
    """See `services.store.Plans`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: PlanRow) -> None:
        """See `services.store.Plans`."""
        self._connection.execute(delete(steps).where(steps.c.plan == row.key))
        self._connection.execute(delete(plans).where(plans.c.key == row.key))
        values = {name: value for name, value in asdict(row).items() if name != "steps"}
        self._connection.execute(insert(plans).values({**values, "preferences": list(row.preferences)}))
        for place, step in enumerate(row.steps):
            self._connection.execute(insert(steps).values(**asdict(step), place=place))

    def find(self, key: str) -> PlanRow | None:
        """See `services.store.Plans`."""
        row = self._connection.execute(select(plans).where(plans.c.key == key)).one_or_none()
        return None if row is None else self._read(row)

    def all(self) -> list[PlanRow]:
        """See `services.store.Plans`."""
        return [self._read(row) for row in self._connection.execute(select(plans).order_by(plans.c.key)).all()]

    def change(self, row: PlanRow, state_seen: str) -> bool:
        """See `services.store.Plans`."""
        guarded = update(plans).where(plans.c.key == row.key, plans.c.state == state_seen)
        return self._connection.execute(guarded.values(state=row.state.value)).rowcount == 1

    def change_step(self, row: StepRow, state_seen: str) -> bool:
        """See `services.store.Plans`."""
        mine = (steps.c.plan == row.plan, steps.c.id == row.id, steps.c.state == state_seen)
        values = {
            "state": row.state.value,
            "needs_met": row.needs_met,
            "due": row.due,
            "move": row.move,
            "why": row.why,
        }
        return self._connection.execute(update(steps).where(*mine).values(values)).rowcount == 1

    def _read(self, row: Row[Any]) -> PlanRow:
        wanted = select(steps).where(steps.c.plan == row.key).order_by(steps.c.place)
        read = tuple(_read_step(step) for step in self._connection.execute(wanted))
        values = row._asdict()
        return PlanRow(
            **{**values, "state": PlanState(row.state), "preferences": tuple(row.preferences), "steps": read}
        )


class SqlTexts:
    """See `services.store.Texts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, str]:
        """See `services.store.Texts`."""
        return {row.key: row.text for row in self._connection.execute(select(catalogue).order_by(catalogue.c.key))}

    def put(self, texts: Mapping[str, str]) -> None:
        """See `services.store.Texts`."""
        kept = self.all()
        for key, text in texts.items():
            if key not in kept:
                self._connection.execute(insert(catalogue).values(key=key, text=text))
            elif kept[key] != text:
                self._connection.execute(update(catalogue).where(catalogue.c.key == key).values(text=text))


def _read_step(row: Row[Any]) -> StepRow:
    return StepRow(row.plan, row.id, StepState(row.state), row.needs_met, row.due, row.move, row.why)
