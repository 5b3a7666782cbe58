"""The life of one step: it waits, is due, begins, is followed to its end, or is held for a person to decide."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.domain.moves import Move, Outcome, Terms
from app.domain.plans import UNDER_WAY, OnFailure, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.baking import has_failed
from app.services.moving import Wish, undoing
from app.services.moving import start as start_move
from app.services.planning.stepping import tell, tell_announced, write
from app.services.planning.surfacing import change_surfaces
from app.services.planning.surroundings import Surroundings
from app.services.recording import By, sayable
from app.services.store import Unit

SCHEDULER = "scheduler"

ASK_EVERY = timedelta(seconds=15)
"""How long a due step whose checks did not pass waits before they are asked again."""


Following = tuple[StepState, str | None, Mapping[str, Any]]
"""The state in which the move of a step puts it, what the ledger calls that, and more of it."""


def has_news(unit: Unit, seen: Surroundings, step: Step) -> bool:
    """Whether there is something to be done about a step now."""
    row = seen.row.rows[step.id]
    if row.state in (StepState.WAITING, StepState.DUE):
        decision = seen.decide(step)
        if decision.is_due and row.state is StepState.DUE:
            return row.asked is None or seen.now - row.asked >= ASK_EVERY
        return decision.never is not None or decision.is_due or decision.row != row
    if row.move is None or row.state not in (*UNDER_WAY, StepState.HELD):
        return False
    return _following(row, unit.moves.find(row.move)) is not None


def settle(unit: Unit, seen: Surroundings, step: Step, trouble: str | None = None) -> tuple[StepRow, str | None]:
    """Write what a step that has not started waits for, that it is due, or that it is held. `trouble` is what its
    checks found in its way. Answers the row as it is then, and what became of it."""
    row = seen.row.rows[step.id]
    decision = seen.decide(step)
    if decision.never is not None:
        why = (
            f"{decision.never} Its checks had not passed: {row.why}"
            if row.state == "due" and row.why
            else decision.never
        )
        return _hold(unit, seen, decision.row, row.state, why)
    state = StepState.DUE if decision.is_due else StepState.WAITING
    after = replace(decision.row, state=state, why=trouble if state is StepState.DUE and trouble else decision.row.why)
    if after.state is StepState.WAITING and row.state is StepState.DUE:
        after = replace(after, why=seen.known(step).lacking, asked=None)
    if after != row:
        if not write(unit, seen.plan, after, row.state):
            return row, None
        tell_announced(unit, By(SCHEDULER, f"The time of step {step.id} has changed."), seen.plan, row, after)
    return after, None


def begin(unit: Unit, seen: Surroundings, step: Step, row: StepRow) -> str | None:
    """Start a due step: its move is stored in the same transaction, so that it happens once or not at all."""
    by = By(SCHEDULER, f"Step {step.id} of the plan {seen.plan.title[:200]} is due.")
    claimed = replace(row, state=StepState.RUNNING, why=None, since=seen.now)
    if not write(unit, seen.plan, claimed, row.state):
        return None
    try:
        return _change(unit, seen, step, claimed, by) if step.to is None else _move(unit, seen, step, claimed, by)
    except Refusal as refusal:
        return _hold(unit, seen, claimed, StepState.RUNNING, str(refusal))[1]


def _change(unit: Unit, seen: Surroundings, step: Step, row: StepRow, by: By) -> str:
    """A step without a target only changes where Veterans can change its preferences."""
    change_surfaces(unit, by, dict.fromkeys(step.preferences, step.surfaces or ()), {"plan": row.plan, "step": row.id})
    write(unit, seen.plan, replace(row, state=StepState.DONE), StepState.RUNNING)
    tell(unit, by, "step_done", row)
    return "ended"


def _move(unit: Unit, seen: Surroundings, step: Step, row: StepRow, by: By) -> str:
    move = start_move(unit, seen.catalogue, wish_of(unit, seen.plan.key, step, by))
    started = replace(row, move=move.id)
    write(unit, seen.plan, started, StepState.RUNNING)
    tell(unit, by, "step_started", started)
    return "started"


def wish_of(unit: Unit, plan: str, step: Step, by: By) -> Wish:
    """The move that a step asks for, decided on the epochs of now. Refusal `invalid` for a step without a target."""
    if step.to is None:
        raise Refusal("invalid", f"Step {step.id} moves nothing.", "It only changes surfaces.")
    surfaces = {} if step.surfaces is None else dict.fromkeys(step.preferences, step.surfaces)
    terms = Terms(by.actor, by.reason, surfaces, step.freeze_limit, step.bake, plan, step.id)
    terms = replace(terms, accept_advisory=step.accept_advisory, checks=checks_of(step))
    expect = {key: row.epoch for key, row in unit.ownerships.of(step.preferences).items()}
    return Wish(step.preferences, step.to, expect, terms)


def checks_of(step: Step) -> tuple[str, ...]:
    """What the move of a step asks: its milestones once more, and its checks."""
    return (*(f"milestone_reached:{name}" for name in step.milestones), *step.checks)


def follow(unit: Unit, seen: Surroundings, step: Step) -> str | None:
    """Go after what the move of a step has done."""
    row = seen.row.rows[step.id]
    move = None if row.move is None else unit.moves.find(row.move)
    found = None if row.move is None else _following(row, move)
    if found is None:
        return None
    state, act, body = found
    if state is StepState.HELD:
        why = str(body["why"])
        if move is not None and act == "step_failing" and step.on_failure is OnFailure.UNDO:
            why = f"{why} {_undo(unit, seen, move, why)}"
        return _hold(unit, seen, row, row.state, why)[1]
    if not write(unit, seen.plan, replace(row, state=state, why=None), row.state) or act is None:
        return None
    tell(unit, By(SCHEDULER, f"Move {row.move} has ended."), act, row, **body)
    return "ended"


def _following(row: StepRow, move: Move | None) -> Following | None:
    """Where the move of a step puts it; None: it stays as it is."""
    if move is not None and move.undone_by is not None:
        return StepState.UNDONE, "step_undone", {"undone_by": move.undone_by}
    if row.state is StepState.HELD:
        return None
    if move is None or move.outcome is Outcome.CALLED_OFF:
        why = "Its move was called off." if move is None else f"Move {move.id} was called off. {_last_words(move)}"
        return StepState.HELD, None, {"why": why}
    return _watched(row, move)


def _watched(row: StepRow, move: Move) -> Following | None:
    trouble = has_failed(move)
    if trouble is not None:
        return StepState.HELD, "step_failing", {"why": f"Its checks failed while it was watched. {trouble}"}
    if move.outcome is Outcome.DONE:
        return StepState.DONE, "step_done", {}
    if move.activated is not None and row.state is StepState.RUNNING:
        return StepState.WATCHING, None, {}
    return None


def _undo(unit: Unit, seen: Surroundings, move: Move, why: str) -> str:
    """Start the move that takes another one back, as its plan says; how it stands, in a sentence."""
    try:
        back = start_move(unit, seen.catalogue, undoing(unit, move, By(SCHEDULER, sayable(why))))
    except Refusal as refusal:
        return f"It could not be undone: {refusal}"
    return f"Move {back.id} takes it back."


def _hold(unit: Unit, seen: Surroundings, row: StepRow, state: StepState, why: str) -> tuple[StepRow, str | None]:
    held = replace(row, state=StepState.HELD, why=why)
    if not write(unit, seen.plan, held, state):
        return seen.row.rows[row.id], None
    tell(unit, By(SCHEDULER, sayable(why)), "step_held", held)
    return held, "held"


def _last_words(move: Move) -> str:
    return str(move.record(move.stage).detail.get("called_off", ""))
