"""Each kind of fault comes once before any comes again, and only what really struck is counted."""

import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.chaos import faults
from sandbox.chaos.faults import KINDS, Arena, Lane, alone
from sandbox.chaos.parts import BREAKS_TIME, kinds_of
from sandbox.chaos.replica import Member


class Sleeper(Member):
    """A process that only sleeps."""

    def __init__(self, tmp: Any) -> None:
        super().__init__(["sleep", "60"], tmp / "log", {})


@pytest.fixture(name="sleepers")
def _sleepers(tmp_path: Any) -> Iterator[list[Sleeper]]:
    made = [Sleeper(tmp_path) for _ in range(2)]
    for one in made:
        one.start()
    yield made
    for one in made:
        one.kill()


def arena() -> Arena:
    """One in which there is nothing to strike."""
    stage: Any = None
    crew: Any = None
    return Arena(stage, crew, gentle=True, ended=threading.Event())


def test_each_kind_comes_once_before_any_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ring, seen = arena(), []

    def strike(name: str) -> Any:
        def fault(*_: Any) -> bool:
            seen.append(name)
            if len(seen) == 9:
                ring.ended.set()
            return name != "misses"

        return fault

    monkeypatch.setattr(faults, "KINDS", {name: strike(name) for name in ("a", "b", "misses")})
    Lane(ring, ["a", "b", "misses"], random.Random(1), 0.0).run()
    assert [sorted(seen[at : at + 3]) for at in (0, 3, 6)] == [["a", "b", "misses"]] * 3
    assert ring.applied == {"a": 3, "b": 3}


def test_the_seed_fixes_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def order(seed: int) -> list[str]:
        ring, seen = arena(), []

        def note(name: str) -> Any:
            def fault(*_: Any) -> bool:
                seen.append(name)
                if len(seen) == 2 * len(KINDS):
                    ring.ended.set()
                return True

            return fault

        monkeypatch.setattr(faults, "KINDS", {name: note(name) for name in KINDS})
        monkeypatch.setattr(faults, "faketime_is_there", lambda: True)
        Lane(ring, list(KINDS), random.Random(seed), 0.0).run()
        return seen

    assert order(1) == order(1) != order(2)


def test_two_faults_do_not_meet_in_one_process(sleepers: list[Sleeper]) -> None:
    chance = random.Random(1)
    with alone(sleepers, chance, most=2) as first, alone(sleepers, chance) as second:
        assert (len(first), second) == (2, [])
    with alone(sleepers, chance) as later:
        assert len(later) == 1


def test_who_has_ended_is_not_struck(sleepers: list[Sleeper]) -> None:
    for one in sleepers:
        one.kill()
    with alone(sleepers, random.Random(1)) as found:
        assert found == []


def test_what_breaks_an_assumption_about_time_is_left_out_where_they_are_kept() -> None:
    assert set(kinds_of(all_of_them=True)) - set(kinds_of(all_of_them=False)) == set(BREAKS_TIME)
    assert set(BREAKS_TIME) < set(KINDS)
