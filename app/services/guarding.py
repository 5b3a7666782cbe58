"""What stands before every grant and every change: is this the database that we know, and has every old grant run out?

A copy of the database that came back after a failover or a restore may lack commits that were answered. Whoever granted
or changed by it could issue an epoch a second time, and let a second system be written.
"""

from dataclasses import replace

from app.domain.grants import Standing
from app.domain.ledger import Head
from app.domain.ownership import Act
from app.domain.refusals import Refusal
from app.services.store import Lost, Unit

RECOVER = 'An administrator makes it certain: cutover recover --reason "…"'

WHILE_WAITING = frozenset({Act.CALL_OFF})
"""What may be done while old grants run out: it gives back what nobody else can have."""


def is_another(unit: Unit, stored: str | None) -> bool:
    """Whether the unit runs on another database than the one that is stored as ours."""
    return stored is not None and unit.identity != stored


def advisory(unit: Unit, standing: Standing) -> Standing:
    """What may be told to those who act by an answer without a grant: on another database nobody may write.

    `standing` was read in this unit.
    """
    if not is_another(unit, standing.identity):
        return standing
    return replace(standing, rows={key: row.as_stopped() for key, row in standing.rows.items()})


def require_same(unit: Unit, stored: str | None) -> None:
    """Refuse to grant or change anything on another server or timeline (Refusal `database_changed`).

    `stored` was read in this unit.
    """
    if is_another(unit, stored):
        raise Refusal(
            "database_changed",
            "The controller's database was replaced, restored or failed over: it may lack changes that were made. "
            "Nothing is granted and nothing moves.",
            RECOVER,
            {"retry_after": 60},
        )


def require_known(unit: Unit, stored: str | None) -> None:
    """As `require_same`, in a unit that writes: a database that never had a name gets its own."""
    require_same(unit, stored)
    if stored is None and unit.identity is not None and not unit.marks.identify(unit.identity, None):
        raise Lost  # another process has just named it: read again


def require_drained(head: Head) -> None:
    """Refuse any change while grants from before a stop may still be in use (Refusal `recovering`)."""
    if head.is_waiting:
        raise Refusal(
            "recovering",
            "Somebody may still write by a right that was given before everything was stopped. Nothing was done.",
            "Ask again after Retry-After seconds. cutover recover status shows how far it is.",
            {"retry_after": 10},
        )


def require_certain(unit: Unit, head: Head, act: Act) -> None:
    """Refuse a change of ownership that could stand next to an old grant. The head is locked.

    Refusals `database_changed`, `recovering`.
    """
    require_known(unit, head.identity)
    if act not in WHILE_WAITING:
        require_drained(head)
