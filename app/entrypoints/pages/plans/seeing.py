"""One plan as a page sees it: everything is read in one transaction, what must be asked and drawn comes after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from app.domain.forecast.foretelling import Forecast, StepForecast
from app.domain.ledger import Entry
from app.domain.milestones import Milestone
from app.domain.moves import Move
from app.domain.ownership import Ownership
from app.domain.plan_deciding import Decision
from app.domain.plans import OVER, Plan, PlanRow, PlanState, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.entrypoints.access import caller
from app.entrypoints.asked import context
from app.entrypoints.pages.actions import Action, undo
from app.services.checks.answers import CheckAnswer
from app.services.ledger_book import END, Sought
from app.services.planning.explaining import answers_of
from app.services.planning.starting import candidate, require_free
from app.services.planning.surroundings import Surroundings, facts_of
from app.services.planning.telling import AHEAD
from app.services.store import Unit

LOOKED_BACK = 1000
"""Entries of the ledger that are looked through for the last act on each step."""

MOST_OVERRIDES = 100
"""Overrides of one plan that are shown at most, the newest of all its runs."""

OPEN_NEEDS = frozenset({"step", "milestone", "preference"})
"""While one of these is waited for, the checks of a step are not asked."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan, and what the database says around it. `newer` is the text that would be in force if it was accepted, or
    started anew; or why it cannot be read. `busy` is why it cannot be started now. `fault` is why the text that is in
    force cannot be read."""

    plan: Plan
    around: Surroundings | None
    now: datetime
    fault: str | None = None
    newer: Plan | Refusal | None = None
    is_draft: bool = False
    busy: Refusal | None = None
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    owned: Mapping[str, Ownership] = field(default_factory=dict)
    moves: Mapping[str, Move] = field(default_factory=dict)
    back: Mapping[str, Action | Refusal | None] = field(default_factory=dict)
    acts: Mapping[str, Entry] = field(default_factory=dict)
    overridden: Sequence[Entry] = ()
    answers: Mapping[str, Sequence[CheckAnswer]] = field(default_factory=dict)
    forecast: Forecast | None = None
    no_forecast: str | None = None

    @property
    def state(self) -> PlanState:
        """Where it stands; a plan that was not started is a draft of one that is."""
        return PlanState.DRAFT if self.around is None else self.around.row.state

    @property
    def version(self) -> int:
        """What a change that is decided on this page is decided on."""
        return 0 if self.around is None else self.around.row.version

    @property
    def is_going(self) -> bool:
        """Whether it was started and has not ended."""
        return self.around is not None and not self.around.row.is_over

    def row(self, step: Step) -> StepRow:
        """Where a step stands."""
        return StepRow(self.plan.key, step.id) if self.around is None else self.around.row.rows[step.id]

    def decision(self, step: Step) -> Decision | None:
        """What becomes of a step that has not started; None for any other, and where that cannot be told."""
        if self.around is None or self.fault is not None or not self.is_going or self.row(step).state not in AHEAD:
            return None
        return self.around.decide(step)

    def number(self, name: str) -> int:
        """The place of a step in its plan."""
        return 1 + next(place for place, step in enumerate(self.plan.steps) if step.id == name)

    def foretold(self, step: Step) -> StepForecast | None:
        """What is forecast of a step."""
        steps = self.forecast.steps if self.forecast else ()
        return next((one for one in steps if one.step == step.id), None)

    def is_asked(self, step: Step) -> bool:
        """Whether its checks are asked now: they are once everything else that it needs has come."""
        if self.around is None or not self.is_going or self.fault is not None:
            return False
        if self.row(step).state is StepState.HELD:
            return not self.is_in_force(step)
        decision = self.decision(step)
        return decision is not None and not any(wait.kind in OPEN_NEEDS for wait in decision.waits)

    def is_in_force(self, step: Step) -> bool:
        """Whether its move gave its preferences another owner, and was not undone."""
        move = self.moves.get(step.id)
        return move is not None and move.activated is not None and move.undone_by is None


def look(unit: Unit, key: str) -> Seen:
    """One plan. One that was started is found though its text cannot be read: it must be possible to end it.

    Refusals `not_found`, `plan_invalid`.
    """
    fault = None
    try:
        plan, around = context.looking.one(unit, key)
    except Refusal as refusal:
        if unit.plans.find(key) is None:
            raise
        fault = str(refusal)
        plan, around = context.looking.ending(unit, key)
    seen = partial(
        Seen,
        plan,
        around,
        unit.now(),
        fault,
        is_draft=unit.drafts.find(key) is not None,
        overridden=_overridden(unit, key),
    )
    owned = unit.ownerships.of(plan.preferences)
    if around is None:
        known = facts_of(context.looking.milestones, unit.milestones.all())
        return seen(busy=busy_with(unit, plan), owned=owned, milestones=known)
    newer = _newer(unit, plan)
    over = around.row.state in OVER
    moves = {row.id: move for row in around.row.steps if row.move and (move := unit.moves.find(row.move))}
    return seen(
        newer=newer if over or not isinstance(newer, Plan) or newer.hash != around.row.hash else None,
        busy=busy_with(unit, newer) if over and isinstance(newer, Plan) else None,
        owned=owned,
        milestones=around.milestones,
        moves=moves,
        back={name: undo(unit, context.catalogue, move, caller) for name, move in moves.items()},
        acts=_acts(unit, around.row),
    )


def ask(seen: Seen) -> Mapping[str, Sequence[CheckAnswer]]:
    """What the checks of each step answer, where they are asked now."""
    if seen.around is None:
        return {}
    checks = context.checks.once()
    asked = (step for step in seen.plan.steps if seen.is_asked(step))
    return {step.id: answers_of(context, seen.around, step, checks) for step in asked}


def foretell(seen: Seen) -> tuple[Forecast | None, str | None]:
    """The dates of a plan, or why there are none. Nothing is forecast of what has ended."""
    if seen.fault is not None or seen.state in OVER:
        return None, None
    try:
        return context.forecasts.of(context.looking, seen.plan.key), None
    except Refusal as refusal:
        return None, str(refusal)


def _newer(unit: Unit, plan: Plan) -> Plan | Refusal | None:
    try:
        return candidate(unit, context.plans, context.catalogue, plan.key)
    except Refusal as refusal:
        return None if refusal.code == "not_found" else refusal


def busy_with(unit: Unit, plan: Plan) -> Refusal | None:
    """Why a plan cannot be started now: another one has its preferences."""
    try:
        require_free(unit, plan)
    except Refusal as refusal:
        return refusal
    return None


def _overridden(unit: Unit, key: str) -> list[Entry]:
    """Every override of a step of a plan in the ledger, the newest first."""
    sought = Sought(act="break_glass", plan=key)
    return list(unit.ledger.search(sought, beyond=END, newest_first=True, limit=MOST_OVERRIDES))


def _acts(unit: Unit, row: PlanRow) -> dict[str, Entry]:
    """The last entry of the ledger on each step of a plan since it was started; on the plan itself under no name."""
    first = max(0, unit.ledger.head().number - LOOKED_BACK)
    entries = (one for one in unit.ledger.entries(first) if one.body.get("plan") == row.key and one.at >= row.started)
    return {str(one.body.get("step") or ""): one for one in entries if one.act != "notices_changed"}
