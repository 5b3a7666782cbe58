"""Asking together: one question to the database for everybody who asks at that moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.services.together import Together, Unanswered

SOON = 10.0


class Held:
    """What is asked, and a gate at which the first question is held until the others have come."""

    def __init__(self, answer: Callable[[Sequence[int]], Sequence[int | Exception]]) -> None:
        self.batches: list[list[int]] = []
        self.began, self.gate = threading.Event(), threading.Event()
        self._answer = answer
        self.together = Together(self._do)

    def _do(self, asked: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(asked))
        if len(self.batches) == 1:
            self.began.set()
            assert self.gate.wait(SOON)
        return self._answer(asked)

    def ask(self, first: int, *others: int) -> list[int | BaseException | None]:
        """What each came to, where the others ask while the first one is under way."""
        with ThreadPoolExecutor(1 + len(others)) as threads:
            asked = [threads.submit(self.together.ask, first)]
            assert self.began.wait(SOON)
            asked += [threads.submit(self.together.ask, other) for other in others]
            while len(self.together._waiting) < len(others):
                threading.Event().wait(0.001)
            self.gate.set()
            return [one.exception(SOON) or one.result(SOON) for one in asked]


def tenfold(asked: Sequence[int]) -> list[int]:
    """An answer that tells its question."""
    return [10 * one for one in asked]


def test_those_who_ask_while_others_are_answered_are_asked_for_together_and_each_gets_its_own_answer() -> None:
    held = Held(tenfold)
    assert held.ask(1, 2, 3, 4) == [10, 20, 30, 40]
    assert held.batches[0] == [1]
    assert sorted(held.batches[1]) == [2, 3, 4]
    assert len(held.batches) == 2


def test_nobody_is_answered_by_a_question_that_was_put_before_its_own() -> None:
    held = Held(tenfold)
    held.ask(1, 2)
    assert held.batches == [[1], [2]]


def test_one_that_comes_alone_is_asked_for_alone_and_at_once() -> None:
    together = Together(tenfold)
    assert [together.ask(one) for one in (1, 2)] == [10, 20]


def test_an_exception_among_the_answers_is_raised_to_the_one_who_asked() -> None:
    held = Held(lambda asked: [ValueError(str(one)) if one == 3 else 10 * one for one in asked])
    first, second, third, fourth = held.ask(1, 2, 3, 4)
    assert (first, second, fourth) == (10, 20, 40)
    assert isinstance(third, ValueError)


def test_what_goes_wrong_for_all_is_raised_to_all_and_the_next_ones_are_answered() -> None:
    def fail_the_first(asked: Sequence[int]) -> list[int]:
        if asked == [1]:
            raise ConnectionError
        return tenfold(asked)

    first, *others = Held(fail_the_first).ask(1, 2, 3)
    assert isinstance(first, ConnectionError)
    assert others == [20, 30]


def test_an_answer_too_few_is_nobodys_answer() -> None:
    with pytest.raises(Unanswered):
        Together[int, int](lambda asked: tenfold(asked)[1:]).ask(1)


def test_a_thread_that_is_ended_in_the_middle_leaves_nobody_waiting() -> None:
    def end(asked: Sequence[int]) -> list[int]:
        if asked == [1]:
            raise SystemExit
        return tenfold(asked)

    held = Held(end)
    first, second = held.ask(1, 2)
    assert isinstance(first, SystemExit)
    assert second == 20


def test_many_threads_are_all_answered() -> None:
    together = Together(tenfold)
    with ThreadPoolExecutor(50) as threads:
        assert list(threads.map(together.ask, range(2000))) == tenfold(range(2000))
