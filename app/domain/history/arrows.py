"""The legal changes of an ownership row, told anew from the protocol.

A checker that asked the product's own table would agree with whatever stands there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.history.lines import NOBODY, Row

UNOWNED, HELD, MOVING, RETIRED, STOPPED = "unowned", "held", "moving", "retired", "stopped"

NEW = Row(UNOWNED, None, None, 0)
"""A preference of which the ledger says nothing yet."""

Rule = Callable[[Row, Row], bool]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A legal change: from which states, to which, and what else must be so of the row before and after."""

    before: frozenset[str]
    after: frozenset[str]
    rule: Rule
    leaps: bool = False


def _given(_before: Row, after: Row) -> bool:
    return after.owner is not None and after.target is None


def _kept(before: Row, after: Row) -> bool:
    return after.owner == before.owner and after.target is None


def _frozen(before: Row, after: Row) -> bool:
    return before.owner is not None and after.owner == before.owner and after.target not in (None, before.owner)


def _handed_over(before: Row, after: Row) -> bool:
    return before.target not in (None, NOBODY) and after.owner == before.target and after.target is None


def _to_nobody(before: Row, after: Row) -> bool:
    return before.target == NOBODY and _kept(before, after)


def _still_owned(before: Row, after: Row) -> bool:
    return after.owner == before.owner


def _recovered(before: Row, after: Row) -> bool:
    return _still_owned(before, after) and after.state in (STOPPED, before.state)


def _arrow(before: tuple[str, ...], after: tuple[str, ...], rule: Rule, leaps: bool = False) -> Arrow:
    return Arrow(frozenset(before), frozenset(after), rule, leaps)


ANY = (UNOWNED, HELD, MOVING, RETIRED, STOPPED)

ARROWS: Mapping[str, Arrow] = {
    "adopt": _arrow((UNOWNED,), (HELD,), _given),
    "start": _arrow((UNOWNED,), (HELD,), _given),
    "freeze": _arrow((HELD,), (MOVING,), _frozen),
    "call_off": _arrow((MOVING,), (HELD,), _kept),
    "activate": _arrow((MOVING,), (HELD,), _handed_over),
    "retire": _arrow((MOVING,), (RETIRED,), _to_nobody),
    "restore": _arrow((RETIRED,), (HELD,), _kept),
    "stop": _arrow((HELD, MOVING), (STOPPED,), _still_owned),
    "name": _arrow((STOPPED,), (HELD,), _given),
    "recover": _arrow(ANY, ANY, _recovered, leaps=True),
}


def is_legal(act: str, before: Row, after: Row) -> bool:
    """Whether this act may make this row of that one, epochs left aside."""
    arrow = ARROWS.get(act)
    if arrow is None:
        return False
    return before.state in arrow.before and after.state in arrow.after and arrow.rule(before, after)


def leaps(act: str) -> bool:
    """Whether this act raises epochs and the revision by more than one at once."""
    arrow = ARROWS.get(act)
    return arrow is not None and arrow.leaps


def begins_reign(before: Row, after: Row) -> bool:
    """Whether a reign begins with the row after. A call-off begins none: the same owner writes on."""
    if after.state not in (HELD, RETIRED):
        return False
    return before.state != MOVING or after.state == RETIRED or after.owner != before.owner
