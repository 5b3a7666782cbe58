"""What stops moves: everything is stopped, or a preference is locked. What is stopped is going on, not going back."""

from collections.abc import Iterable

from app.domain.moves import Terms
from app.domain.refusals import Refusal
from app.services.plan_store import Lock
from app.services.showing import utc
from app.services.store import Unit


def require_free(unit: Unit, preferences: Iterable[str], terms: Terms) -> None:
    """Refuse a move of what is stopped, and say by whom, why and since when; a way back is let through.

    Refusals `everything_stopped`, `preference_locked`. With the ledger locked, no stop comes in between.
    """
    locks = unit.locks.all()
    for key in ("", *preferences):
        if key in locks and not goes_back(unit, terms):
            raise refusal_of(locks[key])


def goes_back(unit: Unit, terms: Terms) -> bool:
    """Whether a move takes another one back. The undo of an undo is that move again, so it goes on."""
    back, number = False, terms.undoes
    while number is not None:
        undone = unit.moves.find(number)
        back, number = not back, undone.terms.undoes if undone else None
    return back


def refusal_of(lock: Lock) -> Refusal:
    """How a move is refused because of this."""
    code = "preference_locked" if lock.key else "everything_stopped"
    told = {"key": lock.key} if lock.key else {}
    return Refusal(code, f"{words_of(lock)}.", mend_of(lock), {**told, "by": lock.actor, "since": utc(lock.at)})


def words_of(lock: Lock) -> str:
    """What is stopped, by whom, since when and why."""
    what = f"{lock.key} is locked" if lock.key else "Everything is stopped"
    return f"{what}, by {lock.actor} since {lock.at:%Y-%m-%d %H:%M} UTC: “{lock.reason}”"


def mend_of(lock: Lock) -> str:
    """Who lifts it, and how."""
    command = f"cutover unlock {lock.key}" if lock.key else "cutover resume"
    return f"An administrator lifts it: {command} --reason …"
