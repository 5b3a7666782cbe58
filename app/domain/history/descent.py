"""Records that moves carried.

At each activation, what the new owner holds descends, through copies, from the last accepted line of the reign before.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import groupby

from app.domain.history.findings import Findings, Weight
from app.domain.history.lines import Accept, Stored, same
from app.domain.history.recording import Recording, Who, by_person
from app.domain.history.reigns import HandOver, Reigns
from app.domain.history.sides import Line
from app.domain.history.told import Accepted


def root_of(name: str, accepted: Accepted) -> str:
    """The id of the write that a record descends from, through however many copies."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        origins = (line.copies for line in accepted.get(name, ()) if line.is_copy)
        name = next((origin for origin in origins if origin is not None), name)
    return name


def judge_descent(recording: Recording, reigns: Mapping[str, Reigns], accepted: Accepted, outside: set[Line]) -> None:
    """Follow each person's records through every activation. What was accepted outside is counted there, not here."""
    right = (line for line in recording.accepts() if (line.system, line.sequence) not in outside)
    for who, lines in by_person(right).items():
        of_key = reigns.get(who[0])
        if of_key is not None and of_key.hand_overs:
            _follow(who, lines, of_key.hand_overs, (recording, accepted))


def _follow(who: Who, lines: list[Accept], hand_overs: list[HandOver], by: tuple[Recording, Accepted]) -> None:
    recording, accepted = by
    frozen = [one.frozen for one in hand_overs]
    held: dict[str, Accept] = {}
    for place, some in _by_place(lines, frozen):
        held.update({line.system: line for line in some})
        # Where nothing was accepted in between, what was so at the hand-over before is so at this one.
        if place < len(hand_overs):
            _judge(who[0], hand_overs[place], held, accepted, recording)


def _by_place(lines: list[Accept], frozen: list[int]) -> Iterable[tuple[int, list[Accept]]]:
    """The lines, grouped by the hand-over that comes next after each."""
    placed = [(bisect_left(frozen, line.epoch or 0), line) for line in lines]
    placed.sort(key=lambda one: (one[0], one[1].sequence))
    return ((place, [line for _, line in some]) for place, some in groupby(placed, key=lambda one: one[0]))


def _judge(key: str, hand_over: HandOver, held: Mapping[str, Accept], accepted: Accepted, recording: Recording) -> None:
    last, record = held.get(hand_over.origin), held.get(hand_over.owner)
    if last is None:
        return
    where = f"{key}: at entry {hand_over.entry}, what {hand_over.owner} holds for a person"
    source = f"line {last.sequence} of the log of {last.system}"
    if record is None or _root(record, accepted) != _root(last, accepted):
        sentence = f"{where} does not descend from {source}, the last before the freeze."
        recording.findings.add(Weight.VIOLATION, "descent", sentence)
    elif not _is_same_choice(last, record, recording.header.stored):
        sentence = f"{where} is another choice than that of {source} (line {record.sequence} of its log)."
        recording.findings.add(Weight.VIOLATION, "descent", sentence)


def _root(line: Accept, accepted: Accepted) -> str | Line:
    if line.is_copy and line.copies is not None:
        return root_of(line.copies, accepted)
    return line.write_id or (line.system, line.sequence)


def _is_same_choice(one: Accept, other: Accept, stored: Stored) -> bool:
    """Whether some choice is stored as both. True where the header does not tell how choices are stored."""
    choices = stored.get(one.preference)
    if choices is None:
        return True
    return any(
        {one.system, other.system} <= choice.keys()
        and same(choice[one.system], one.value)
        and same(choice[other.system], other.value)
        for choice in choices.values()
    )


def judge_contents(recording: Recording, lost: set[Who], findings: Findings) -> None:
    """At the end each system holds what its last accepted line says; else its log does not tell its effects."""
    last = {(line.system, (line.preference, line.person)): line for line in recording.accepts() if line.is_choice}
    for (system, who), line in last.items():
        write_id, value = recording.contents.get((system, who), (None, None))
        is_there = (system, who) in recording.contents
        if who not in lost and not (is_there and write_id == line.write_id and same(value, line.value)):
            sentence = f"{who[0]}: {system} holds something else at the end than line {line.sequence} of its log says."
            findings.add(Weight.UNDECIDABLE, "contents", sentence)
