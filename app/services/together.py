"""Asking together: what many threads want of the database at one moment is done once, for all of them.

A freeze makes every lease holder ask at once. One transaction for each of them costs more than the answers do.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class Unanswered(Exception):
    """There is no answer for this question."""


@dataclass(eq=False)
class _Place(Generic[Asked, Answered]):
    """One thread that waits: for its answer, or to be the one that asks next."""

    asked: Asked
    turn: threading.Event = field(default_factory=threading.Event)
    answer: Answered | Exception | None = None
    is_answered: bool = False


class Together(Generic[Asked, Answered]):
    """Safe to be used from many threads. `do` is given everything that waits, and answers in the same order.

    `do` begins after each of those questions was put, so an answer is never older than its question. An exception among
    the answers is raised to the one who asked; one that `do` raises, to everybody whom it was to answer.
    """

    def __init__(self, do: Callable[[Sequence[Asked]], Sequence[Answered | Exception]]) -> None:
        self._do = do
        self._lock = threading.Lock()
        self._waiting: list[_Place[Asked, Answered]] = []
        self._busy = False

    def ask(self, asked: Asked) -> Answered:
        """The answer to this question. Raises what it came to."""
        mine: _Place[Asked, Answered] = _Place(asked)
        with self._lock:
            self._waiting.append(mine)
            leads, self._busy = not self._busy, True
        if not leads:
            mine.turn.wait()
        if not mine.is_answered:
            self._ask_for_all()
        if isinstance(mine.answer, Exception):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]  # None only where that was the answer

    def _ask_for_all(self) -> None:
        with self._lock:
            places, self._waiting = self._waiting, []
        answers: Sequence[Answered | Exception] = [Unanswered("whoever asked for all of them was ended")] * len(places)
        try:
            answers = _in_full(self._do([place.asked for place in places]), len(places))
        except Exception as trouble:  # noqa: BLE001 - it is raised to each of them
            answers = [trouble] * len(places)
        finally:
            self._pass_on()
            for place, answer in zip(places, answers, strict=True):
                place.answer, place.is_answered = answer, True
                place.turn.set()

    def _pass_on(self) -> None:
        """The first of those who came meanwhile asks next."""
        with self._lock:
            self._busy = bool(self._waiting)
            if self._waiting:
                self._waiting[0].turn.set()


def _in_full(answers: Sequence[Answered | Exception], wanted: int) -> Sequence[Answered | Exception]:
    if len(answers) != wanted:
        raise Unanswered(f"{len(answers)} answers to {wanted} questions")
    return answers
