"""What people were told against what the systems accepted."""

from collections.abc import Mapping

from app.domain.history.findings import Weight
from app.domain.history.lines import Accept, Stored, same
from app.domain.history.recording import Recording, Write

Accepted = Mapping[str, tuple[Accept, ...]]
"""By write id, every choice that was accepted under it."""


def accepted_choices(recording: Recording) -> Accepted:
    """Every accepted choice that has an id."""
    found: dict[str, tuple[Accept, ...]] = {}
    for line in recording.accepts():
        if line.write_id is not None and line.is_choice:
            found[line.write_id] = (*found.get(line.write_id, ()), line)
    return found


def judge_told(recording: Recording, accepted: Accepted) -> None:
    """Each "saved" is an accepted write, in the system that was named; each "certainly not written" is none."""
    for name, write in recording.writes.items():
        lines = accepts_of(write, accepted.get(name, ()))
        fault = _fault(write, lines, recording.header.stored)
        if fault is None:
            continue
        weight = Weight.NOTED if is_advisory(recording, write, lines) else Weight.VIOLATION
        where = f"{write.who[0]}: line {write.ended} of process {write.process}"
        recording.findings.add(weight, "told", f"{where} {fault}")


def accepts_of(write: Write, lines: tuple[Accept, ...]) -> tuple[Accept, ...]:
    """Those lines that are a Veteran's write of this preference and person."""
    return tuple(line for line in lines if not line.is_copy and (line.preference, line.person) == write.who)


def is_advisory(recording: Recording, write: Write, lines: tuple[Accept, ...]) -> bool:
    """Whether it is the write of a client without a lease that no fence has seen."""
    systems: set[str | None] = {line.system for line in lines} or {write.owner}
    return recording.kinds.get(write.process) == "advisory" and not systems & recording.header.fenced


def _fault(write: Write, lines: tuple[Accept, ...], stored: Stored) -> str | None:
    if write.outcome == "failed" and lines:
        return f"says that it was certainly not written, and {_at(lines[0])} accepted it."
    return _fault_of_saved(write, lines, stored) if write.outcome == "ok" else None


def _fault_of_saved(write: Write, lines: tuple[Accept, ...], stored: Stored) -> str | None:
    if not lines:
        return "says that it was saved, and no system accepted it."
    at_owner = [line for line in lines if write.owner in (None, line.system)]
    if not at_owner:
        return f"says that {write.owner} has it, and {_at(lines[0])} accepted it."
    if not any(_holds(write, line, stored) for line in at_owner):
        return f"says that another choice was saved than {_at(at_owner[0])} has."
    return None


def _at(line: Accept) -> str:
    return f"line {line.sequence} of the log of {line.system}"


def _holds(write: Write, line: Accept, stored: Stored) -> bool:
    of_choice = stored.get(line.preference, {}).get(write.choice or "")
    return of_choice is None or line.system not in of_choice or same(of_choice[line.system], line.value)
