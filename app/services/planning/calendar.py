"""One plan as entries of a calendar: its steps, windows and blackouts, whom to tell by when, and what is forecast.

Nothing here works out a time of its own: openings are the scheduler's, forecasts those of `forecasting`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.forecast.foretelling import Forecast
from app.domain.plans import Step, StepState
from app.domain.refusals import Refusal
from app.services.context import Context
from app.services.planning.calendar_entries import Entry, blackouts, of_step
from app.services.planning.calendar_scene import Scene
from app.services.planning.forecasting import forecast_of
from app.services.planning.looking import Looking
from app.services.planning.surroundings import facts_of
from app.services.store import Unit

Foretell = Callable[[Unit, Looking, str], Forecast]
"""The dates of one plan, by its key. Refusal `plan_invalid` where they cannot be had."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar. `changed` is when what it shows was last changed in the database, None if it was never stored there.

    The same facts make the same feed, whenever it is asked for. `about` has a sentence for each line of it.
    """

    plan: str
    title: str
    about: tuple[str, ...]
    version: int
    changed: datetime | None
    entries: tuple[Entry, ...]


def feed_of(context: Context, key: str, foretell: Foretell = forecast_of) -> Feed:
    """The calendar of one plan, started or not. Refusals `not_found`, `plan_invalid`."""
    looking = context.looking
    with context.store.reading() as unit:
        plan, around = looking.one(unit, key)
        recorded = unit.milestones.all()
        scene = Scene(plan, around, looking.catalogue, facts_of(looking.milestones, recorded), unit.now())
        scene, trouble = _with_forecast(scene, unit, looking, foretell)
        draft = unit.drafts.find(key) if around is None else None
        stored = [one.at for name, one in recorded.items() if any(name in step.milestones for step in plan.steps)]
        stored += [draft.at] if draft else []
    stored += _changes(scene)
    entries = (*blackouts(scene), *(entry for step in plan.steps for entry in of_step(scene, step)))
    about = (scene.state_words, *trouble, *_without_a_date(scene))
    version = 0 if around is None else around.row.version
    return Feed(plan.key, plan.title, about, version, max(stored, default=None), entries)


def _with_forecast(scene: Scene, unit: Unit, looking: Looking, foretell: Foretell) -> tuple[Scene, tuple[str, ...]]:
    """The scene with the dates of steps that have none yet; or why those cannot be had, and the calendar goes on."""
    if not any(scene.is_to_come(step) and scene.row(step).due is None for step in scene.plan.steps):
        return scene, ()
    try:
        return scene.foretold(foretell(unit, looking, scene.plan.key)), ()
    except Refusal as refusal:
        return scene, (f"There is no forecast. {refusal}",)


def _changes(scene: Scene) -> Iterator[datetime]:
    """When a started plan and its steps changed, as far as their rows say."""
    if scene.around is None:
        return
    yield scene.around.row.started
    yield from (one.at for one in scene.around.signed)
    for row in scene.around.row.steps:
        yield from (at for at in (row.since, row.anew, row.needs_met) if at is not None)


def _without_a_date(scene: Scene) -> Iterator[str]:
    for step in scene.plan.steps:
        if scene.start_of(step) is None and scene.row(step).state is not StepState.DONE:
            yield _why(scene, step)


def _why(scene: Scene, step: Step) -> str:
    found = scene.forecasts.get(step.id)
    why = found.why if found is not None else None
    return f"Without a date: {scene.summary(step)}. {why or scene.stands(step)}"
