"""How many carried writes of these preferences failed by their system's fault, since their present owner has them."""

from collections.abc import Mapping
from datetime import timedelta

from app.services.checks.answers import Verdict
from app.services.checks.questions import Check, Means, Question
from app.services.counting import under_present_owner
from app.services.tallies import Counted, Tally

WITHIN = timedelta(hours=1)
"""How far back is looked, and never to before the present owner."""

TOLERATED = 0.05
"""The greatest part of writes that may fail."""


def _ask(means: Means, question: Question) -> tuple[Verdict, str]:
    with means.store.reading() as unit:
        found = under_present_owner(unit, Counted.WRITE, question.preferences, unit.now() - WITHIN)
    return _judged(found)


def _judged(found: Mapping[str, Tally]) -> tuple[Verdict, str]:
    told = "; ".join(_told(key, tally) for key, tally in found.items() if tally.all)
    if not told:
        return Verdict.PASS, "No write was carried in the last hour, so none failed."
    if any(tally.bad > TOLERATED * tally.all for tally in found.values()):
        return Verdict.FAIL, f"More than {TOLERATED:.0%} of the carried writes of the last hour failed ({told})."
    if any(tally.bad + tally.unknown > TOLERATED * tally.all for tally in found.values()):
        why = f"Nobody knows the outcome of so many carried writes of the last hour that more than {TOLERATED:.0%} may"
        return Verdict.UNKNOWN, f"{why} have failed ({told})."
    return Verdict.PASS, f"At most {TOLERATED:.0%} of the carried writes of the last hour failed ({told})."


def _told(key: str, tally: Tally) -> str:
    unknown = f", of {tally.unknown} nobody knows" if tally.unknown else ""
    return f"{key}: {tally.bad} of {tally.all} failed{unknown}"


CHECK = Check("write_errors", _ask, in_bake=True)
