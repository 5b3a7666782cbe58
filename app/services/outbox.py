"""The port to webhooks and what is on its way to them (a part of `services.store.Unit`), and how a message is sent.

The ledger is the outbox: an entry is written with what it tells of, and each webhook has a cursor, the number of the
last entry that was taken for it. So nothing is lost, and nothing is told that did not happen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.domain.hooks import DeliveryState, Format


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver. `sealed` is its secret, of use only with the settings' secret; `events` are patterns of types.

    Nothing of its address shows in `repr`: some receivers know their senders by it.
    """

    id: int
    url: str = field(repr=False)
    format: Format
    events: tuple[str, ...]
    sealed: str = field(repr=False)
    cursor: int
    created: datetime
    actor: str
    disabled: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One entry of the ledger on its way to one webhook.

    `due` is when the next attempt may be made; while one is under way, until when the others leave it alone. `status`
    and `error` are of the last attempt.
    """

    webhook: int
    number: int
    type: str
    state: DeliveryState
    created: datetime
    due: datetime
    attempts: int = 0
    status: int | None = None
    error: str | None = None
    attempted: datetime | None = None
    ended: datetime | None = None


class Webhooks(Protocol):
    """Webhooks and deliveries. Of many processes that try the same change, one succeeds."""

    def add(self, webhook: Webhook) -> Webhook:
        """Store a webhook, whose `id` is drawn; as it is stored."""

    def find(self, number: int) -> Webhook | None:
        """One webhook."""

    def all(self) -> list[Webhook]:
        """Every webhook, oldest first."""

    def remove(self, number: int) -> bool:
        """Delete a webhook with its deliveries; False when there is none."""

    def disable(self, number: int, at: datetime, why: str) -> bool:
        """Send nothing more, and give up what waits; False when it was disabled before."""

    def take(self, webhook: Webhook, until: int, deliveries: Sequence[Delivery]) -> bool:
        """Move the cursor on and store deliveries; False, and nothing is done, when it is not where it was seen."""

    def waiting(self, now: datetime) -> list[int]:
        """The webhooks for which something is due, the longest due first; none that is disabled."""

    def due(self, webhook: int, now: datetime) -> Delivery | None:
        """What has been due longest for one webhook."""

    def change(self, seen: Delivery, after: Delivery) -> bool:
        """Write a delivery if it still is as it was seen: an attempt that begins, what came of it, another try."""

    def delivery(self, webhook: int, number: int) -> Delivery | None:
        """One delivery."""

    def deliveries(self, webhook: int, most: int, before: int | None = None) -> list[Delivery]:
        """Deliveries to one webhook, the newest entries first."""

    def forget(self, before: datetime, most: int) -> int:
        """Delete up to `most` deliveries that ended before a moment; how many."""


class NotDelivered(Exception):
    """No answer came. The message is for people: a sentence without addresses or bodies."""


class Post(Protocol):
    """How a message gets to its receiver."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send it and answer the status; never longer than 10 seconds. Raises NotDelivered."""


class Seal(Protocol):
    """Keeps secrets in the database so that the database alone does not give them away."""

    def close(self, secret: bytes) -> str:
        """A secret as it is stored. Refusal `settings_faulty` without CUTOVER_SECRET_KEY."""

    def open(self, sealed: str) -> bytes:
        """A stored secret. Refusal `key_sealed` when it was sealed by another."""
