"""Starting a move: what is refused, with nothing stored, and what a start stores."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.catalogue import MhvBinding, Status
from app.domain.moves import Stage, StageState
from app.domain.ownership import NOBODY, State, Target
from app.domain.refusals import Refusal
from app.services.moving import LARGEST_MOVE, Wish
from app.services.rehearsing import rehearse
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, PM, RX, VA_GOV, World, catalogue, preference

Change = Callable[[Wish], Wish]


def to(target: Target) -> Change:
    """The same wish with another target."""
    return lambda wish: replace(wish, to=target)


def named(*keys: str) -> Change:
    """The same wish for these preferences, each as it was seen."""
    return lambda wish: replace(wish, preferences=keys, expect=dict.fromkeys(keys, 1))


def expecting(expect: dict[str, int]) -> Change:
    """The same wish, decided on these epochs."""
    return lambda wish: replace(wish, expect=expect)


def because(reason: str) -> Change:
    """The same wish with another reason."""
    return lambda wish: replace(wish, terms=replace(wish.terms, reason=reason))


MANY = tuple(f"k{number}" for number in range(LARGEST_MOVE + 1))
WRONG: dict[str, tuple[Change, str]] = {
    "no preference": (named(), "invalid"),
    "too many": (named(*MANY), "invalid"),
    "one named twice": (named(RX, RX), "invalid"),
    "unknown": (named(RX, "rx_shippment"), "preference_unknown"),
    "already there": (to(MHV), "already_there"),
    "no epoch": (expecting({RX: 1}), "epoch_missing"),
    "no epochs at all": (expecting({}), "epoch_missing"),
    "an epoch for another": (expecting({RX: 1, ALERTS: 1, IMAGES: 1}), "invalid"),
    "an old epoch": (expecting({RX: 1, ALERTS: 0}), "epoch_stale"),
    "an epoch of the future": (expecting({RX: 2, ALERTS: 1}), "epoch_stale"),
    "one that nobody holds": (lambda wish: replace(named(RX, NEWS)(wish), expect={RX: 1, NEWS: 0}), "mixed_owners"),
    "retiring what nobody holds": (
        lambda wish: replace(wish, preferences=(NEWS,), expect={NEWS: 0}, to=NOBODY),
        "not_adopted",
    ),
    "no reason": (because(" "), "reason_missing"),
    "a reason too long": (because("a" * 501), "invalid"),
    "surfaces for another": (
        lambda wish: replace(wish, terms=replace(wish.terms, surfaces={IMAGES: ()})),
        "invalid",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_wish_is_refused_and_nothing_is_stored(world: World, case: str) -> None:
    wrong, code = WRONG[case]
    world.adopt()
    before = world.head
    with pytest.raises(Refusal) as refused:
        world.ask(wrong(world.wish(VA_GOV, RX, ALERTS)))
    assert refused.value.code == code
    assert world.head == before
    with world.store.reading() as unit:
        assert unit.moves.latest(10) == []


@pytest.mark.parametrize("case", WRONG)
def test_a_dry_run_refuses_what_the_start_refuses(sqlite_world: World, case: str) -> None:
    world = sqlite_world
    wrong, code = WRONG[case]
    world.adopt()
    with pytest.raises(Refusal) as refused:
        rehearse(world.store, world.files, world.checks(), wrong(world.wish(VA_GOV, RX, ALERTS)))
    assert refused.value.code == code


def test_a_dry_run_asks_the_same_questions_and_stores_nothing(world: World) -> None:
    world.adopt()
    before = world.head
    world.systems[VA_GOV].down = "It is closed."
    wish = world.wish(VA_GOV, RX, ALERTS)
    rehearsed = rehearse(world.store, world.files, world.checks(), wish)
    assert world.head == before
    told = rehearsed.record(Stage.CHECK).detail["answers"]
    real = world.finish(world.ask(wish))
    assert real.record(Stage.CHECK).detail["answers"] == told
    assert [(one["check"], one["verdict"]) for one in told] == [
        ("systems_reachable", "fail"),
    ]


def test_the_largest_move_is_allowed(sqlite_world: World) -> None:
    keys = [f"k{number}" for number in range(LARGEST_MOVE)]
    world = replace(sqlite_world, files=catalogue(*(preference(key) for key in keys)))
    world.adopt()
    assert world.start(VA_GOV, *keys).preferences == tuple(keys)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"status": Status.ON_HOLD}, "not_live"),
        ({"status": Status.PLANNED}, "not_live"),
        ({"advisory_writers": True}, "advisory_writers"),
        ({"systems": {MHV: MhvBinding("rx")}}, "no_contract"),
    ],
)
def test_what_a_file_does_not_allow_is_refused(sqlite_world: World, changed: dict[str, object], code: str) -> None:
    world = sqlite_world
    world.adopt()
    world.files = catalogue(preference(RX, **changed), preference(ALERTS))
    with pytest.raises(Refusal) as refused:
        world.start(VA_GOV, ALERTS, RX)
    assert refused.value.code == code


def test_a_preference_whose_file_vanished_cannot_be_moved(sqlite_world: World) -> None:
    world = sqlite_world
    world.adopt()
    world.files = replace(world.files, missing=frozenset({RX}))
    with pytest.raises(Refusal) as refused:
        world.start(VA_GOV, RX)
    assert refused.value.code == "file_missing"
    assert world.row(RX).route.write_to is MHV


def test_preferences_with_different_owners_do_not_move_together(world: World) -> None:
    world.adopt()
    world.flip(VA_GOV, RX)
    with pytest.raises(Refusal) as refused:
        world.start(NOBODY, RX, ALERTS)
    assert refused.value.code == "mixed_owners"


def test_a_second_move_of_a_preference_is_refused_and_told_which_is_the_first(world: World) -> None:
    world.adopt()
    first = world.start(VA_GOV, RX)
    for keys in ((RX,), (ALERTS, RX)):
        with pytest.raises(Refusal) as refused:
            world.start(NOBODY, *keys)
        assert refused.value.code == "move_open"
        assert refused.value.facts == {"key": RX, "move": first.id}
    assert world.start(VA_GOV, ALERTS).id != first.id


def test_a_dry_run_of_a_preference_that_is_in_a_move_is_refused_too(world: World) -> None:
    world.adopt()
    first = world.start(VA_GOV, RX)
    with pytest.raises(Refusal) as refused:
        rehearse(world.store, world.files, world.checks(), world.wish(NOBODY, RX))
    assert (refused.value.code, refused.value.facts["move"]) == ("move_open", first.id)


def test_a_second_move_is_refused_during_the_freeze_too(world: World) -> None:
    world.adopt()
    first = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX))
    with pytest.raises(Refusal) as refused:
        world.start(NOBODY, RX)
    assert (refused.value.code, refused.value.facts["move"]) == ("move_open", first.id)


def test_a_retired_preference_cannot_be_moved(world: World) -> None:
    world.adopt()
    world.flip(NOBODY, RX)
    for target in (MHV, VA_GOV, NOBODY):
        with pytest.raises(Refusal) as refused:
            world.start(target, RX)
        assert refused.value.code == "retired"


def test_a_start_stores_the_move_and_its_terms_and_changes_no_owner(world: World) -> None:
    world.adopt()
    before = world.rows(RX, ALERTS)
    surfaces = {RX: ("va_gov_profile",)}
    started = world.start(VA_GOV, ALERTS, RX, surfaces=surfaces)
    move = world.move(started.id)
    assert move == started
    assert (move.preferences, move.origin, move.to, move.stage) == ((ALERTS, RX), MHV, VA_GOV, Stage.CHECK)
    assert move.record(Stage.CHECK).state is StageState.RUNNING
    assert (move.terms.actor, move.terms.reason, move.terms.surfaces) == (PM.actor, PM.reason, surfaces)
    assert move.epochs == {ALERTS: 1, RX: 1}
    assert move.surfaces_before == {ALERTS: ("mhv_profile",), RX: ("mhv_profile",)}
    assert world.rows(RX, ALERTS) == before
    assert world.row(RX).state is State.HELD


def test_the_ledger_tells_who_asked_for_which_move_and_why(world: World) -> None:
    world.adopt()
    move = world.start(VA_GOV, RX)
    entry = world.ledger[-1]
    assert (entry.act, entry.actor, entry.reason) == ("move", PM.actor, PM.reason)
    asked = {"move": move.id, "preferences": [RX], "from": "mhv", "to": "va_gov", "expect": {RX: 1}}
    assert entry.body.items() >= asked.items()
