"""Any sequence of requests over HTTP: every answer is documented, never two writers, nothing sticks.

Several processes hold leases and write by the client's own rules, others acknowledge whatever comes to their mind; two
processes of the service move, and time passes. Neither system has a fence.
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.domain.moves import Stage
from app.domain.ownership import NOBODY, System
from app.domain.roles import Role
from cutover_client.routes import Refused
from tests.entrypoints.api.any_order import ALL, KEYS, Flight, Holder, Service
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused
from tests.entrypoints.world import SPANS, World

WHY = {"reason": "Invented."}
WHICH = st.integers(0, 1)
SETS = st.sampled_from([*((key,) for key in KEYS), KEYS, KEYS[::-1], *((key,) for key in ALL), ALL[1:]])
EPOCHS = st.sampled_from([*["right"] * 6, "stale", "missing"])
SIDES = st.sampled_from(["other", "other", "other", "va_gov", "mhv", "nobody"])
LIAR = "a-process-that-says-anything"


class AnyOrder(RuleBasedStateMachine):
    """The requests, and what must hold after each."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.service = Service(self.template)
        self.clock = self.service.clock
        self.holders = [Holder(f"invented-process-{number}") for number in range(2)]
        self.drawn = len(self.holders)
        self.orphans: dict[int, Flight] = {}
        self.service.ask("POST", "/ownership/adopt", {"preferences": list(KEYS), **WHY})
        self.before = self.service.ownership()
        for holder in range(2):
            self.renew(holder, 0, lag=0, late=False)
        self.service.worlds[0].holder.renew()

    def teardown(self) -> None:
        """One lease is given up if it may be, the others run out: every move ends, and the next one is done."""
        self.restart(0, killed=False)
        self.end_moves()
        for key, row in self.rows(self.service.ownership()).items():
            if row["state"] == "held" and key in KEYS:
                to = "mhv" if row["owner"] == "va_gov" else "va_gov"
                body = {"preferences": [key], "to": to, "expect": {key: row["epoch"]}, **WHY}
                assert self.service.ask("POST", "/moves", body).status_code == 202
                self.end_moves()
                assert self.service.moves()[0]["outcome"] == "done"
        assert self.service.ask("GET", "/ledger/verify").get_json()["intact"]
        self.service.end()

    def end_moves(self) -> None:
        """Let the service work and time pass, until no move is open."""
        end = self.clock.monotonic() + 300
        while any(move["outcome"] is None for move in self.service.moves()):
            assert self.clock.monotonic() < end, "a move sticks"
            self.wait(max(self.service.drive(0), 4.0))
            self.look()

    @rule(keys=SETS, to=SIDES, epochs=EPOCHS, which=WHICH, steps=st.integers(0, 14))
    def move(self, keys: tuple[str, ...], to: str, epochs: str, which: int, steps: int) -> None:
        """Somebody asks for a move or a retirement by what they saw, and it is carried on: a little way, or on."""
        if to == "other":
            to = "mhv" if self.rows(self.before)[keys[0]]["owner"] == "va_gov" else "va_gov"
        body = {"preferences": list(keys), "to": to, "expect": self.expected(keys, epochs), **WHY}
        answer = self.service.ask("POST", "/moves", body, which)
        assert epochs == "right" or answer.status_code >= 400
        if steps < 10:
            self.drive(which, steps, 0.5)
        else:
            self.calm(which)

    @rule(act=st.sampled_from(["call-off", "undo"]), back=st.integers(0, 3), which=WHICH)
    def take_back(self, act: str, back: int, which: int) -> None:
        """Somebody calls a move off, or takes one back; it may be one that there is not."""
        moves = self.service.moves()
        number = moves[back % len(moves)]["id"] if moves else 4711
        self.service.ask("POST", f"/moves/{number}/{act}", WHY, which)

    @rule(keys=SETS, epochs=EPOCHS, which=WHICH, adopts=st.booleans())
    def administer(self, keys: tuple[str, ...], epochs: str, which: int, adopts: bool) -> None:
        """The files say who begins, or what was retired is given back."""
        expect = self.expected(keys, epochs)
        body = {"preferences": list(keys)} if adopts else {"expect": expect}
        self.service.ask("POST", f"/ownership/{'adopt' if adopts else 'restore'}", {**body, **WHY}, which)

    @rule(which=WHICH, steps=st.integers(1, 9), pause=st.sampled_from([0.0, 0.5]))
    def drive(self, which: int, steps: int, pause: float = 0.0) -> None:
        """A process of the service does some of the next things, with seconds between them."""
        for _ in range(steps):
            self.wait(pause)
            self.service.drive(which)
            self.look()

    @rule(seconds=st.sampled_from([0.5, 3.0, 9.0, 31.0]))
    def wait(self, seconds: float) -> None:
        """Time passes. A write whose span is over is over: the system has ended it."""
        self.clock.advance(seconds)
        self.orphans = self.still(self.orphans)
        for holder in self.holders:
            holder.under_way = self.still(holder.under_way)

    @rule(holder=WHICH, which=WHICH, lag=st.integers(0, 2), late=st.booleans())
    def renew(self, holder: int, which: int, lag: int, late: bool) -> None:
        """A holder renews, and acknowledges what it may or less; a late answer is under way for a while."""
        mine, now = self.holders[holder], self.clock.instant()
        reached = mine.grants.may_acknowledge(now)
        answer = self.service.lease(mine, KEYS, 0 if reached is None else max(0, reached - lag), which)
        mine.answers.append((answer, now))
        if not late:
            mine.grants.receive(*mine.answers.pop())

    @rule(which=WHICH)
    def calm(self, which: int) -> None:
        """Everybody hears of everything and acknowledges it at once, but for what is still in flight."""
        for _ in range(2):
            for holder in range(2):
                self.renew(holder, which, lag=0, late=False)
            self.service.worlds[0].holder.renew()
            self.drive(which, 5)

    @precondition(lambda self: any(holder.answers for holder in self.holders))
    @rule(which=st.integers(0, 3))
    def hear(self, which: int) -> None:
        """One of the answers that are under way comes, in any order."""
        mine = next(holder for holder in self.holders if holder.answers)
        mine.grants.receive(*mine.answers.pop(which % len(mine.answers)))

    @rule(holder=WHICH, key=st.sampled_from(KEYS), killed=st.booleans())
    def write(self, holder: int, key: str, killed: bool) -> None:
        """A holder begins a write, where it may, and may be killed; the system may accept it from now on."""
        mine, now = self.holders[holder], self.clock.instant()
        number = mine.grants.begin(key, now)
        try:
            owner = mine.grants.require(number, None, now).require_writer()
        except Refused:
            mine.grants.end(number, answered=True)
            return
        mine.under_way[number] = (key, owner, now)
        if killed:
            self.restart(holder, killed=True)

    @precondition(lambda self: any(holder.under_way for holder in self.holders))
    @rule(answered=st.booleans())
    def finish_write(self, answered: bool) -> None:
        """A write gets its answer, or its caller gives up; then it may be accepted until its span is over."""
        mine = next(holder for holder in self.holders if holder.under_way)
        number = next(iter(mine.under_way))
        mine.grants.end(number, answered=answered)
        if answered:
            del mine.under_way[number]

    @rule(holder=WHICH, killed=st.booleans())
    def restart(self, holder: int, killed: bool) -> None:
        """A process ends and another one follows at once; only with nothing in flight does it give its lease up.

        One that is killed gives up nothing, and its writes outlive it.
        """
        mine = self.holders[holder]
        mine.grants.land(self.clock.instant())
        if not killed and not mine.grants.flights:
            self.service.ask("DELETE", f"/leases/{mine.lease}")
        self.orphans |= {100 * self.drawn + number: one for number, one in enumerate(mine.under_way.values())}
        self.drawn += 1
        self.holders[holder] = Holder(f"invented-process-{self.drawn}")

    @rule(acknowledged=st.integers(0, 40), keys=SETS, ends=st.booleans())
    def lie(self, acknowledged: int, keys: tuple[str, ...], ends: bool) -> None:
        """A process that writes nothing acknowledges anything; nobody else does it for that."""
        body = {"client": "x", "instance": "x", "keys": list(keys), "acknowledged": acknowledged}
        self.service.ask("PUT", f"/leases/{LIAR}", body)
        for method, said in (("PUT", body), ("DELETE", None)):
            answer = self.service.ask(method, f"/leases/{LIAR}", said, by=self.service.stranger)
            assert answer.status_code == 403
        if ends:
            self.service.ask("DELETE", f"/leases/{LIAR}")

    @rule(key=st.sampled_from(KEYS), back=st.integers(0, 2), renews=st.booleans())
    def carry(self, key: str, back: int, renews: bool) -> None:
        """A write is carried under the present epoch or an older one: only the present owner takes it.

        A process that was not told of a freeze yet writes on by the epoch before it: its drain waits for that process.
        """
        world, row = self.service.worlds[0], self.rows(self.before)[key]
        if renews:
            world.holder.renew()
        before = (len(world.mhv.writes), len(world.va_gov.writes))
        body = {"choice": "off", "epoch": max(0, row["epoch"] - back)}
        answer = self.service.ask("PUT", f"/preferences/{key}", body)
        made = (len(world.mhv.writes) - before[0], len(world.va_gov.writes) - before[1])
        assert (answer.status_code == 200) is (sum(made) == 1)
        if any(made):
            untold = row["state"] == "moving"
            assert (body["epoch"], dict(zip(("mhv", "va_gov"), made, strict=True))[row["owner"]]) == (
                row["epoch"] - untold,
                1,
            )
            drains = [move for move in self.service.moves() if move["outcome"] is None and move["stage"] == "drain"]
            assert not untold or any(key in move["preferences"] for move in drains)

    @invariant()
    def look(self) -> None:
        """Over either process: one writer at most, and numbers that only grow."""
        told = self.service.ownership(int(self.clock.monotonic()) % 2)
        assert told["revision"] >= self.before["revision"]
        before, now = self.rows(self.before), self.rows(told)
        for key, row in now.items():
            writers = {before[key]["write_to"], row["write_to"]} - {None}
            assert row["epoch"] >= before[key]["epoch"] + 2 * (len(writers) - 1), f"{key} flips without a freeze"
            assert row["write_to"] in (None, row["owner"])
        for flights in (self.orphans, *(holder.under_way for holder in self.holders)):
            for key, owner, _ in flights.values():
                assert now[key]["write_to"] in (owner, None), f"{key} can be written at both"
        self.before = told
        assert self.service.worlds[0].troubles == []

    def still(self, flights: dict[int, Flight]) -> dict[int, Flight]:
        """Those writes that may still be accepted."""
        now = self.clock.instant()
        return {number: one for number, one in flights.items() if now.since(one[2]) < SPANS.span()}

    def expected(self, keys: tuple[str, ...], epochs: str) -> dict[str, int]:
        """The epochs that somebody saw: as they are, the last one older than it is, or the last one left out."""
        rows = self.rows(self.before)
        seen = {key: rows[key]["epoch"] for key in keys}
        if epochs == "missing":
            del seen[keys[-1]]
        if epochs == "stale":
            seen[keys[-1]] += 1
        return seen

    @staticmethod
    def rows(told: Any) -> dict[str, Any]:
        """What is told, by key."""
        return {row["key"]: row for row in told["preferences"]}


@pytest.mark.timeout(300)
def test_in_any_order_over_http_every_answer_is_documented_and_there_are_never_two_writers_and_nothing_sticks(
    request: pytest.FixtureRequest,
) -> None:
    AnyOrder.template = request.getfixturevalue("_sqlite_template")
    # Forty steps can be read as they are; making fewer of them takes longer than the test.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=30, stateful_step_count=40, phases=phases))


def carried_on(world: World, number: int, until: Stage | None = None) -> None:
    """Carry a move on to a stage or its end; the process's own lease acknowledges its freeze on the way."""
    if until in (None, Stage.CATCH_UP):
        world.drive(number, Stage.DRAIN)
        world.holder.renew()
    world.drive(number, until)


@pytest.mark.parametrize("stage", [None, Stage.FREEZE, Stage.DRAIN, Stage.CATCH_UP])
def test_3_a_move_called_off_over_http_leaves_nothing_that_refuses_a_write_or_breaks_the_next(
    writing: World, operator: Api, carried: Api, stage: Stage | None
) -> None:
    number = operator.start(FIRST_KEY).get_json()["id"]
    if stage is not None:
        carried_on(writing, number, stage)
    assert operator.post(f"/moves/{number}/call-off", WHY).status_code == 200
    writing.holder.renew()
    held = operator.get(f"/ownership/{FIRST_KEY}").get_json()
    assert (held["state"], held["owner"]) == ("held", "mhv")
    assert carried.put(FIRST_KEY, {"choice": "daily", "epoch": held["epoch"]}).status_code == 200
    again = operator.start(FIRST_KEY).get_json()["id"]
    carried_on(writing, again)
    assert operator.get(f"/moves/{again}").get_json()["outcome"] == "done"


def test_47_one_stale_epoch_of_two_over_http_changes_neither(adopted: World, operator: Api) -> None:
    refused(operator.start(FIRST_KEY, SECOND_KEY, expect={FIRST_KEY: 1, SECOND_KEY: 9}), "epoch_stale")
    assert operator.get("/moves").get_json()["moves"] == []
    for key in KEYS:
        adopted.moved(NOBODY, key)
    admin = api(adopted, Role.ADMIN)
    right = {key: adopted.row(key).epoch for key in KEYS}
    before = adopted.standing()
    refused(admin.post("/ownership/restore", {"expect": {**right, SECOND_KEY: 9}, **WHY}), "epoch_stale")
    assert adopted.standing() == before
    assert admin.post("/ownership/restore", {"expect": right, **WHY}).status_code == 200
    assert {adopted.row(key).owner for key in KEYS} == {System.MHV}
