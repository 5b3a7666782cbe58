"""Webhooks: who is told of events, what was sent to them and what came of it."""

from typing import Any

from apiflask import APIBlueprint

from app.domain.hooks import Format
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.api.bodies import ReasonIn, WebhookIn
from app.entrypoints.api.webhook_schemas import DeliveriesOut, DeliveryOut, WebhookMadeOut, WebhooksOut
from app.entrypoints.asked import context, number_asked
from app.services.hooking import (
    MOST_AT_ONCE,
    Subscription,
    add,
    delivery_json,
    remove,
    require,
    resend,
    webhook_json,
)
from app.services.recording import By

blueprint = APIBlueprint("webhooks", __name__, url_prefix="/api/v1/webhooks", tag="Webhooks")


@blueprint.post("")
@blueprint.input(WebhookIn, arg_name="asked")
@blueprint.output(WebhookMadeOut, status_code=201)
@may(Role.ADMIN)
def add_one(asked: WebhookIn) -> tuple[dict[str, Any], int]:
    """Add a webhook; it is told of what happens from now on. Its secret is answered once.

    An Idempotency-Key is not looked at: the answer would be kept, and the secret in it.
    """
    wanted = Subscription(asked.url, Format(asked.format), asked.events)
    with context.store.writing() as unit:
        webhook, secret = add(unit, context.seal, wanted, By(caller.actor, asked.reason))
    return {**webhook_json(webhook), "secret": secret}, 201


@blueprint.get("")
@blueprint.output(WebhooksOut)
@may(Role.VIEWER)
def all_of_them() -> dict[str, Any]:
    """Every webhook, without its secret, and of its address only the host."""
    with context.store.reading() as unit:
        return {"webhooks": [webhook_json(one) for one in unit.webhooks.all()]}


@blueprint.delete("/<int:number>")
@blueprint.input(ReasonIn, arg_name="asked")
@blueprint.doc(responses={204: "Removed."})
@may(Role.ADMIN)
def remove_one(number: int, asked: ReasonIn) -> tuple[str, int]:
    """Remove a webhook, with the log of what was sent to it. The ledger keeps who did, and why."""
    with context.store.writing() as unit:
        remove(unit, number, By(caller.actor, asked.reason))
    return "", 204


@blueprint.get("/<int:number>/deliveries")
@blueprint.output(DeliveriesOut)
@may(Role.VIEWER)
def deliveries(number: int) -> dict[str, Any]:
    """What was and is on its way to a webhook, the newest first; `?limit=` and `?before=` page on."""
    limit, before = number_asked("limit", 50, MOST_AT_ONCE), number_asked("before", 0, 2**31 - 1)
    with context.store.reading() as unit:
        require(unit, number)
        found = unit.webhooks.deliveries(number, limit, before or None)
    is_all = not found or len(found) < limit
    return {"deliveries": [delivery_json(one) for one in found], "next_before": None if is_all else found[-1].number}


@blueprint.post("/<int:webhook>/deliveries/<int:number>/resend")
@blueprint.output(DeliveryOut, status_code=202)
@may(Role.OPERATOR)
def resend_one(webhook: int, number: int) -> tuple[dict[str, Any], int]:
    """Send the event of an entry once more, now, and try as often as before. Its receiver knows it by its id."""
    with context.store.writing() as unit:
        return delivery_json(resend(unit, webhook, number)), 202
