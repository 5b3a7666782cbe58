"""Plans that run: what is due is a row in the database, and claiming it is a compare-and-set.

Any number of processes call `tick`, as often as they like; each step is started exactly once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.domain.catalogue import Catalogue
from app.domain.moves import Move, Outcome, Terms
from app.domain.ownership import System
from app.domain.plans import Plan, PlanRow, PlanState, Step, StepRow, StepState, due_at, needs_met
from app.domain.refusals import Refusal
from app.services.moving import Wish
from app.services.moving import start as start_move
from app.services.recording import By, record
from app.services.store import Store, Unit

ReadPlan = Callable[[str, str], Plan]
"""A plan from its key and the text that was stored when it started."""

ENDED = {StepState.DONE, StepState.SKIPPED, StepState.CANCELLED, StepState.UNDONE}
OVER = {PlanState.DONE, PlanState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did: the steps that it started, ended and held, as `plan/step`."""

    started: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


def start_plan(unit: Unit, plan: Plan, by: By) -> PlanRow:
    """Copy a plan's text and hash into the database and let it run.

    Refusals `plan_not_startable`, `preference_in_plan`.
    """
    unit.ledger.lock()
    present = unit.plans.find(plan.key)
    if present is not None and present.state not in OVER:
        detail = f"The plan {plan.key} is {present.state} already."
        raise Refusal("plan_not_startable", detail, "Look at it: cutover plans show", {"plan": plan.key})
    _require_free(unit, plan)
    steps = tuple(StepRow(plan.key, step.id) for step in plan.steps)
    keys = tuple(dict.fromkeys(key for step in plan.steps for key in step.preferences))
    row = PlanRow(plan.key, PlanState.RUNNING, keys, plan.text, plan.hash, unit.now(), by.actor, by.reason, steps)
    unit.plans.add(row)
    record(unit, by, "plan_started", {"plan": plan.key, "hash": plan.hash})
    return row


def tick(store: Store, catalogue: Catalogue, read_plan: ReadPlan) -> Ticked:
    """Look at every running plan once and do what is due now. Safe to be repeated, and to be run in many processes.

    A plan whose text cannot be read keeps no other one waiting: its refusal is raised when the others were looked at.
    """
    with store.reading() as unit:
        running = [row for row in unit.plans.all() if row.state is PlanState.RUNNING]
    did: dict[str, list[str]] = {"started": [], "ended": [], "held": []}
    unreadable: Refusal | None = None
    for row in running:
        try:
            plan = read_plan(row.key, row.text)
        except Refusal as refusal:
            unreadable = refusal
            continue
        for step in plan.steps:
            with store.writing() as unit:
                outcome = _look(unit, catalogue, plan, step)
            if outcome is not None:
                did[outcome].append(f"{plan.key}/{step.id}")
        with store.writing() as unit:
            _close(unit, row.key)
    if unreadable is not None:
        raise unreadable
    return Ticked(*(tuple(did[name]) for name in ("started", "ended", "held")))


def _look(unit: Unit, catalogue: Catalogue, plan: Plan, step: Step) -> str | None:
    """Do the next thing for one step, and say what became of it."""
    row = unit.plans.find(plan.key)
    if row is None or row.state is not PlanState.RUNNING or row.hash != plan.hash:
        return None
    rows = {one.id: one for one in row.steps}
    present = rows[step.id]
    if present.state is StepState.WAITING and needs_met(step, rows):
        present = _ripen(unit, step, _explained(unit, catalogue, step, present), row)
    if present.state is StepState.DUE:
        return _begin(unit, catalogue, plan, step, present)
    if present.move is not None and present.state in (StepState.RUNNING, StepState.WATCHING):
        return _follow(unit, present, unit.moves.find(present.move))
    return None


def _explained(unit: Unit, catalogue: Catalogue, step: Step, row: StepRow) -> StepRow:
    """The row with the reason why its target cannot be moved to yet, if there is one; it waits for that."""
    why = _lacking(catalogue, step)
    told = replace(row, why=why)
    return told if told != row and unit.plans.change_step(told, StepState.WAITING) else row


def _lacking(catalogue: Catalogue, step: Step) -> str | None:
    for key in step.preferences:
        try:
            catalogue.require_movable(key, step.to if isinstance(step.to, System) else None, step.accept_advisory)
        except Refusal as refusal:
            if refusal.code == "no_contract":
                return str(refusal)
    return None


def _ripen(unit: Unit, step: Step, row: StepRow, plan: PlanRow) -> StepRow:
    """A step whose needs are met gets its moment; when that has come, it is due. The row as it is then."""
    now = unit.now()
    met = row.needs_met or (now if step.needs_steps else plan.started)
    due = due_at(step, met)
    state = StepState.DUE if due <= now and row.why is None else StepState.WAITING
    ripe = replace(row, state=state, needs_met=met, due=due)
    changed = ripe != row and unit.plans.change_step(ripe, StepState.WAITING)
    return ripe if changed else row


def _begin(unit: Unit, catalogue: Catalogue, plan: Plan, step: Step, row: StepRow) -> str | None:
    """Claim a due step and store its move in the same transaction, so that it happens once or not at all."""
    claimed = replace(row, state=StepState.RUNNING)
    if not unit.plans.change_step(claimed, StepState.DUE):
        return None
    by = By("scheduler", f"Step {step.id} of the plan {plan.title[:200]} is due.")
    try:
        move = start_move(unit, catalogue, _wish(unit, plan, step, by))
    except Refusal as refusal:
        return _hold(unit, claimed, StepState.RUNNING, str(refusal))
    unit.plans.change_step(replace(claimed, move=move.id), StepState.RUNNING)
    return "started"


def _wish(unit: Unit, plan: Plan, step: Step, by: By) -> Wish:
    if step.to is None:
        raise Refusal("plan_invalid", f"Step {step.id} has no target.", "Say to whom it moves.")
    surfaces = {} if step.surfaces is None else dict.fromkeys(step.preferences, step.surfaces)
    terms = Terms(by.actor, by.reason, surfaces, step.freeze_limit, step.bake, plan.key, step.id)
    terms = replace(terms, accept_advisory=step.accept_advisory)
    expect = {key: row.epoch for key, row in unit.ownerships.of(step.preferences).items()}
    return Wish(step.preferences, step.to, expect, terms)


def _follow(unit: Unit, row: StepRow, move: Move | None) -> str | None:
    if move is None or move.outcome is Outcome.CALLED_OFF:
        why = "Its move was called off." if move is None else f"Move {move.id} was called off. {_last_words(move)}"
        return _hold(unit, row, row.state, why)
    if move.undone_by is not None:
        _change(unit, row, StepState.UNDONE, "step_undone", {"undone_by": move.undone_by})
        return "ended"
    if move.outcome is Outcome.DONE:
        _change(unit, row, StepState.DONE, "step_done", {})
        return "ended"
    if move.activated is not None and row.state is StepState.RUNNING:
        unit.plans.change_step(replace(row, state=StepState.WATCHING), StepState.RUNNING)
    return None


def _hold(unit: Unit, row: StepRow, seen: StepState, why: str) -> str | None:
    held = replace(row, state=StepState.HELD, why=why)
    if not unit.plans.change_step(held, seen):
        return None
    record(unit, By("scheduler", why[:480]), "step_held", {"plan": row.plan, "step": row.id, "move": row.move})
    return "held"


def _change(unit: Unit, row: StepRow, state: StepState, act: str, body: Mapping[str, object]) -> None:
    if unit.plans.change_step(replace(row, state=state), row.state):
        told = {"plan": row.plan, "step": row.id, "move": row.move, **body}
        record(unit, By("scheduler", f"Move {row.move} has ended."), act, told)


def _close(unit: Unit, key: str) -> None:
    row = unit.plans.find(key)
    if row is None or row.state is not PlanState.RUNNING or any(step.state not in ENDED for step in row.steps):
        return
    if unit.plans.change(replace(row, state=PlanState.DONE), PlanState.RUNNING):
        record(unit, By("scheduler", "Every step has ended."), "plan_done", {"plan": key})


def _require_free(unit: Unit, plan: Plan) -> None:
    wanted = {key for step in plan.steps for key in step.preferences}
    for other in unit.plans.all():
        if other.state in OVER:
            continue
        taken = sorted(wanted & set(other.preferences))
        if taken:
            detail = f"{taken[0]} is in the plan {other.key}, which is {other.state}."
            mend = "A preference is in one running plan at most: end that plan first."
            raise Refusal("preference_in_plan", detail, mend, {"key": taken[0], "plan": other.key})


def _last_words(move: Move) -> str:
    return str(move.record(move.stage).detail.get("called_off", ""))
