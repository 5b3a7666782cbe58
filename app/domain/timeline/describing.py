"""A timeline in at most six sentences, for whoever does not see the picture: made from the same lines."""

from collections.abc import Iterable, Iterator, Sequence

from app.domain.forecast.figures import listed
from app.domain.plans import PlanState
from app.domain.timeline.shapes import Look, StepLine, Timeline
from app.domain.timeline.table import blackout_spans
from app.domain.timeline.wording import Dates

NAMED = 4
"""More steps of one look are told together, and more blackouts are counted."""


def title_of(timeline: Timeline) -> str:
    """ "Timeline of the plan, Apr 1 to Jul 15, 2025"."""
    return f"Timeline of the plan, {Dates(with_year=True).span(timeline.first, timeline.last)}"


def describe(timeline: Timeline) -> str:
    """At most six sentences; no name of a preference, which may hold anything, stands in them."""
    dates = Dates.of(timeline)
    told = [_state(timeline, dates)]
    for looks in (
        (Look.MOVED, Look.WATCHED, Look.MOVING),
        (Look.PLANNED, Look.EXPECTED, Look.UNCERTAIN),
        (Look.HELD, Look.UNDATED, Look.SKIPPED, Look.UNDONE, Look.CANCELLED),
    ):
        clauses = [_clause(look, lines, dates) for look in looks if (lines := _of(timeline, look))]
        told += [_sentence(clauses)] if clauses else []
    told += _milestones(timeline)
    return " ".join([*told, _last(timeline, dates)])


def _state(timeline: Timeline, dates: Dates) -> str:
    if not timeline.steps:
        return "The plan has no step."
    today = dates.moment(timeline.now)
    if timeline.state is None:
        return f"The plan was not started: its dates are as if it were started today, {today}."
    ended = timeline.state in (PlanState.DONE, PlanState.CANCELLED)
    return f"The plan is {timeline.state}{'' if ended else f' today, {today}'}."


def _of(timeline: Timeline, look: Look) -> list[StepLine]:
    return [line for line in timeline.steps if line.look is look]


def _sentence(clauses: Sequence[str]) -> str:
    joined = "; ".join(clauses)
    return f"{joined[0].upper()}{joined[1:]}."


def _clause(look: Look, lines: Sequence[StepLine], dates: Dates) -> str:
    who, is_one = _steps(lines), len(lines) == 1
    if look is Look.UNCERTAIN:
        return _uncertain(lines, dates)
    if look in (Look.PLANNED, Look.EXPECTED) and len(lines) <= NAMED:
        set_for = "is set for" if look is Look.PLANNED else "is expected on"
        return "; ".join(f"step {one.number} {set_for} {_day(one, dates)}" for one in lines)
    words = {
        Look.MOVED: "is done" if is_one else "are done",
        Look.WATCHED: "is watched" if is_one else "are watched",
        Look.MOVING: "is under way now" if is_one else "are under way now",
        Look.PLANNED: f"are set for {_day(lines[0], dates)} and later",
        Look.EXPECTED: f"are expected from {_day(lines[0], dates)} on",
        Look.HELD: "is held until a person decides" if is_one else "are held until a person decides",
        Look.UNDATED: "has no date" if is_one else "have no date",
        Look.SKIPPED: "was skipped" if is_one else "were skipped",
        Look.UNDONE: "was undone" if is_one else "were undone",
        Look.CANCELLED: "was cancelled" if is_one else "were cancelled",
    }
    return f"{who} {words[look]}"


def _day(line: StepLine, dates: Dates) -> str:
    return "" if line.at is None else dates.moment(line.at)


def _uncertain(lines: Sequence[StepLine], dates: Dates) -> str:
    spreads = [line.spread for line in lines if line.spread is not None]
    if len(lines) <= NAMED:
        return "; ".join(
            f"step {line.number} is uncertain: {dates.span(one.p10, one.p90)}, even chance by {dates.day(one.p50)}"
            for line, one in zip(lines, spreads, strict=True)
        )
    first, last = min(one.p10 for one in spreads), max(one.p90 for one in spreads)
    return f"{_steps(lines)} are uncertain, between {dates.day(first)} and {dates.day(last)}"


def _steps(lines: Sequence[StepLine]) -> str:
    """ "step 1", "steps 1 and 2", "steps 1 to 4 and 6"."""
    if len(lines) == 1:
        return f"step {lines[0].number}"
    return f"steps {listed(list(_runs(line.number for line in lines)))}"


def _runs(numbers: Iterable[int]) -> Iterator[str]:
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield from _run(run)
            run = []
        run.append(number)
    yield from _run(run)


def _run(run: Sequence[int]) -> Iterator[str]:
    if len(run) < 3:
        yield from map(str, run)
    else:
        yield f"{run[0]} to {run[-1]}"


def _milestones(timeline: Timeline) -> list[str]:
    lines = timeline.milestones
    if not lines:
        return []
    reached = sum(one.reached is not None for one in lines)
    dated = sum(one.estimate is not None for one in lines)
    counts = {"reached": reached, "expected": dated, "without a date": len(lines) - reached - dated}
    told = [
        f"{'all' if count == len(lines) > 1 else count} {_are(count)} {name}" for name, count in counts.items() if count
    ]
    if len(lines) == 1:
        return [f"The milestone that is waited for {told[0].removeprefix('1 ')}."]
    return [f"Of the {len(lines)} milestones that are waited for, {listed(told)}."]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _last(timeline: Timeline, dates: Dates) -> str:
    spans = blackout_spans(timeline, dates)
    more = [f"{len(spans) - NAMED} more times"] if len(spans) > NAMED + 1 else spans[NAMED:]
    what = f"No moves {listed([*spans[:NAMED], *more])}; the" if spans else "The"
    return f"{what} timeline as a table says the same."
