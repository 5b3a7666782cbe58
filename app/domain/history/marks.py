"""What each activation stands on: a mark of its own freeze in each system's log, or it cannot be decided."""

from collections.abc import Mapping
from typing import Any

from app.domain.history import arrows
from app.domain.history.arrows import MOVING
from app.domain.history.findings import Findings, Weight
from app.domain.history.lines import Entry, Mark, Row
from app.domain.history.recording import Recording
from app.domain.history.reigns import Reigns

Marks = Mapping[tuple[str, int], Mark]


def judge_marks(recording: Recording, reigns: Mapping[str, Reigns]) -> None:
    """Find the mark that each activation and retirement names, and keep its place for the reign that began with it."""
    marks = {
        (line.system, line.sequence): line for log in recording.logs.values() for line in log if isinstance(line, Mark)
    }
    for entry in recording.entries:
        for key, (before, after) in entry.rows.items():
            if before.state == MOVING and arrows.begins_reign(before, after):
                _judge(entry, key, marks, (reigns[key], recording.findings))
    for mark in marks.values():
        _judge_epoch(mark, reigns.get(mark.preference), recording.findings)


def _judge(entry: Entry, key: str, marks: Marks, into: tuple[Reigns, Findings]) -> None:
    before, after = entry.rows[key]
    of_key, findings = into
    place = of_key.places.get(after.epoch)
    for system in sorted({owner for owner in (before.owner, after.owner) if owner}):
        sequence = _named(entry.marks, system, key)
        fault = _fault(sequence, system, _epochs(system, before, after), marks.get((system, sequence or 0)), key)
        if fault:
            where = f"{key}: entry {entry.number} ({entry.act}) at epoch {after.epoch}"
            findings.add(Weight.UNDECIDABLE, "mark", f"{where} {fault}")
        elif place is not None and sequence is not None:
            of_key.reigns[place.reign].marks[system] = sequence


def _epochs(system: str, before: Row, after: Row) -> tuple[int, ...]:
    """The epochs whose mark will do: the freeze's; at the new owner also that which shuts its copies out."""
    return (before.epoch, after.epoch) if system != before.owner else (before.epoch,)


def _fault(sequence: int | None, system: str, epochs: tuple[int, ...], mark: Mark | None, key: str) -> str | None:
    if sequence is None:
        return f"names no mark in the log of {system}."
    if mark is None:
        return f"stands on line {sequence} of the log of {system}, where there is no mark."
    if mark.preference != key:
        return f"stands on line {sequence} of the log of {system}, which is a mark of {mark.preference}."
    if mark.epoch not in epochs:
        return f"stands on line {sequence} of the log of {system}, a mark of epoch {mark.epoch} and not of its freeze."
    return None


def _named(told: Any, system: str, key: str) -> int | None:
    """The sequence number in {system: {key: number}}; None for null, a sentence, or anything else in its place."""
    of_system = told.get(system) if isinstance(told, dict) else None
    sequence = of_system.get(key) if isinstance(of_system, dict) else None
    return sequence if type(sequence) is int else None


def _judge_epoch(mark: Mark, of_key: Reigns | None, findings: Findings) -> None:
    """A mark may be one epoch ahead of the ledger (an activation that did not come about), and not further."""
    last = max(of_key.places) if of_key else 0
    if mark.epoch > last + 1:
        sentence = (
            f"{mark.preference}: line {mark.sequence} of the log of {mark.system} is a mark of epoch {mark.epoch}."
        )
        findings.add(Weight.UNDECIDABLE, "missing", f"{sentence} The ledger ends at epoch {last}.")
