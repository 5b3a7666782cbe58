"""The order of a plan's steps: each has a name of its own, none waits for itself, and no move leads nowhere."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from app.domain.ownership import NOBODY
from app.domain.toml_source import Wrong, did_you_mean

Steps = Sequence[Mapping[str, Any]]


def wrong_order(steps: Steps) -> Iterator[Wrong]:
    """What is wrong with names, needs and the moves that follow each other."""
    wrong = [*_wrong_names(steps), *_wrong_needs(steps)]
    # Where a name has no step or two, or a step waits for itself, there is no order to speak of.
    yield from wrong or _wrong_cycles(steps) or _wrong_ways(steps)


def _wrong_names(steps: Steps) -> Iterator[Wrong]:
    seen: set[str] = set()
    for place, step in enumerate(steps):
        if step["id"] in seen:
            yield ("steps", place, "id"), f"There is another step {step['id']}.", "Give each step a name of its own."
        seen.add(step["id"])


def _wrong_needs(steps: Steps) -> Iterator[Wrong]:
    names = [step["id"] for step in steps]
    for place, step in enumerate(steps):
        for number, need in enumerate(step["needs"]["steps"]):
            if need not in names:
                path = ("steps", place, "needs", "steps", number)
                yield path, f"There is no step {need} in this plan.", did_you_mean(need, names)


def _needs(steps: Steps) -> dict[str, tuple[str, ...]]:
    return {step["id"]: step["needs"]["steps"] for step in steps}


def _wrong_cycles(steps: Steps) -> list[Wrong]:
    try:
        TopologicalSorter(_needs(steps)).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        place = next(place for place, step in enumerate(steps) if step["id"] in circle)
        what = f"These steps wait for each other, so none can begin: {' ← '.join(circle)}."
        return [(("steps", place, "needs"), what, "Take one of these needs out.")]
    return []


def _wrong_ways(steps: Steps) -> Iterator[Wrong]:
    """Moves of one preference must stand in one order, and each must lead away from where the one before led."""
    before = _all_before(steps)
    movers: dict[str, list[int]] = {}
    for place, step in enumerate(steps):
        for key in step["preferences"]:
            movers.setdefault(key, []).append(place)
    for key, places in movers.items():
        in_order = sorted(places, key=lambda place: len(before[steps[place]["id"]]))
        for earlier, later in pairwise(in_order):
            yield from _wrong_order_of(key, steps, before, (earlier, later))
        yield from _wrong_way(key, steps, in_order)


def _all_before(steps: Steps) -> dict[str, set[str]]:
    """For each step, every step that is done before it can begin."""
    needs, before = _needs(steps), dict[str, set[str]]()
    for name in TopologicalSorter(needs).static_order():
        before[name] = {*needs[name], *(far for near in needs[name] for far in before[near])}
    return before


def _wrong_order_of(key: str, steps: Steps, before: Mapping[str, set[str]], places: tuple[int, int]) -> Iterator[Wrong]:
    earlier, later = (steps[place] for place in places)
    if earlier["id"] not in before[later["id"]]:
        what = f"Steps {earlier['id']} and {later['id']} both change {key}, and nothing says which is first."
        path = ("steps", places[1], "preferences", later["preferences"].index(key))
        yield path, what, f'Say needs = {{ steps = ["{earlier["id"]}"] }} in the later one.'


def _wrong_way(key: str, steps: Steps, in_order: Sequence[int]) -> Iterator[Wrong]:
    """A step without `to` moves nothing; of the others, each leads away from where the one before led."""
    last: Mapping[str, Any] | None = None
    for place in in_order:
        step = steps[place]
        path = ("steps", place, "preferences", step["preferences"].index(key))
        if last is not None and last["to"] is NOBODY:
            yield path, f"Step {last['id']} has retired {key} by then.", "Take it out of one of the two."
        elif last is not None and step["to"] == last["to"]:
            what = f"Step {last['id']} has moved {key} to {step['to'].label} by then."
            yield path, what, "Take it out of one of the two."
        last = last if step["to"] is None else step
