"""Where a step stands and when it happens, as its page says it: a moment where there is one, else chances."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.forecast.figures import Spread
from app.domain.plans import Step, StepState
from app.domain.windows import FOREVER
from app.entrypoints.pages.plans.seeing import Seen
from app.entrypoints.pages.times import calendar_day
from app.services.planning.telling import AHEAD

STATES: dict[StepState, tuple[str, str]] = {
    StepState.WAITING: ("Waiting", "wait"),
    StepState.DUE: ("Due", "due"),
    StepState.RUNNING: ("Running", "now"),
    StepState.WATCHING: ("Watching", "watch"),
    StepState.DONE: ("Done", "ok"),
    StepState.HELD: ("Held", "held"),
    StepState.UNDONE: ("Undone", "undone"),
    StepState.SKIPPED: ("Skipped", "skipped"),
    StepState.CANCELLED: ("Cancelled", "cancelled"),
}
"""The word of each state, and its sign."""


@dataclass(frozen=True, slots=True)
class When:
    """Words, and the moment that follows them. `is_ahead` adds how long it is until then."""

    words: str
    moment: datetime | None = None
    is_ahead: bool = False


def times_of(seen: Seen, step: Step) -> Iterator[When]:
    """What is known of a step's time."""
    row, move = seen.row(step), seen.moves.get(step.id)
    if seen.around is None or (row.state in AHEAD and seen.is_going):
        yield from _ahead(seen, step)
        return
    if move is not None and move.activated is not None and row.state is not StepState.RUNNING:
        yield When("Moved", move.activated)
    if row.state is StepState.WATCHING and move is not None and move.activated is not None:
        yield When("Watched until", move.activated + move.terms.bake, is_ahead=True)
    elif row.since is not None:
        yield When("Since", row.since)


def end_words(spread: Spread[date]) -> str:
    """When something ends, as chances: "8 in 10: Jun 3, 2027 to Jul 9, 2027"."""
    return f"8 in 10: {calendar_day(spread.p10)} to {calendar_day(spread.p90)}"


def _ahead(seen: Seen, step: Step) -> Iterator[When]:
    decision = seen.decision(step)
    row = decision.row if decision is not None else seen.row(step)
    if decision is not None and decision.never is None and row.due is not None:
        words = "Starts" if row.until is not None else "Starts, once it is approved,"
        yield When(words, row.due, is_ahead=row.due > seen.now)
        if row.until is not None and row.until < FOREVER:
            yield When("At the latest", row.until)
    elif decision is None or decision.never is None:
        yield When(_chances(seen, step))
    if row.moment is not None:
        yield When("Not before the date that a person gave it:", row.moment)
    elif step.not_before is not None and row.due is None:
        yield When("Not before", step.not_before)


def _chances(seen: Seen, step: Step) -> str:
    found = seen.foretold(step)
    if found is None or found.start is None:
        why = found.why if found is not None else seen.no_forecast
        return f"No date. {why or ''}".strip()
    start = found.start
    if start.p10 == start.p90:
        return f"Starts {calendar_day(start.p50)}, by the forecast"
    return f"Even chance by {calendar_day(start.p50)}; {end_words(start)}"
