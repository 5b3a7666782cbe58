"""Every order of every step: where all rules are kept nothing goes wrong, and where one is left out it is found."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from app.domain.leases import Drain, Lease, Waited
from tests.models.ground import LOST
from tests.models.lease_mutants import Persevering
from tests.models.leases import Leases, Scope, State
from tests.models.runs import BEYOND, MUTANTS, SAFE, Run
from tests.models.search import Breach, search, sticking

STUCK = Breach("nobody can write, and no call-off would help")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("run", SAFE, ids=lambda run: run.name)
def test_with_every_rule_kept_no_order_of_steps_breaks_the_guarantee(run: Run) -> None:
    result = run.search()
    assert result.breach is None, result.told()
    assert result.whole, f"only {result.states} states to depth {result.depth}: more than the limit"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("run", MUTANTS, ids=lambda run: run.name)
def test_a_rule_of_the_protocols_table_that_is_left_out_is_found(run: Run) -> None:
    result = run.search()
    assert result.breach == run.breach, f"not found in {result.states} states"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("run", BEYOND, ids=lambda run: run.name)
def test_a_rule_beyond_that_table_that_is_left_out_is_found(run: Run) -> None:
    result = run.search()
    assert result.breach == run.breach, f"not found in {result.states} states"


@pytest.mark.timeout(600)
def test_from_every_state_a_move_that_nobody_calls_off_can_come_to_its_end() -> None:
    model = Persevering(Scope())
    states, stuck = sticking(model, 100_000, model.has_moved)
    assert states > 10_000
    assert stuck == 0


class WaitsForEver(Drain):
    """A dead holder is waited for, for ever."""

    def look(self, leases: Iterable[Lease], now: float) -> tuple[list[Waited], list[Lease]]:
        """See Drain."""
        return super().look([replace(one, ttl=math.inf) for one in leases], now)


@pytest.mark.timeout(600)
def test_a_drain_that_waits_for_the_dead_is_found_to_stick() -> None:
    controlling = type("Changed", (Persevering.controlling,), {"drain": WaitsForEver})
    model = type("Changed", (Persevering,), {"controlling": controlling})(Scope())
    _, stuck = sticking(model, 100_000, model.has_moved)
    assert stuck > 0


class Sticking(Leases):
    """The model, with a breach wherever nobody can write and a call-off is not at hand."""

    def successors(self, state: State) -> Iterator[tuple[str, State | Breach]]:
        """See Leases."""
        if not self.can_write(state):
            yield "nothing", STUCK
        yield from super().successors(state)


@pytest.mark.timeout(600)
def test_in_every_state_somebody_can_write_or_a_call_off_is_at_hand() -> None:
    result = search(Sticking(Scope(lives=2)), 200_000)
    assert result.breach is None, result.told()
    assert result.whole


def test_a_story_is_told_from_its_first_action_to_the_breach() -> None:
    class Counting:
        """Counts to three."""

        def initial(self) -> int:
            """See Model."""
            return 0

        def successors(self, state: int) -> Iterator[tuple[str, int | Breach]]:
            """See Model."""
            yield "stay", state
            yield f"{state} is left behind", state + 1 if state < 2 else LOST

    result = search(Counting(), 100)
    assert result.story == ("0 is left behind", "1 is left behind", "2 is left behind")
    assert result.told().splitlines()[1] == "  1. 0 is left behind"


def test_a_state_from_which_no_way_leads_on_is_counted_as_sticking() -> None:
    class Forking:
        """One way ends well, the other one does not end."""

        def initial(self) -> str:
            """See Model."""
            return "fork"

        def successors(self, state: str) -> Iterator[tuple[str, str | Breach]]:
            """See Model."""
            yield from {"fork": [("go", "end"), ("stray", "trap")], "trap": [("turn", "trap")]}.get(state, [])

    assert sticking(Forking(), 10, lambda state: state == "end") == (3, 1)
