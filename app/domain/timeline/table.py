"""A timeline as rows of a table, and its blackouts as a sentence: for everybody who would rather read it."""

from datetime import timedelta

from app.domain.timeline.days import day_of
from app.domain.timeline.shapes import STAYED, Look, MilestoneLine, StepLine, Stretch, Timeline
from app.domain.timeline.wording import Dates, length_words, milestone_words, name_of

COLUMNS = ("Step or milestone", "State", "Veterans warned", "Moves", "Watched until")

Cells = tuple[str, str, str, str, str]

MOMENT = timedelta(microseconds=1)


def rows(timeline: Timeline) -> tuple[Cells, ...]:
    """A row for each step in plan order, then one for each milestone. An empty cell has nothing to say."""
    dates = Dates.of(timeline)
    milestones = (_milestone(timeline, one, dates) for one in timeline.milestones)
    return (*(_step(line, dates) for line in timeline.steps), *milestones)


def _step(line: StepLine, dates: Dates) -> Cells:
    name, state = f"{line.number} {name_of(line)}", "not started" if line.state is None else line.state.value
    if line.look in STAYED:
        since = "" if line.at is None else f" {dates.moment(line.at)}"
        return name, f"{state}{since}", "", "", ""
    return name, state, _warned(line, dates), _moves(line, dates), _watched(line, dates)


def _warned(line: StepLine, dates: Dates) -> str:
    told = [_days(line.warned, dates)] if line.warned else []
    told += [f"blocked {_days(line.blocked, dates)}"] if line.blocked else []
    if told or line.look not in (Look.UNCERTAIN, Look.UNDATED):
        return ", ".join(told) or "none"
    lengths = [f"from {length_words(line.warning)} before it"] if line.warning > line.blocking else []
    lengths += [f"blocked {length_words(line.blocking)} before it"] if line.blocking else []
    return ", ".join(lengths) or "none"


def _days(stretch: Stretch, dates: Dates) -> str:
    """The days of a stretch; the one on which it ends is none of them where it ends as that day begins."""
    return dates.span(day_of(stretch.begins), day_of(stretch.ends - MOMENT))


def _moves(line: StepLine, dates: Dates) -> str:
    if line.spread is not None:
        chance = f"even chance by {dates.day(line.spread.p50)}"
        return f"8 in 10: {dates.span(line.spread.p10, line.spread.p90)}; {chance}"
    if line.look is Look.HELD:
        return "no date" if line.moved is None else dates.full(line.moved)
    if line.at is None:
        return f"no date: {line.why}" if line.why else "no date"
    if line.look is Look.MOVING:
        return f"now, since {dates.full(line.at)}"
    about = "expected " if line.look is Look.EXPECTED else ""
    return f"{about}{dates.full(line.at)}{', if it is approved' if line.lacks_approval else ''}"


def _watched(line: StepLine, dates: Dates) -> str:
    if line.watched is not None:
        return dates.bare(line.watched.ends)[0]
    if line.to is None or not line.bake or line.look in (Look.MOVED, Look.HELD):
        return ""
    return f"{length_words(line.bake)} after"


def _milestone(timeline: Timeline, line: MilestoneLine, dates: Dates) -> Cells:
    if line.reached is not None:
        return line.title, milestone_words(line, dates, timeline.now)[0], "", "", ""
    return line.title, f"waited for: {milestone_words(line, dates, timeline.now)[0]}", "", "", ""


def blackout_spans(timeline: Timeline, dates: Dates) -> list[str]:
    """The days of each blackout that is shown."""
    return [_days(Stretch(one.start, one.end), dates) for one in timeline.blackouts]


def blackout_words(timeline: Timeline) -> str:
    """When no step starts, and why, in a sentence."""
    spans = blackout_spans(timeline, Dates.of(timeline))
    told = [f"{span} ({one.why})" if one.why else span for span, one in zip(spans, timeline.blackouts, strict=True)]
    return f"No moves: {', '.join(told)}." if told else "No blackout falls into these days."
