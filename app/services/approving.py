"""Approvals of moves by hand: how many a preference's file asks for, and the refusal of a move that has none."""

from collections.abc import Iterable

from app.domain.catalogue import Catalogue
from app.domain.moves import Terms
from app.domain.refusals import Refusal
from app.services.locking import goes_back
from app.services.store import Unit

PROPOSE = "Propose it: cutover propose KEY… --to … --reason …, or POST /api/v1/proposals."

NAMED = 3
"""Preferences that a sentence names at most."""


def needed(catalogue: Catalogue, preferences: Iterable[str]) -> int:
    """How many persons must approve one move of these by hand: as many as the strictest of their files says."""
    return max((catalogue.preference(key).approvals_by_hand for key in preferences), default=0)


def require_approved(unit: Unit, catalogue: Catalogue, preferences: Iterable[str], terms: Terms) -> None:
    """Refuse a move by hand that needs approvals (Refusal `approval_needed`).

    A plan's step has approvals of its own, and a way back needs none.
    """
    keys = tuple(preferences)
    count = needed(catalogue, keys)
    if count and terms.plan is None and not goes_back(unit, terms):
        approvals = "1 approval" if count == 1 else f"{count} approvals"
        detail = f"A move of {', '.join(keys[:NAMED])}{' …' if len(keys) > NAMED else ''} by hand needs {approvals}."
        raise Refusal("approval_needed", detail, PROPOSE, {"needed": count})
