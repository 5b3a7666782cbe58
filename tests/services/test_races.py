"""Two at once: exactly one is first, on both databases, from threads and from processes."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.adapters.database.tables import moves
from app.domain.ledger import verify
from app.domain.moves import Move, Outcome, Stage
from app.domain.ownership import Act, State
from app.domain.plans import Plan, Step, StepState
from app.domain.refusals import Refusal
from app.services.door import Change, change
from app.services.moving import Wish
from app.services.planning.starting import start_plan
from app.services.scheduling import Scheduler, Ticked
from app.services.store import Lost
from tests.entrypoints.invented import InventedPlans
from tests.services.racers import KEYS, TRANSACTIONS
from tests.services.racers import race as race_processes
from tests.services.world import ALERTS, IMAGES, MHV, PM, RX, VA_GOV, World

THREADS = 4
ROUNDS = 3


def race(*racers: Callable[[], object]) -> list[object]:
    """Let them all run at once; what each answered, or the code of its refusal."""
    barrier = Barrier(len(racers))

    def run(racer: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return racer()
        except Refusal as refusal:
            return refusal.code
        except Lost:
            return "lost"

    with ThreadPoolExecutor(len(racers)) as pool:
        return list(pool.map(run, racers))


def test_of_several_starts_of_one_preference_one_is_first_and_the_others_are_told_of_it(world: World) -> None:
    def start(world: World, wish: Wish) -> int:
        return world.ask(wish).id

    world.adopt()
    for _ in range(ROUNDS):
        wish = world.wish(VA_GOV, RX, ALERTS)
        answers = race(*[partial(start, world, wish)] * THREADS)
        assert Counter(map(str, answers))["move_open"] == THREADS - 1
        assert len([one for one in answers if isinstance(one, int)]) == 1
        world.call_off(next(one for one in answers if isinstance(one, int)))


def test_of_several_changes_decided_on_the_same_epoch_one_is_made(world: World) -> None:
    def freeze() -> str:
        with world.store.writing() as unit:
            change(unit, PM, Change(Act.FREEZE, {RX: world_epoch}, given=VA_GOV, move=1))
        return "won"

    world.adopt()
    for _ in range(ROUNDS):
        world_epoch = world.row(RX).epoch
        answers = race(*[freeze] * THREADS)
        assert Counter(answers) == {"won": 1, "epoch_stale": THREADS - 1}
        assert world.row(RX).epoch == world_epoch + 1
        with world.store.writing() as unit:
            change(unit, PM, Change(Act.CALL_OFF, {RX: world_epoch + 1}))
    with world.store.reading() as unit:
        assert verify(unit.ledger.entries(), unit.ledger.head()).intact


def test_a_call_off_and_an_activation_at_once_cannot_both_win(world: World) -> None:
    world.adopt()
    outcomes = set()
    for _ in range(2 * ROUNDS):
        owner = world.row(RX).owner
        assert owner is not None
        move = world.bring_to(Stage.CATCH_UP, world.start(owner.other, RX))
        driver = world.driver()
        answers = race(partial(driver._catch_up, move), partial(world.call_off, move.id))
        activated, called_off = answers[0] == 0.0, isinstance(answers[1], Move)
        assert activated != called_off, answers
        row = world.row(RX)
        assert (row.state, row.owner) == (State.HELD, owner.other if activated else owner)
        outcomes.add(activated)
        world.finish(move)
    assert outcomes


def test_several_drivers_carry_one_move_on_and_each_arrow_is_made_once(world: World) -> None:
    world.adopt()
    for _ in range(ROUNDS):
        before, owner = world.row(RX).epoch, world.row(RX).owner
        assert owner is not None
        move = world.start(owner.other, RX)
        race(*[partial(world.finish, move)] * THREADS)
        assert world.move(move.id).outcome is Outcome.DONE
        assert (world.row(RX).owner, world.row(RX).epoch) == (owner.other, before + 2)
        acts = Counter(entry.act for entry in world.ledger if entry.body.get("move") == move.id)
        assert acts == {"move": 1, "freeze": 1, "activate": 1, "move_done": 1}


def test_the_end_of_the_bake_time_and_an_undo_at_once_leave_both_moves_ended(world: World) -> None:
    world.adopt()
    for _ in range(ROUNDS):
        move = world.bring_to(Stage.WATCH, world.start(VA_GOV, RX))
        undo = world.bring_to(Stage.CATCH_UP, world.undo(move.id))
        race(partial(world.finish, move), partial(world.finish, undo))
        world.finish(undo)
        world.finish(move)
        assert (world.move(move.id).outcome, world.move(move.id).undone_by) == (Outcome.DONE, undo.id)
        assert world.row(RX).owner is MHV


def test_the_end_of_a_move_takes_the_line_of_changes_before_its_own_row(postgresql_world: World) -> None:
    """An undo does so, too. In the other order the two would wait for each other in a circle."""
    world = postgresql_world
    world.adopt()
    move = world.bring_to(Stage.WATCH, world.start(VA_GOV, RX))
    with ThreadPoolExecutor(1) as pool, world.store.writing() as unit:
        unit.ledger.lock()
        ending = pool.submit(world.finish, move)
        time.sleep(0.3)
        assert not ending.done()
        free = select(moves.c.id).where(moves.c.id == move.id).with_for_update(skip_locked=True)
        assert unit.connection.execute(free).scalar_one_or_none() == move.id
        unit.connection.rollback()
    assert ending.result().outcome is Outcome.DONE


def test_a_step_that_several_processes_find_due_is_started_once(world: World) -> None:
    steps = tuple(Step(f"step_{key}", (key,), VA_GOV) for key in (RX, ALERTS, IMAGES))
    plan = Plan("plan", "The plan", "UTC", steps, "", "")
    world.adopt()
    with world.store.writing() as unit:
        start_plan(unit, plan, PM)
    files = InventedPlans({"plan": plan})
    ticks = [partial(Scheduler(world.store, files, world.checks()).tick, world.files) for _ in range(THREADS)]
    answers = [one for _ in range(2) for one in race(*ticks)]
    assert all(isinstance(one, Ticked) and not one.held for one in answers), answers
    started = Counter(step for one in answers for step in getattr(one, "started", ()))
    assert started == {f"plan/{step.id}": 1 for step in steps}
    with world.store.reading() as unit:
        row = unit.plans.find("plan")
        assert len(unit.moves.latest(10)) == len(steps)
    assert row is not None
    assert {step.state for step in row.steps} == {StepState.RUNNING}


def test_of_several_plans_of_one_preference_one_is_started(world: World) -> None:
    def start(key: str) -> Callable[[], str]:
        def run() -> str:
            with world.store.writing() as unit:
                return start_plan(unit, Plan(key, key, "UTC", (Step("a", (RX,), VA_GOV),), "", ""), PM).key

        return run

    answers = race(*[start(f"p{number}") for number in range(THREADS)], start("p0"))
    assert len([one for one in answers if one in {"p0", "p1", "p2", "p3"}]) == 1
    assert {one for one in answers if isinstance(one, str) and "_" in one} <= {
        "preference_in_plan",
        "plan_not_startable",
    }


@pytest.mark.usefixtures("counted_from_zero")
def test_a_registration_that_is_sent_again_while_it_is_under_way_is_one_lease(world: World) -> None:
    for number in range(ROUNDS):
        assert race(*[partial(world.lease, f"l{number}")] * THREADS) == [0] * THREADS
    with world.store.reading() as unit:
        assert sorted((one.id, one.renewals) for one in unit.leases.all()) == [
            (f"l{number}", THREADS - 1) for number in range(ROUNDS)
        ]


def test_an_idempotency_key_that_comes_twice_at_once_is_claimed_once(world: World) -> None:
    def claim() -> bool:
        with world.store.writing() as unit:
            return unit.answers.begin("token", "key", "hash") is None

    assert sorted(race(*[claim] * THREADS), key=bool) == [False] * (THREADS - 1) + [True]


def test_of_several_processes_that_decide_on_the_same_epoch_one_wins_each_preference(database_url: str) -> None:
    won = [key for answer in race_processes(database_url, *["start"] * 3) for key in answer]
    assert sorted(map(str, won)) == sorted(KEYS)
    store = SqlStore(make_engine(database_url))
    with store.reading() as unit:
        assert {row.epoch for row in unit.ownerships.all().values()} == {1}
        assert unit.ledger.head().revision == len(KEYS)
    store.close()


def test_200_transactions_of_several_processes_that_read_and_then_write_all_succeed(database_url: str) -> None:
    numbers = [number for answer in race_processes(database_url, *["write"] * 4) for number in answer]
    assert sorted(map(str, numbers)) == sorted(str(number) for number in range(1, 4 * TRANSACTIONS + 1))
    store = SqlStore(make_engine(database_url))
    with store.reading() as unit:
        entries = list(unit.ledger.entries())
        assert verify(entries, unit.ledger.head()).intact
    store.close()
    if database_url.startswith("sqlite"):
        assert all(entry.body["seen"] == entry.number - 1 for entry in entries), "what was read was still so"
