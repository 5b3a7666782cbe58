"""Webhooks and deliveries. Each change of a delivery is guarded by how it was seen: of several, one is made."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from app.adapters.database.once import add_new, forget
from app.adapters.database.webhook_tables import deliveries, webhooks
from app.domain.hooks import DeliveryState, Format
from app.services.outbox import Delivery, Webhook


class SqlWebhooks:
    """See `services.outbox.Webhooks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, webhook: Webhook) -> Webhook:
        """See `services.outbox.Webhooks`."""
        row = {**asdict(webhook), "events": list(webhook.events)}
        del row["id"]
        stored = self._connection.execute(insert(webhooks).values(row).returning(webhooks)).one()
        return _read(stored)

    def find(self, number: int) -> Webhook | None:
        """See `services.outbox.Webhooks`."""
        row = self._connection.execute(select(webhooks).where(webhooks.c.id == number)).one_or_none()
        return None if row is None else _read(row)

    def all(self) -> list[Webhook]:
        """See `services.outbox.Webhooks`."""
        return [_read(row) for row in self._connection.execute(select(webhooks).order_by(webhooks.c.id))]

    def remove(self, number: int) -> bool:
        """See `services.outbox.Webhooks`. The foreign key takes the deliveries along."""
        return self._connection.execute(delete(webhooks).where(webhooks.c.id == number)).rowcount == 1

    def disable(self, number: int, at: datetime, why: str) -> bool:
        """See `services.outbox.Webhooks`."""
        enabled = (webhooks.c.id == number, webhooks.c.disabled.is_(None))
        if self._connection.execute(update(webhooks).where(*enabled).values(disabled=at, why=why)).rowcount != 1:
            return False
        waiting = (deliveries.c.webhook == number, deliveries.c.state == DeliveryState.WAITING)
        given_up = {"state": DeliveryState.GIVEN_UP, "ended": at, "error": why}
        self._connection.execute(update(deliveries).where(*waiting).values(given_up))
        return True

    def take(self, webhook: Webhook, until: int, taken: Sequence[Delivery]) -> bool:
        """See `services.outbox.Webhooks`. The cursor is moved first: whoever does that holds the row."""
        seen = (webhooks.c.id == webhook.id, webhooks.c.cursor == webhook.cursor, webhooks.c.disabled.is_(None))
        if self._connection.execute(update(webhooks).where(*seen).values(cursor=until)).rowcount != 1:
            return False
        add_new(self._connection, deliveries, [asdict(one) for one in taken])
        return True

    def waiting(self, now: datetime) -> list[int]:
        """See `services.outbox.Webhooks`."""
        wanted = select(deliveries.c.webhook).join(webhooks).where(*_due(now), webhooks.c.disabled.is_(None))
        grouped = wanted.group_by(deliveries.c.webhook).order_by(func.min(deliveries.c.due))
        return list(self._connection.execute(grouped).scalars())

    def due(self, webhook: int, now: datetime) -> Delivery | None:
        """See `services.outbox.Webhooks`."""
        wanted = select(deliveries).where(*_due(now), deliveries.c.webhook == webhook)
        row = self._connection.execute(wanted.order_by(deliveries.c.due, deliveries.c.number).limit(1)).one_or_none()
        return None if row is None else _read_delivery(row)

    def change(self, seen: Delivery, after: Delivery) -> bool:
        """See `services.outbox.Webhooks`."""
        same = (deliveries.c[name] == getattr(seen, name) for name in ("webhook", "number", "state", "due", "attempts"))
        return self._connection.execute(update(deliveries).where(*same).values(asdict(after))).rowcount == 1

    def delivery(self, webhook: int, number: int) -> Delivery | None:
        """See `services.outbox.Webhooks`."""
        one = (deliveries.c.webhook == webhook, deliveries.c.number == number)
        row = self._connection.execute(select(deliveries).where(*one)).one_or_none()
        return None if row is None else _read_delivery(row)

    def deliveries(self, webhook: int, most: int, before: int | None = None) -> list[Delivery]:
        """See `services.outbox.Webhooks`."""
        wanted = select(deliveries).where(deliveries.c.webhook == webhook)
        if before is not None:
            wanted = wanted.where(deliveries.c.number < before)
        rows = self._connection.execute(wanted.order_by(deliveries.c.number.desc()).limit(most))
        return [_read_delivery(row) for row in rows]

    def forget(self, before: datetime, most: int) -> int:
        """See `services.outbox.Webhooks`."""
        return forget(self._connection, deliveries, deliveries.c.ended < before, most)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return deliveries.c.state == DeliveryState.WAITING, deliveries.c.due <= now


def _read(row: Row[Any]) -> Webhook:
    values = row._asdict()
    return Webhook(**{**values, "format": Format(values["format"]), "events": tuple(values["events"])})


def _read_delivery(row: Row[Any]) -> Delivery:
    values = row._asdict()
    return Delivery(**{**values, "state": DeliveryState(values["state"])})
