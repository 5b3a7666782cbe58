"""Breadth-first search through every state of a model: the first fault found has the shortest story."""

import gc
import time
from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

S = TypeVar("S", bound=Hashable)
T = TypeVar("T", bound=Hashable)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Nothing here has cycles, and looking for some in millions of states takes half of the time."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Breach(str):
    """What a model puts in the place of a next state when the rule is broken there; the text says which."""

    __slots__ = ()


class Model(Protocol[S]):
    """States and the actions between them. Both ways must always give the same for the same state."""

    def initial(self) -> S:
        """Where every story begins."""

    def successors(self, state: S) -> Iterable[tuple[str, "S | Breach"]]:
        """Each action that can come next, in words, with the state that it leads to, or the rule that it breaks."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a search found. `whole`: every state in reach was seen. `seconds`: of one core. `story`: to the breach."""

    states: int
    depth: int
    seconds: float
    whole: bool
    breach: Breach | None = None
    story: tuple[str, ...] = ()

    def told(self) -> str:
        """The story, an action a line."""
        lines = [f"{number:3}. {action}" for number, action in enumerate(self.story, start=1)]
        return "\n".join([f"{self.breach}, after {len(self.story)} actions:", *lines])


def search(model: Model[S], limit: int, breaches: Iterable[str] = ()) -> Result:
    """Every state in reach, at most `limit`, nearest first; ends at the first breach (of `breaches`, when given)."""
    with _without_collections():
        return _search(model, limit, frozenset(breaches))


def _search(model: Model[S], limit: int, wanted: frozenset[str]) -> Result:
    start = time.process_time()
    first = model.initial()
    parents: dict[S, S | None] = {first: None}
    level, depth = [first], 0
    while level and len(parents) < limit:
        following: list[S] = []
        for state in level:
            for action, after in model.successors(state):
                if isinstance(after, Breach):
                    if not wanted or after in wanted:
                        story = (*_story(model, parents, state), action)
                        return Result(len(parents), depth, time.process_time() - start, False, after, story)
                elif after not in parents:
                    parents[after] = state
                    following.append(after)
        level, depth = following, depth + 1
    return Result(len(parents), depth, time.process_time() - start, not level)


def _story(model: Model[S], parents: dict[S, S | None], state: S) -> list[str]:
    """The actions from the first state to this one; which action it was is found by doing the step again."""
    actions: list[str] = []
    before = parents[state]
    while before is not None:
        actions.append(next(action for action, after in model.successors(before) if after == state))
        state, before = before, parents[before]
    return actions[::-1]


def sticking(model: Model[S], limit: int, over: Callable[[S], bool]) -> tuple[int, int]:
    """How many states there are, and from how many of them no way leads to one that is `over`.

    Raises ValueError when there are more than `limit`: of a part of the states nothing can be said.
    """
    numbers: dict[S, int] = {model.initial(): 0}
    order = [model.initial()]
    sources, targets = array("l"), array("l")
    for number, state in enumerate(order):  # grows while it is walked through
        for _, after in model.successors(state):
            if isinstance(after, Breach):
                continue
            if after not in numbers:
                numbers[after] = len(order)
                order.append(after)
            sources.append(number)
            targets.append(numbers[after])
        if len(order) > limit:
            raise ValueError(f"more than {limit} states")
    ends = [number for number, state in enumerate(order) if over(state)]
    return len(order), len(order) - _reaching(ends, sources, targets, len(order))


def _reaching(ends: list[int], sources: "array[int]", targets: "array[int]", count: int) -> int:
    """How many states lead to one of `ends`, themselves included."""
    before: list[list[int]] = [[] for _ in range(count)]
    for source, target in zip(sources, targets, strict=True):
        before[target].append(source)
    reached = bytearray(count)
    waiting = list(ends)
    for end in ends:
        reached[end] = 1
    while waiting:
        for source in before[waiting.pop()]:
            if not reached[source]:
                reached[source] = 1
                waiting.append(source)
    return sum(reached)


class Numbered(Generic[T]):
    """A small number for each value that was ever seen: states of many parts become short tuples."""

    def __init__(self) -> None:
        self.values: list[T] = []
        self._numbers: dict[T, int] = {}

    def number(self, value: T) -> int:
        """The number of a value."""
        known = self._numbers.get(value)
        if known is None:
            known = self._numbers[value] = len(self.values)
            self.values.append(value)
        return known

    def __getitem__(self, number: int) -> T:
        return self.values[number]

    def __iter__(self) -> Iterator[T]:
        return iter(self.values)
