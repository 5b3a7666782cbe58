"""What was overridden in the steps of a plan. The ledger keeps it for ever, whatever text the plan runs by since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.ledger import Entry
from app.domain.plan_gates import Kind, SignOff, basis_of, subject_of
from app.entrypoints.pages.plans.seeing import Seen

_TOGETHER = timedelta(minutes=1)
"""How far apart an override and its entry in the ledger may be timed: they are of one transaction."""


@dataclass(frozen=True, slots=True)
class Overridden:
    """One override: `until` is when it runs out, None where it counts no more for another reason than its time."""

    step: str
    name: str
    actor: str
    reason: str
    at: datetime
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether the step goes on by it."""
        return self.until is not None and now < self.until


def overridden(seen: Seen) -> Iterator[Overridden]:
    """Every override of a check or of approvals, of steps that the plan has no more too; the oldest first."""
    for entry in reversed(seen.overridden):
        step, name = str(entry.body.get("step")), str(entry.body.get("overridden"))
        yield Overridden(step, name, entry.actor, entry.reason, entry.at, _until(seen, step, name, entry))


def _until(seen: Seen, step: str, name: str, entry: Entry) -> datetime | None:
    if seen.around is None or step not in seen.around.row.rows:
        return None
    subject, basis = subject_of(seen.plan.key, step), basis_of(seen.around.row, step)
    wanted = (Kind.OVERRIDE, subject, name, basis, entry.actor)
    given = (one for one in seen.around.signed if _said(one) == wanted and abs(one.at - entry.at) < _TOGETHER)
    return next((one.expires for one in given), None)


def _said(one: SignOff) -> tuple[Kind, str, str, str, str]:
    return one.kind, one.subject, one.name, one.basis, one.actor
