"""A right run, whatever happened in it, passes; and a fault that is planted anywhere in it is found."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.domain.history.verdict import Verdict, judge
from tests.domain.history.tape import KEY, OTHER, STORED, Line, Tape, encoded, other

seeds = st.integers(0, 2**32 - 1)
ways = st.sampled_from([(fence, records) for fence in ("none", "permits") for records in ("none", "carried")])


class World:
    """Plays a right run by chance: people, moves, call-offs, undos, retirements, slow writes, killed clients."""

    def __init__(self, seed: int, way: tuple[str, str]) -> None:
        self.chance = Random(seed)
        self.tape = Tape(fence=way[0], records=way[1])
        self.number = 0
        self.slow: list[tuple[str, str, str, int]] = []

    def play(self, steps: int = 40) -> Tape:
        """The recording of a run of so many steps, in which something was written and something moved."""
        self.tape.adopt(KEY, OTHER)
        self.save(KEY)
        self.tape.move(KEY)
        self.save(OTHER)
        moves = [self.save, self.save, self.save, self.refuse, self.unanswered, self.begin_slow, self.end_slow]
        moves += [self.move, self.call_off, self.retire_and_restore, self.stop_and_name]
        for _ in range(steps):
            self.chance.choice(moves)(self.chance.choice((KEY, OTHER)))
        for _ in range(len(self.slow)):
            self.end_slow(KEY)
        return self.tape

    def write(self) -> str:
        self.number += 1
        return f"w{self.number}"

    def person(self) -> str:
        return f"p{self.chance.randrange(4)}"

    def save(self, key: str) -> None:
        person = self.person()
        if (key, person) not in {(slow[1], slow[2]) for slow in self.slow}:
            choice = self.chance.choice(("off", "each"))
            self.tape.save(self.write(), choice, key=key, person=person, process=self.chance.choice(("a", "b")))

    def refuse(self, key: str) -> None:
        self.tape.refuse(self.write(), self.chance.choice(("a", "b")), key=key, person=self.person())

    def unanswered(self, key: str) -> None:
        row, write, person = self.tape.rows[key], self.write(), self.person()
        self.tape.event("begin", write, "killed", key=key, person=person, choice="off")
        if self.chance.random() < 0.5:
            self.tape.accept(
                row["owner"], write, row["epoch"], preference=key, person=person, value=STORED["off"][row["owner"]]
            )
        if self.chance.random() < 0.5:
            self.tape.event("unknown", write, "killed", key=key, person=person)

    def begin_slow(self, key: str) -> None:
        person = f"slow{len(self.slow)}"
        self.slow.append((self.write(), key, person, self.tape.rows[key]["epoch"]))
        self.tape.event("begin", self.slow[-1][0], "slow", key=key, person=person, choice="off")

    def end_slow(self, _: str) -> None:
        """Let a write that was under way arrive: what a drain waits for and a call-off does not."""
        if not self.slow:
            return
        write, key, person, epoch = self.slow.pop(0)
        owner = self.tape.rows[key]["owner"]
        if self.tape.fence == "permits" and epoch < self.tape.rows[key]["epoch"]:
            self.tape.event("failed", write, "slow", key=key, person=person, code="epoch_passed")
            return
        self.tape.accept(owner, write, epoch, preference=key, person=person, value=STORED["off"][owner])
        self.tape.event("ok", write, "slow", key=key, person=person, choice="off", owner=owner)

    def drain(self, *keys: str) -> None:
        waiting, self.slow = self.slow, []
        for one in waiting:
            if one[1] in keys:
                self.slow.append(one)
                self.end_slow(one[1])
        self.slow = [one for one in waiting if one[1] not in keys]

    def move(self, key: str) -> None:
        owner = self.tape.rows[key]["owner"]
        both = self.chance.random() < 0.3 and {row["owner"] for row in self.tape.rows.values()} == {owner}
        keys = (KEY, OTHER) if both else (key,)
        epoch = self.tape.freeze(*keys)
        self.drain(*keys)
        marks = self.tape.marks(*keys)
        if self.tape.records == "carried":
            for one in keys:
                self.tape.carry(one, epoch if one == keys[0] else self.tape.rows[one]["epoch"])
        self.tape.activate(*keys, marks=marks)

    def call_off(self, key: str) -> None:
        self.tape.freeze(key)
        if self.chance.random() < 0.5:
            self.drain(key)
            self.tape.marks(key)
        self.tape.call_off(key)

    def retire_and_restore(self, key: str) -> None:
        self.tape.freeze(key, to="nobody")
        self.drain(key)
        self.tape.activate(key)
        self.tape.entry("restore", {key: {"state": "held"}})

    def stop_and_name(self, key: str) -> None:
        self.drain(key)
        self.tape.entry("stop", {key: {"state": "stopped"}})
        self.tape.entry("name", {key: {"state": "held"}})


def lines_of(tape: Tape) -> list[Line]:
    """The lines of a recording behind its header, to be changed."""
    found: list[Line] = json.loads(json.dumps([*tape.lines, *tape.contents()]))
    return found


def judged(tape: Tape, lines: list[Line]) -> Verdict:
    """The verdict on other lines under the same header."""
    return judge(encoded([tape.header(), *lines]))


@given(seeds, ways)
def test_a_right_run_is_clean_whatever_happened_in_it(seed: int, way: tuple[str, str]) -> None:
    tape = World(seed, way).play()
    verdict = tape.verdict()

    assert verdict.clean, verdict.faults
    assert (verdict.breaches, verdict.noted, verdict.accepted_by_both) == (0, 0, 0)


# --- one fault, planted anywhere ---


def picked(lines: list[Line], chance: Random, wanted: Callable[[Line], bool]) -> Line:
    """One of the lines that are wanted."""
    found = [line for line in lines if wanted(line)]
    assume(found)
    return chance.choice(found)


def is_write(line: Line) -> bool:
    return line.get("line") == "accept" and line["kind"] == "write"


def rows_of(lines: list[Line]) -> Iterator[tuple[str, Line, Line]]:
    """Each change of a row: the preference, the entry, the row after."""
    for line in lines:
        if line["log"] == "ledger":
            for key, change in line["body"]["preferences"].items():
                yield key, line, change["after"]


def another_epoch(lines: list[Line], chance: Random) -> None:
    """A write is accepted under an epoch at which its system did not reign."""
    line = picked(lines, chance, is_write)
    wrong = [
        row["epoch"]
        for key, _, row in rows_of(lines)
        if key == line["preference"] and (row["state"] != "held" or row["owner"] != line["log"])
    ]
    line["epoch"] = chance.choice([*wrong, None, 99])


def another_system(lines: list[Line], chance: Random) -> None:
    """A write is accepted by the system that does not reign, at the end of its log."""
    line = dict(picked(lines, chance, is_write))
    system = other(line["log"])
    numbers = [one["sequence"] for one in lines if one["log"] == system]
    lines.append({**line, "log": system, "sequence": max(numbers, default=0) + 1, "write_id": "planted"})


def late_arrival(lines: list[Line], chance: Random) -> None:
    """A write arrives behind the mark that ended its reign."""
    ends = [line for line in lines if line.get("act") == "activate"]
    entry = chance.choice(ends)
    key, change = chance.choice(list(entry["body"]["preferences"].items()))
    system = change["before"]["owner"]
    more = {"line": "accept", "kind": "write", "preference": key, "person": "p9", "write_id": "late", "part": "choice"}
    number = max(one["sequence"] for one in lines if one["log"] == system) + 1
    epoch = change["before"]["epoch"] - 1
    lines.append({"log": system, "sequence": number, **more, "epoch": epoch, "value": 1, "copies": None})


def missing_line(lines: list[Line], chance: Random) -> None:
    """A line is missing in the middle of a log."""
    line = chance.choice([line for line in lines if line["log"] in ("mhv", "va_gov", "ledger")])
    number = "number" if line["log"] == "ledger" else "sequence"
    assume(line[number] < max(one[number] for one in lines if one["log"] == line["log"]))
    lines.remove(line)


def missing_contents(lines: list[Line], chance: Random) -> None:
    """A record is gone."""
    lines.remove(picked(lines, chance, lambda line: line["log"] == "contents"))


def changed_contents(lines: list[Line], chance: Random) -> None:
    """A record was overwritten by nobody knows what."""
    picked(lines, chance, lambda line: line["log"] == "contents")["write_id"] = "nobodys"


def moved_mark(lines: list[Line], chance: Random) -> None:
    """A mark is of an earlier epoch than the freeze that stands on it."""
    marks = [line["body"]["marks"] for line in lines if line.get("act") in ("activate", "retire")]
    named = {(system, number) for one in marks for system, of_key in one.items() for number in of_key.values()}
    picked(lines, chance, lambda line: (line["log"], line.get("sequence")) in named)["epoch"] -= 1


def no_mark(lines: list[Line], chance: Random) -> None:
    """An activation names no mark in one system."""
    line = picked(lines, chance, lambda line: line.get("act") in ("activate", "retire"))
    line["body"]["marks"][chance.choice(list(line["body"]["marks"]))] = None


def untrue_answer(lines: list[Line], chance: Random) -> None:
    """A person was told that a write has failed, and it was accepted."""
    line = picked(lines, chance, lambda line: line.get("event") == "ok")
    line.update(event="failed", code="frozen")


def forged_answer(lines: list[Line], chance: Random) -> None:
    """A person was told that a write was saved, and nobody accepted it."""
    line = picked(lines, chance, lambda line: line.get("event") == "failed" and line["process"] != "slow")
    line.update(event="ok", owner="mhv", choice="off")


def skipped_epoch(lines: list[Line], chance: Random) -> None:
    """An entry of the ledger gives an epoch twice, or leaves one out."""
    _, _, row = chance.choice(list(rows_of(lines)))
    row["epoch"] += chance.choice((-1, 1))


def another_owner(lines: list[Line], chance: Random) -> None:
    """An entry of the ledger hands a preference to the other system, where no person said whose it is."""
    _, _, row = chance.choice([one for one in rows_of(lines) if one[1]["act"] not in ("adopt", "name")])
    row["owner"] = other(row["owner"])


def no_end(lines: list[Line], chance: Random) -> None:
    """The ledger ends with a freeze."""
    freezes = [line["number"] for line in lines if line.get("act") == "freeze"]
    last = chance.choice(freezes)
    lines[:] = [line for line in lines if line["log"] != "ledger" or line["number"] <= last]


def repeated_revision(lines: list[Line], chance: Random) -> None:
    """A revision is used twice."""
    line = chance.choice([line for line in lines if line["log"] == "ledger"])
    line["revision"] -= len(line["body"]["preferences"])


FAULTS = [
    *(another_epoch, another_system, late_arrival, missing_line, missing_contents, changed_contents, moved_mark),
    *(no_mark, untrue_answer, forged_answer, skipped_epoch, another_owner, no_end, repeated_revision),
]


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
@settings(max_examples=25)
@given(seeds, ways)
@example(0, ("none", "none"))
def test_a_fault_that_is_planted_anywhere_in_a_right_run_is_found(
    plant: Callable[[list[Line], Random], Any], seed: int, way: tuple[str, str]
) -> None:
    tape = World(seed, way).play()
    lines = lines_of(tape)
    plant(lines, Random(seed))

    assert not judged(tape, lines).clean


@settings(max_examples=25)
@given(seeds, ways)
def test_a_copy_that_did_not_arrive_is_found(seed: int, way: tuple[str, str]) -> None:
    """Where moves carry records: the last copy of a record before an activation is taken for one of nothing."""
    tape = World(seed, (way[0], "carried")).play()
    lines = lines_of(tape)
    picked(lines, Random(seed), lambda line: line.get("kind") == "copy")["copies"] = "nothing"

    assert not judged(tape, lines).clean
