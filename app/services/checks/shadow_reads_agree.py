"""Whether both systems say the same of the people whose choices were read: a sample is compared before a move."""

from datetime import timedelta

from app.services.checks.answers import Verdict
from app.services.checks.questions import Check, Means, Question
from app.services.counting import under_present_owner
from app.services.tallies import Counted, Tally

WITHIN = timedelta(days=7)
"""How far back is looked, and never to before the present owner."""

LEAST = 20
"""Fewer comparisons than these say nothing."""

TOLERATED = 0.01
"""The greatest part of comparisons that may differ."""

_WORST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)


def _ask(means: Means, question: Question) -> tuple[Verdict, str]:
    with means.store.reading() as unit:
        found = under_present_owner(unit, Counted.SHADOW_READ, question.preferences, unit.now() - WITHIN)
    judged = [_judged(key, tally) for key, tally in found.items()]
    worst = min((verdict for verdict, _ in judged), key=_WORST.index)
    return worst, " ".join(sentence for verdict, sentence in judged if verdict is worst)


def _judged(key: str, tally: Tally) -> tuple[Verdict, str]:
    compared = tally.good + tally.bad
    failed = f" {tally.unknown} more could not be compared." if tally.unknown else ""
    if compared < LEAST:
        what = f"Only {compared} reads of {key} were compared in the last {WITHIN.days} days, and {LEAST} are needed."
        return Verdict.UNKNOWN, what + failed
    verdict = Verdict.FAIL if tally.bad > TOLERATED * compared else Verdict.PASS
    rate = f"{tally.bad / compared:.1%}, and {TOLERATED:.0%} is tolerated"
    return verdict, f"Of {compared} compared reads of {key} the systems differ in {tally.bad} ({rate}).{failed}"


CHECK = Check("shadow_reads_agree", _ask)
