"""Whether those who may write these preferences renew their leases: a move would have to wait the others out."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.leases import FORGET_AFTER_TTLS, Lease
from app.services.checks.answers import Verdict
from app.services.checks.questions import Check, Means, Question

LATE_AFTER = 0.5
"""The part of its ttl after which a lease that was not renewed is late. A holder renews after a third of it."""

NAMED = 5
"""So many holders are named; of more, only the number is told."""


def _ask(means: Means, question: Question) -> tuple[Verdict, str]:
    with means.store.reading() as unit:
        now, revision = unit.now(), unit.ledger.head().revision
        leases = [lease for lease in unit.leases.all() if lease.holds_any(question.preferences)]
    named = " or ".join(question.preferences)
    if not leases:
        return Verdict.PASS, f"Nobody holds a lease for {named}, so nobody is waited for."
    late = [lease for lease in leases if _age(lease, now) > LATE_AFTER * lease.ttl]
    if late:
        return Verdict.FAIL, _who(late, now)
    untold = sum(lease.renewed is None for lease in leases)
    if untold:
        return Verdict.UNKNOWN, f"Of {untold} of {len(leases)} leases for {named} nobody knows when they were renewed."
    behind = sum(lease.acknowledged < revision for lease in leases)
    has = f" {behind} of them has not acknowledged revision {revision} yet, and renews." if behind else ""
    return Verdict.PASS, f"Every holder of a lease for {named} renews it ({len(leases)}).{has}"


def _age(lease: Lease, now: datetime) -> float:
    return 0.0 if lease.renewed is None else (now - lease.renewed).total_seconds()


def _who(late: Sequence[Lease], now: datetime) -> str:
    told = [f"{one.client}, {one.instance}, for {_age(one, now):.0f} s of its {one.ttl:g} s" for one in late[:NAMED]]
    more = f"; and {len(late) - NAMED} more" if len(late) > NAMED else ""
    return (
        f"A move would have to wait for holders that have not renewed their lease: {'; '.join(told)}{more}. One that "
        f"has ended is forgotten {FORGET_AFTER_TTLS} ttls after its last renewal."
    )


CHECK = Check("leases_current", _ask, in_bake=True)
