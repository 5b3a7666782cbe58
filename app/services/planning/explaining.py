"""Why has nothing moved? Everything that a step or a preference waits for, since when, who can mend it, and how."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.moves import Move
from app.domain.plan_deciding import Wait, stop_wait
from app.domain.plans import ENDED, UNDER_WAY, PlanState, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.checks.answers import CheckAnswer
from app.services.checks.asking import ALWAYS, Checks
from app.services.checks.questions import Question
from app.services.context import Context
from app.services.planning.surroundings import Surroundings, stops_of
from app.services.planning.telling import wait_json
from app.services.showing import move_json, utc
from app.services.store import Unit


@dataclass(frozen=True, slots=True)
class _Subject:
    """A step that is asked about, and its move while there is one."""

    around: Surroundings
    step: Step
    move: Move | None

    @property
    def row(self) -> StepRow:
        return self.around.row.rows[self.step.id]

    @property
    def is_over(self) -> bool:
        return self.row.state in ENDED


def why(context: Context, asked: str) -> dict[str, Any]:
    """What stands in the way of a step ("plan/step", or its name), of a plan, or of a preference.

    Refusals `not_found`, `not_started`, `plan_state`. No transaction is open while checks are asked.
    """
    with context.store.reading() as unit:
        subjects, unreadable = _subjects(context, unit, asked)
        rows, locks, now = unit.ownerships.of([asked]), unit.locks.all(), unit.now()
        theirs = {one.move.id for one in subjects if one.move is not None}
        others = [move for move in unit.moves.unfinished() if asked in move.preferences and move.id not in theirs]
        known = asked in context.catalogue.preferences or rows[asked].epoch > 0
        if not subjects and not known:
            raise _nothing(context, unit, asked)
    concerned = dict.fromkeys(key for one in subjects if not one.is_over for key in one.step.preferences)
    stops = [stop_wait(*stop) for stop in stops_of(locks, dict.fromkeys([*([asked] if known else []), *concerned]))]
    return {
        "asked": asked,
        "at": utc(now),
        "preference": {"key": asked, **rows[asked].facts, "words": rows[asked].words} if known else None,
        "stops": [wait_json(wait) for wait in stops],
        "steps": [_told(context, subject) for subject in subjects],
        "moves": [move_json(move, context.driver.waited_for(move)) for move in others],
        "unreadable": unreadable,
        "sentence": _sentence(asked, subjects, known=known),
    }


def _subjects(context: Context, unit: Unit, asked: str) -> tuple[list[_Subject], list[str]]:
    plans, unreadable = context.looking.unfinished(unit)
    return [
        _Subject(around, step, None if (number := around.row.rows[step.id].move) is None else unit.moves.find(number))
        for around in plans
        for step in around.plan.steps
        if asked in (step.id, f"{around.plan.key}/{step.id}", around.plan.key)
        or (asked in step.preferences and around.row.rows[step.id].state not in ENDED)
    ], unreadable


def _nothing(context: Context, unit: Unit, asked: str) -> Refusal:
    """Why nothing can be said of a name: its plan does not run, or nothing is called so."""
    key = asked.partition("/")[0]
    row, (filed, _) = unit.plans.find(key), context.plans.load(context.catalogue)
    if row is not None and row.is_over:
        mend = f"Look at it: cutover plans show {key}"
        detail = f"The plan {key} is {row.state}: it waits for nothing."
        return Refusal("plan_state", detail, mend, {"state": row.state})
    if row is None and (key in filed or unit.drafts.find(key) is not None):
        mend = f"Start it: cutover plans start {key} --reason …"
        return Refusal("not_started", f"The plan {key} was not started.", mend, {"plan": key})
    mend = "Name a step as plan/step, or a preference by its key: cutover plans list, cutover status."
    return Refusal("not_found", f"There is no step and no preference called {asked[:120]}.", mend)


def _sentence(asked: str, subjects: list[_Subject], *, known: bool) -> str:
    if subjects:
        stands = "; ".join(f"step {one.step.id} of {one.around.plan.key} is {one.row.state}" for one in subjects)
        return f"{stands[0].upper()}{stands[1:]}."
    return f"No running plan has {asked}." if known else ""


def _told(context: Context, subject: _Subject) -> dict[str, Any]:
    around, row = subject.around, subject.row
    return {
        "plan": around.plan.key,
        "step": subject.step.id,
        "state": row.state,
        "since": utc(row.since),
        "due": utc(row.due),
        "why": row.why,
        "waits": [wait_json(_since(wait, row)) for wait in _waits(context, subject)],
        "move": None if subject.move is None else move_json(subject.move, context.driver.waited_for(subject.move)),
    }


def _since(wait: Wait, row: StepRow) -> Wait:
    """A wait with the time since when the step stands as it does, where nothing says since when it waits for that."""
    return wait if wait.since is not None or wait.kind == "pause" else replace(wait, since=row.since)


def _waits(context: Context, subject: _Subject) -> Iterator[Wait]:
    around, row, key = subject.around, subject.row, subject.around.plan.key
    if around.row.state is PlanState.PAUSED:
        yield Wait(
            "pause", "its plan, which is paused, to be resumed", "an operator", f"cutover plans resume {key} --reason …"
        )
    if row.state is StepState.HELD:
        command = f"cutover plans retry {key} {row.id} --reason …"
        yield Wait("person", f"a person to decide: {row.why}", "an operator", command, row.since)
    elif row.state in (StepState.WAITING, StepState.DUE):
        yield from _before_start(context, subject)
    elif subject.move is not None and subject.move.outcome is None:
        command = f"cutover moves show {subject.move.id}"
        words = f"its move {subject.move.id}, which is in the stage {subject.move.stage}"
        yield Wait("move", words, "nobody", command, subject.move.record(subject.move.stage).began)
    elif row.state in UNDER_WAY:
        yield _tick(None)


def _before_start(context: Context, subject: _Subject) -> Iterator[Wait]:
    """What the rules say, then what its checks answer now, each asked for real."""
    around, step, row = subject.around, subject.step, subject.row
    decision = around.decide(step)
    yield from decision.waits
    if decision.never is not None:
        yield Wait("person", f"a person to decide: {decision.never}", "an operator", None, row.since)
    failing = [one for one in answers_of(context, around, step) if not one.passes]
    for answer in failing:
        yield Wait(
            "check",
            f"the check {answer.check} to pass ({answer.verdict}): {answer.sentence}",
            *mender(around, step, answer.check),
        )
    if decision.is_due and not failing:
        yield _tick(row.due)


def answers_of(
    context: Context, around: Surroundings, step: Step, checks: Checks | None = None
) -> Sequence[CheckAnswer]:
    """What the checks of a step answer now, each asked for real. No transaction is open while they are asked.

    `checks` are those of several steps together, where the same is asked once.
    """
    with context.store.reading() as unit:
        owners = {one.owner for one in unit.ownerships.of(step.preferences).values()}
    question = Question(step.preferences, owners.pop() if len(owners) == 1 else None, step.to, around.plan.key, step.id)
    names = (ALWAYS, *step.checks) if step.to is not None else step.checks
    return (checks or context.checks).ask(names, question, around.known(step).gates.overrides)


def _tick(since: datetime | None) -> Wait:
    return Wait("tick", "the next tick of a process", "an operator", "cutover tick", since)


def mender(around: Surroundings, step: Step, check: str) -> tuple[str, str | None]:
    """Who can mend a check that does not pass, and by which command."""
    plan, name = around.plan.key, step.id
    if check.startswith("confirmed:"):
        about = check.partition(":")[2]
        return "an operator who has the evidence", f"cutover plans confirm {plan} {name} {about} --reason …"
    if check not in step.checks:  # what every move asks: it is overridden in no step
        return "whoever keeps the system that does not answer", None
    return (
        "whoever keeps what it asks about, or an administrator",
        f"cutover plans override {plan} {name} {check} --reason …",
    )
