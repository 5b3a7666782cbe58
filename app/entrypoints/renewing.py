"""A registration or renewal of a lease, from what was sent to what is told: the same by each way that it comes in."""

import re
from typing import Any

from app.domain.grants import Standing
from app.domain.refusals import Refusal
from app.domain.roles import Caller, Role
from app.entrypoints.api.bodies import LeaseIn, RenewalIn
from app.services import leasing
from app.services.context import Context
from app.services.leasing import Renewal
from app.services.noting import note_late
from app.services.store import Lost

MAY_RENEW = Role.CLIENT
LEASE = re.compile(r"[A-Za-z0-9_-]{16,80}")
"""The id of a lease."""


def renewed(context: Context, caller: Caller, lease: str, asked: LeaseIn) -> dict[str, Any]:
    """Record it, note what it tells of writes, and answer the lease. Refusals `malformed`, `not_allowed`."""
    if not LEASE.fullmatch(lease):
        detail = "The id of a lease has 16 to 80 letters, digits, dashes or underscores."
        raise Refusal("malformed", detail, "Draw a new one at random at each start of a process.")
    for key in asked.keys:
        caller.require_key(key)
    acknowledged = asked.acknowledged if isinstance(asked, RenewalIn) else 0
    renewal = Renewal(
        lease, asked.client, asked.instance, tuple(asked.keys), context.spans.ttl, acknowledged, caller.token
    )
    standing = context.renewals.ask(renewal)
    told = leasing.told(lease, standing, _permits(context, standing, lease), context.spans)
    if isinstance(asked, RenewalIn):
        _note(context, caller, asked)
    return told


def _permits(context: Context, standing: Standing, lease: str) -> dict[str, str]:
    """A permit for each route, also where no system asks for one yet; without a key none, where none is asked for."""
    try:
        return context.signer.permits(standing, lease, context.spans.ttl)
    except Refusal:
        if context.driver.fences.fenced:
            raise
        return {}


def _note(context: Context, caller: Caller, asked: RenewalIn) -> None:
    """What the process learnt about its writes. Answers that came late are written down before it is answered.

    Names wait in memory, as those of our own writes do: no acknowledgement waits for them.
    """
    for key in [one.key for one in asked.late] + [one.key for one in asked.audits]:
        caller.require_key(key)
    context.notes.named((one.key, one.epoch, one.audit) for one in asked.audits)
    if asked.late:
        try:
            _write_down(context, asked)
        except Lost:  # another process was faster with the ledger
            _write_down(context, asked)


def _write_down(context: Context, asked: RenewalIn) -> None:
    with context.store.writing() as unit:
        note_late(unit, [(one.key, one.epoch, one.write_id) for one in asked.late])
