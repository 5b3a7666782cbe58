"""A step, and a milestone, as a line of the timeline."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.announcements import Level, announced
from app.domain.plans import Step, StepRow, StepState
from app.domain.timeline.facts import Facts
from app.domain.timeline.shapes import STAYED, Look, MilestoneLine, StepLine, Stretch

LOOKS = {
    StepState.RUNNING: Look.MOVING,
    StepState.WATCHING: Look.WATCHED,
    StepState.DONE: Look.MOVED,
    StepState.HELD: Look.HELD,
    StepState.UNDONE: Look.UNDONE,
    StepState.SKIPPED: Look.SKIPPED,
    StepState.CANCELLED: Look.CANCELLED,
}
"""What is shown of a step that does not wait any more; of one that does, it depends on what is known of its date."""


def step_line(facts: Facts, number: int, step: Step) -> StepLine:
    """The line of one step, without its windows."""
    row = facts.at(step)
    terms = step.notice
    bare = StepLine(
        number=number,
        step=step.id,
        titles=tuple(facts.titles.get(key, key) for key in step.preferences),
        to=step.to,
        state=None if facts.row is None else row.state,
        look=LOOKS.get(row.state, Look.UNDATED),
        warning=timedelta(0) if terms is None else terms.warning,
        blocking=timedelta(0) if terms is None else terms.blocked,
        bake=step.bake,
        why=row.why,
    )
    line = _ahead(facts, step, bare) if row.state not in LOOKS else _begun(facts, step, bare)
    return line if line.look in STAYED else _told(facts, step, line)


def _begun(facts: Facts, step: Step, line: StepLine) -> StepLine:
    row = facts.at(step)
    moved = None if line.look is Look.UNDONE else facts.activated.get(step.id)
    if line.look in (Look.MOVED, Look.WATCHED):
        at = moved or row.since or facts.now
        ends = at + step.bake if line.look is Look.WATCHED else max(at, row.since or at)
        return replace(line, at=at, moved=at, watched=Stretch(at, ends) if at < ends and step.bake else None)
    return replace(line, at=row.since or facts.now, moved=moved)


def _ahead(facts: Facts, step: Step, line: StepLine) -> StepLine:
    row, found = facts.at(step), facts.foretold(step)
    line = replace(line, lacks_approval=facts.lacks_approval(step))
    if facts.is_over:
        return replace(line, why="The plan has ended.")
    if row.due is not None:
        return _watched_after(replace(line, look=Look.PLANNED, at=row.due))
    if found is None or found.start is None:
        return replace(line, why=(found.why if found else None) or facts.trouble or line.why)
    if found.start.p10 < found.start.p90:
        return replace(line, look=Look.UNCERTAIN, spread=found.start)
    return _watched_after(replace(line, look=Look.EXPECTED, at=found.expected))


def _watched_after(line: StepLine) -> StepLine:
    if line.at is None or not line.bake or line.to is None:
        return line
    return replace(line, watched=Stretch(line.at, line.at + line.bake))


def _told(facts: Facts, step: Step, line: StepLine) -> StepLine:
    """With the times in which Veterans are warned and blocked, as far as they are dated: not before anybody could know
    the date, and not after the move."""
    row = facts.at(step)
    due = line.at if line.look is Look.EXPECTED else row.due
    if due is None:
        return line
    told = announced(facts.plan, step, replace(row, state=StepState.WAITING, due=due, until=row.until or due))
    known, ends = _date_known(facts, step, row, line), line.moved or due
    found: dict[str, Stretch] = {}
    for one in told:
        begins, stops = max(one.begins, known), min(one.ends, ends)
        if begins < stops:
            found["warned" if one.level is Level.WARNING else "blocked"] = Stretch(begins, stops)
    return replace(line, warned=found.get("warned"), blocked=found.get("blocked"))


def _date_known(facts: Facts, step: Step, row: StepRow, line: StepLine) -> datetime:
    """Since when the date of a step is known, which no warning can come before."""
    if facts.row is None or line.look is Look.EXPECTED or (line.look is Look.PLANNED and line.lacks_approval):
        return facts.now
    since = (facts.row.started, row.needs_met, row.anew, facts.approved.get(step.id))
    return max(one for one in since if one is not None)


def milestone_line(facts: Facts, key: str) -> MilestoneLine:
    """The line of one milestone."""
    found = facts.milestones.get(key)
    if found is None:
        return MilestoneLine(key, key, is_known=False)
    return MilestoneLine(key, found.title, found.reached, None if found.reached else found.estimate)
