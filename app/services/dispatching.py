"""Telling webhooks: what the ledger says is taken for each of them, and tried until it is answered or given up.

Any number of processes do this at once. An attempt is claimed before it is made, so that the others leave it alone;
a process that dies in it leaves a claim that runs out. So each message comes at least once, and in no certain order.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from app.domain.catalogue import Catalogue
from app.domain.hook_words import payload, sentence
from app.domain.hooks import BACK_OFF, DeliveryState, Format, event_type, matches, message_id, signed
from app.domain.ledger import Entry
from app.domain.refusals import Refusal
from app.services.clock import Clock
from app.services.hooking import require
from app.services.outbox import Delivery, NotDelivered, Post, Seal, Webhook
from app.services.recording import By, record
from app.services.store import Store, Unit

TAKEN_AT_ONCE = 200
BATCH = 20
"""How many messages one webhook gets before the others have their turn."""

CLAIMED_FOR = timedelta(seconds=30)
"""Longer than any attempt takes: an attempt is made anew when whoever claimed it has died."""

GONE = 410
CONTROLLER = "controller"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: to whom, under which name, and the body, the same bytes at every attempt."""

    webhook: Webhook
    id: str
    body: bytes = field(repr=False)


@dataclass
class Dispatcher:
    """One process's part of telling webhooks."""

    store: Store
    post: Post
    seal: Seal
    clock: Clock
    catalogue: Callable[[], Catalogue]

    def dispatch_once(self) -> int:
        """Take what is new, and give each webhook its turn; how many attempts were made."""
        self.take()
        return sum(self.serve(webhook) for webhook in self.waiting())

    def take(self) -> None:
        """Take what the ledger says behind the cursor of each webhook."""
        with self.store.reading() as unit:
            head = unit.ledger.head().number
            behind = [one for one in unit.webhooks.all() if one.disabled is None and one.cursor < head]
        for webhook in behind:
            while _take(self.store, webhook.id):
                pass

    def waiting(self) -> list[int]:
        """The webhooks for which something is due."""
        with self.store.reading() as unit:
            return unit.webhooks.waiting(unit.now())

    def serve(self, webhook: int, stopping: Callable[[], bool] = lambda: False) -> int:
        """Send what is due to one webhook, up to a batch, or until an attempt fails: that one may be down."""
        for made in range(BATCH):
            claimed = None if stopping() else self._claim(webhook)
            if claimed is None:
                return made
            if not self._attempt(claimed):
                return made + 1
        return BATCH

    def _claim(self, webhook: int) -> Delivery | None:
        """Begin an attempt at what has been due longest; None when nothing is, or another process was first."""
        with self.store.reading() as unit:
            if unit.webhooks.due(webhook, unit.now()) is None:
                return None
        with self.store.writing() as unit:
            now = unit.now()
            seen = unit.webhooks.due(webhook, now)
            if seen is None:
                return None
            claimed = replace(seen, attempts=seen.attempts + 1, attempted=now, due=now + CLAIMED_FOR)
            return claimed if unit.webhooks.change(seen, claimed) else None

    def _attempt(self, claimed: Delivery) -> bool:
        """Make an attempt that was claimed, and write down what came of it; whether it was delivered."""
        try:
            status = self._send(claimed)
            error = None if 200 <= status < 300 else f"The receiver answered with status {status}."
        except NotDelivered as failure:
            status, error = None, str(failure)
        except Refusal as refusal:  # its secret cannot be opened, or it was removed: then no row is written below
            status, error = None, refusal.detail
        with self.store.writing() as unit:
            _settle(unit, claimed, status, error)
        return error is None

    def _send(self, claimed: Delivery) -> int:
        with self.store.reading() as unit:
            message = self._message(unit, claimed)
        secret = self.seal.open(message.webhook.sealed)
        seconds = int(self.clock.now().timestamp())
        headers = {"Content-Type": "application/json", **signed(secret, message.id, seconds, message.body)}
        return self.post.send(message.webhook.url, headers, message.body)

    def _message(self, unit: Unit, delivery: Delivery) -> Message:
        webhook = require(unit, delivery.webhook)
        entry = next(iter(unit.ledger.entries(delivery.number - 1, 1)))
        if webhook.format is Format.TEXT:
            told: Any = {"text": sentence(entry, delivery.type, self.catalogue().title, _context(unit, entry))}
        else:
            told = payload(entry, delivery.type)
        return Message(webhook, message_id(entry), _bytes(told))


def _take(store: Store, number: int) -> bool:
    """Take the next entries for one webhook; whether there may be more."""
    with store.writing() as unit:
        webhook = unit.webhooks.find(number)
        entries = [] if webhook is None else list(unit.ledger.entries(webhook.cursor, TAKEN_AT_ONCE))
        if webhook is None or not entries:
            return False
        wanted = [(entry, event) for entry in entries if (event := event_type(entry)) is not None]
        wanted = [(entry, event) for entry, event in wanted if matches(webhook.events, event)]
        now = unit.now()
        new = [Delivery(number, entry.number, event, DeliveryState.WAITING, now, now) for entry, event in wanted]
        return unit.webhooks.take(webhook, entries[-1].number, new) and len(entries) == TAKEN_AT_ONCE


def _settle(unit: Unit, claimed: Delivery, status: int | None, error: str | None) -> None:
    """Write down what came of an attempt; nothing where another process has claimed it anew since."""
    if status == GONE:
        unit.ledger.lock()  # before the rows, as everywhere
    now = unit.now()
    after = replace(claimed, status=status, error=error)
    if error is None:
        after = replace(after, state=DeliveryState.DELIVERED, ended=now)
    elif status == GONE or claimed.attempts > len(BACK_OFF):
        after = replace(after, state=DeliveryState.GIVEN_UP, ended=now)
    else:
        after = replace(after, due=now + BACK_OFF[claimed.attempts - 1])
    unit.webhooks.change(claimed, after)
    if status == GONE:
        why = f"Its receiver answered with status {GONE}: it is gone."
        if unit.webhooks.disable(claimed.webhook, now, why):
            record(unit, By(CONTROLLER, why), "webhook_disabled", {"webhook": claimed.webhook})


def _context(unit: Unit, entry: Entry) -> dict[str, Any]:
    """The plan and the step of the move that an entry is about."""
    number = entry.body.get("move")
    move = None if number is None else unit.moves.find(number)
    return {} if move is None or move.terms.plan is None else {"plan": move.terms.plan, "step": move.terms.step}


def _bytes(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
