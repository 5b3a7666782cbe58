"""What people do with webhooks: add one, remove one, send something again; and how they are told of them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.hooks import (
    SECRET_BYTES,
    DeliveryState,
    Format,
    origin_of,
    require_address,
    require_patterns,
    secret_text,
)
from app.domain.refusals import Refusal
from app.services.outbox import Delivery, Seal, Webhook
from app.services.recording import By, record
from app.services.showing import utc
from app.services.store import Lost, Unit

MOST_WEBHOOKS = 50
MOST_AT_ONCE = 200
LIST = "cutover webhooks list shows those that are there."


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook that somebody wants. `events` are patterns of types."""

    url: str
    format: Format = Format.JSON
    events: Sequence[str] = ("*",)


def add(unit: Unit, seal: Seal, wanted: Subscription, by: By) -> tuple[Webhook, str]:
    """Store a webhook, told of everything from now on; its secret is answered here and nowhere else.

    Refusals `invalid`, `settings_faulty`. Its address is not in the ledger: some receivers know their senders by it.
    """
    require_address(wanted.url)
    require_patterns(wanted.events)
    head = unit.ledger.lock()
    if len(unit.webhooks.all()) >= MOST_WEBHOOKS:
        raise Refusal("invalid", f"There are {MOST_WEBHOOKS} webhooks already.", "Remove one that is not used.")
    secret = secrets.token_bytes(SECRET_BYTES)
    events = tuple(dict.fromkeys(wanted.events)) or ("*",)
    row = Webhook(0, wanted.url, wanted.format, events, seal.close(secret), head.number, unit.now(), by.actor)
    stored = unit.webhooks.add(row)
    record(unit, by, "webhook_added", {"webhook": stored.id, "format": stored.format.value, "events": list(events)})
    return stored, secret_text(secret)


def remove(unit: Unit, number: int, by: By) -> None:
    """Send nothing more to a webhook, and forget what was sent. Refusal `not_found`."""
    unit.ledger.lock()
    if not unit.webhooks.remove(number):
        raise Refusal("not_found", f"There is no webhook {number}.", LIST)
    record(unit, by, "webhook_removed", {"webhook": number})


def resend(unit: Unit, webhook: int, number: int) -> Delivery:
    """Let a delivery be due now, with every retry before it again. Refusals `not_found`, `webhook_disabled`.

    Raises Lost where an attempt began or ended meanwhile.
    """
    if require(unit, webhook).disabled is not None:
        detail = f"The receiver of webhook {webhook} said that it is gone, so nothing is sent to it."
        raise Refusal("webhook_disabled", detail, "Remove it, and add it again when its receiver is there.")
    seen = unit.webhooks.delivery(webhook, number)
    if seen is None:
        detail = f"Nothing of entry {number} is on its way to webhook {webhook}, or it was forgotten."
        raise Refusal("not_found", detail, f"Look at those that are: cutover webhooks deliveries {webhook}")
    again = replace(seen, state=DeliveryState.WAITING, due=unit.now(), attempts=0, ended=None)
    if not unit.webhooks.change(seen, again):
        raise Lost
    return again


def require(unit: Unit, number: int) -> Webhook:
    """One webhook. Refusal `not_found`."""
    found = unit.webhooks.find(number)
    if found is None:
        raise Refusal("not_found", f"There is no webhook {number}.", LIST)
    return found


def webhook_json(webhook: Webhook) -> dict[str, Any]:
    """One webhook, without its secret, and of its address only the host: chat systems put a secret behind that."""
    return {
        "id": webhook.id,
        "url": origin_of(webhook.url),
        "format": webhook.format.value,
        "events": list(webhook.events),
        "cursor": webhook.cursor,
        "created": utc(webhook.created),
        "actor": webhook.actor,
        "disabled": utc(webhook.disabled),
        "why": webhook.why,
    }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """One delivery. `next` is when it is tried again; null when it has ended."""
    waits = delivery.state is DeliveryState.WAITING
    return {
        "webhook": delivery.webhook,
        "number": delivery.number,
        "type": delivery.type,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "next": utc(delivery.due) if waits else None,
        "status": delivery.status,
        "error": delivery.error,
        "created": utc(delivery.created),
        "attempted": utc(delivery.attempted),
        "ended": utc(delivery.ended),
    }
