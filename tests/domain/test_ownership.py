"""ROUTES and TRANSITIONS: every state with every act, and no way that two systems could be written."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ownership import (
    NOBODY,
    ROUTES,
    TRANSITIONS,
    Act,
    Ownership,
    Route,
    State,
    System,
    Target,
)
from app.domain.refusals import Refusal

MHV, VA_GOV = System.MHV, System.VA_GOV
GIVEN: tuple[Target | None, ...] = (MHV, VA_GOV, NOBODY, None)

UNOWNED = Ownership("k", epoch=7)
HELD = Ownership("k", State.HELD, MHV, epoch=7)
MOVING = Ownership("k", State.MOVING, MHV, VA_GOV, 7, move=3)
RETIRING = Ownership("k", State.MOVING, MHV, NOBODY, 7, move=3)
RETIRED = Ownership("k", State.RETIRED, MHV, epoch=7)
STOPPED = Ownership("k", State.STOPPED, MHV, epoch=7)

# before, act, the system named -> state, owner and target afterwards. Whatever is not here is refused.
LEGAL = {
    (UNOWNED, Act.ADOPT, MHV): (State.HELD, MHV, None),
    (UNOWNED, Act.ADOPT, VA_GOV): (State.HELD, VA_GOV, None),
    (UNOWNED, Act.START, MHV): (State.HELD, MHV, None),
    (UNOWNED, Act.START, VA_GOV): (State.HELD, VA_GOV, None),
    (HELD, Act.FREEZE, VA_GOV): (State.MOVING, MHV, VA_GOV),
    (HELD, Act.FREEZE, NOBODY): (State.MOVING, MHV, NOBODY),
    (MOVING, Act.CALL_OFF, None): (State.HELD, MHV, None),
    (MOVING, Act.ACTIVATE, None): (State.HELD, VA_GOV, None),
    (RETIRING, Act.CALL_OFF, None): (State.HELD, MHV, None),
    (RETIRING, Act.RETIRE, None): (State.RETIRED, MHV, None),
    (RETIRED, Act.RESTORE, None): (State.HELD, MHV, None),
    (HELD, Act.STOP, None): (State.STOPPED, MHV, None),
    (MOVING, Act.STOP, None): (State.STOPPED, MHV, None),
    (RETIRING, Act.STOP, None): (State.STOPPED, MHV, None),
    (STOPPED, Act.STOP, None): (State.STOPPED, MHV, None),
    (UNOWNED, Act.RAISE, None): (State.UNOWNED, None, None),
    (RETIRED, Act.RAISE, None): (State.RETIRED, MHV, None),
    (STOPPED, Act.NAME, MHV): (State.HELD, MHV, None),
    (STOPPED, Act.NAME, VA_GOV): (State.HELD, VA_GOV, None),
}
NAMES_A_SYSTEM = {Act.ADOPT, Act.START, Act.FREEZE, Act.NAME}
ASKED = [
    (row, act, to)
    for row, act in itertools.product((UNOWNED, HELD, MOVING, RETIRING, RETIRED, STOPPED), Act)
    for to in (GIVEN if act in NAMES_A_SYSTEM else (None,))
]


@pytest.mark.parametrize(("row", "act", "to"), ASKED, ids=lambda value: getattr(value, "words", str(value)))
def test_every_state_and_act_is_legal_as_the_table_says_or_refused(row: Ownership, act: Act, to: Target | None) -> None:
    wanted = LEGAL.get((row, act, to))
    if wanted is None:
        with pytest.raises(Refusal) as refused:
            row.after(act, to, 3)
        assert (refused.value.code, refused.value.status) == ("transition_illegal", 409)
        assert refused.value.facts == {"key": "k", "state": row.state, "owner": row.owner, "epoch": 7}
    else:
        after = row.after(act, to, 3)
        assert (after.state, after.owner, after.target) == wanted
        assert after.move == (3 if after.state is State.MOVING else None)


@pytest.mark.parametrize(
    ("row", "route"),
    [
        (UNOWNED, Route(None, None)),
        (HELD, Route(MHV, MHV)),
        (MOVING, Route(MHV, None)),
        (RETIRING, Route(MHV, None)),
        (RETIRED, Route(None, None)),
        (STOPPED, Route(MHV, None)),
    ],
    ids=lambda value: getattr(value, "words", None),
)
def test_reads_and_writes_go_where_the_state_says(row: Ownership, route: Route) -> None:
    assert row.route == route


def test_the_tables_cover_every_state_and_act() -> None:
    assert set(ROUTES) == set(State)
    assert set(TRANSITIONS) == set(Act)


def arrows_from(row: Ownership) -> Iterator[Ownership]:
    """Every row that one act of any kind makes of this one."""
    for act, to in itertools.product(Act, GIVEN):
        try:
            yield row.after(act, to, 1)
        except Refusal:
            continue


def shape(row: Ownership) -> Ownership:
    """A row without its count, so that rows that behave alike are one."""
    return replace(row, epoch=0)


def reachable() -> dict[Ownership, list[Ownership]]:
    """Every row that can be reached from a new preference, and what can follow each."""
    found: dict[Ownership, list[Ownership]] = {}
    queue = [Ownership("k")]
    while queue:
        row = queue.pop()
        if row not in found:
            found[row] = [shape(after) for after in arrows_from(row)]
            queue += found[row]
    return found


def test_the_reachable_rows_are_those_that_can_be_named() -> None:
    pairs = {(row.state, row.owner, row.target) for row in reachable()}
    assert pairs == {
        (State.UNOWNED, None, None),
        *((State.HELD, owner, None) for owner in System),
        *((State.MOVING, owner, target) for owner in System for target in (owner.other, NOBODY)),
        *((State.RETIRED, owner, None) for owner in System),
        *((State.STOPPED, owner, None) for owner in System),
    }


def test_no_state_with_a_writer_stands_next_to_one_with_another_writer() -> None:
    neighbours = [(before, after) for before, many in reachable().items() for after in many]
    assert neighbours
    for before, after in neighbours:
        writers = {row.route.write_to for row in (before, after)} - {None}
        assert len(writers) <= 1, f"{before.words} stands next to {after.words}"


def test_the_writer_is_always_the_owner_and_is_read() -> None:
    for row in reachable():
        if row.route.write_to is not None:
            assert row.route.write_to == row.owner == row.route.read_from


def test_from_every_reachable_row_somebody_can_write_again() -> None:
    graph = reachable()
    for start in graph:
        seen, queue = {start}, [start]
        while queue:
            row = queue.pop()
            queue += [after for after in graph[row] if after not in seen]
            seen |= set(graph[row])
        assert any(row.route.write_to for row in seen), f"nobody can write again after {start.words}"


def test_a_call_off_gives_the_preference_back_under_a_new_epoch() -> None:
    back = HELD.after(Act.FREEZE, VA_GOV, 3).after(Act.CALL_OFF)
    assert back == replace(HELD, epoch=9)


@given(st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(GIVEN)), max_size=30))
def test_any_sequence_of_acts_counts_one_epoch_for_each_that_was_allowed(
    acts: list[tuple[Act, Target | None]],
) -> None:
    row, allowed = Ownership("k", surfaces=("a_page",)), 0
    for act, to in acts:
        before = row
        try:
            row = row.after(act, to, 5)
        except Refusal:
            assert row is before
            continue
        allowed += 1
        assert row.epoch == allowed
        assert not {before.route.write_to, row.route.write_to} >= {MHV, VA_GOV}
        assert row.surfaces == ("a_page",)


def test_a_stale_epoch_is_refused_and_told_the_owner() -> None:
    HELD.require(7)
    for seen in (6, 8):
        with pytest.raises(Refusal) as refused:
            HELD.require(seen)
        assert (refused.value.code, refused.value.status) == ("epoch_stale", 412)
        assert refused.value.facts == {"key": "k", "state": State.HELD, "owner": MHV, "epoch": 7}
        assert "held by MHV at epoch 7" in refused.value.detail


@pytest.mark.parametrize("row", [UNOWNED, HELD, MOVING, RETIRING, RETIRED, STOPPED], ids=lambda row: row.words)
def test_a_halt_leaves_nobody_to_write_and_sets_the_epoch(row: Ownership) -> None:
    after = row.halted(1_000_007)
    assert (after.epoch, after.owner, after.target, after.move) == (1_000_007, row.owner, None, None)
    assert after.route.write_to is None
    assert after.state is (row.state if row in (UNOWNED, RETIRED) else State.STOPPED)


@pytest.mark.parametrize("epoch", [0, 6, 7])
def test_no_act_sets_an_epoch_that_is_not_higher(epoch: int) -> None:
    with pytest.raises(ValueError, match="only ever grows"):
        HELD.after(Act.STOP, epoch=epoch)


def test_out_of_a_stop_leads_nothing_but_naming_the_owner() -> None:
    leaving = {act for act, arrow in TRANSITIONS.items() if State.STOPPED in arrow.before and act is not Act.STOP}
    assert leaving == {Act.NAME}


def test_each_system_is_opposite_the_other() -> None:
    assert [system.other for system in System] == [VA_GOV, MHV]
