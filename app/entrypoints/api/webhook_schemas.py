"""The shapes of what the API answers of webhooks, beside those of `schemas`."""

from typing import Literal

from app.entrypoints.api.schemas import Told


class WebhookOut(Told):
    """A receiver of events. Of `url` only the host is told; `cursor` is the last entry that was taken for it."""

    id: int
    url: str
    format: Literal["json", "text"]
    events: list[str]
    cursor: int
    created: str
    actor: str
    disabled: str | None
    why: str | None


class WebhookMadeOut(WebhookOut):
    """The same when it was added, with the secret that its messages are signed with: told here and nowhere else."""

    secret: str


class WebhooksOut(Told):
    """Every webhook."""

    webhooks: list[WebhookOut]


class DeliveryOut(Told):
    """An entry of the ledger on its way to a webhook. `status` and `error` are of the last attempt."""

    webhook: int
    number: int
    type: str
    state: Literal["waiting", "delivered", "given_up"]
    attempts: int
    next: str | None
    status: int | None
    error: str | None
    created: str
    attempted: str | None
    ended: str | None


class DeliveriesOut(Told):
    """Deliveries to one webhook, the newest entries first, and the number to go on before."""

    deliveries: list[DeliveryOut]
    next_before: int | None
