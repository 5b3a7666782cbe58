"""Each accepted line against the reigns: its system reigned at its epoch, and it is neither too late nor too early.

On an unfenced system epochs may go down without any harm: a write that was under way when a move was called off may
arrive behind one of the epoch that the call-off gave. Its owner reigned all the time. So reigns are compared there, and
epochs only where a fence has promised that no older one is let in.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.history.arrows import HELD, MOVING
from app.domain.history.findings import Weight
from app.domain.history.lines import SYSTEMS, Accept, Mark
from app.domain.history.recording import Recording
from app.domain.history.reigns import NOTHING, Place, Reigns

Line = tuple[str, int]
"""The system of a line and its sequence number."""


@dataclass(slots=True)
class Passed:
    """What stands above a line in its log, of one preference."""

    marked: int = -1
    """The highest epoch of a mark."""
    let_in: int = -1
    """The highest epoch of an accept that was right."""
    reign: int = -1
    """The latest reign of a write that was right."""


@dataclass
class Sides:
    """What came of it: the lines that were accepted outside their system's reigns, and who accepted in each reign."""

    outside: set[Line] = field(default_factory=set)
    breaches: list[Accept] = field(default_factory=list)
    accepted: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    counted: set[tuple[str, str]] = field(default_factory=set)

    @property
    def accepted_by_both(self) -> int:
        """In how many reigns both systems accepted a Veteran's write."""
        return sum(len(systems) == len(SYSTEMS) for systems in self.accepted.values())


def judge_sides(recording: Recording, reigns: Mapping[str, Reigns]) -> Sides:
    """Judge every accepted line. An outside one is a violation where the promise covers it, and a breach elsewhere."""
    found = Sides()
    for log in recording.logs.values():
        passed: dict[str, Passed] = defaultdict(Passed)
        for line in log:
            above = passed[line.preference]
            if isinstance(line, Mark):
                above.marked = max(above.marked, line.epoch)
            else:
                _judge(found, line, above, (recording, reigns.get(line.preference, NOTHING)))
    return found


def _judge(found: Sides, line: Accept, above: Passed, by: tuple[Recording, Reigns]) -> None:
    recording, of_key = by
    place = None if line.epoch is None else of_key.places.get(line.epoch)
    if place is not None and not line.is_copy:
        found.accepted[line.preference, place.reign].add(line.system)
    is_fenced = line.system in recording.header.fenced
    fault = _fault(line, place) or _fault_of_order(line, of_key, above, is_fenced)
    if fault is None:
        _pass(above, line, place)
        return
    found.outside.add((line.system, line.sequence))
    # Both halves of a write are one write.
    if line.write_id is None or (line.system, line.write_id) not in found.counted:
        found.counted.add((line.system, line.write_id or ""))
        _add(found, recording, line, fault, of_key.is_whole)


def _fault(line: Accept, place: Place | None) -> str | None:
    """Why the line's system did not reign at its epoch, if it did not."""
    if line.epoch is None:
        return "without an epoch"
    if place is None:
        return f"under epoch {line.epoch}, which no entry of the ledger gave"
    if line.is_copy:
        return None if _may_be_copied_to(line.system, place) else f"under epoch {line.epoch}, which is none for copies"
    if place.writer != line.system:
        return f"under epoch {line.epoch}, at which {place.writer or 'nobody'} might be written"
    return None


def _may_be_copied_to(system: str, place: Place) -> bool:
    """Copies go to the target of a move; before its freeze, under the present epoch, to the other system."""
    row = place.row
    return (row.state == MOVING and row.target == system) or (row.state == HELD and row.owner != system)


def _fault_of_order(line: Accept, of_key: Reigns, above: Passed, is_fenced: bool) -> str | None:
    """Why the line stands in the wrong place of its log, if it does. Its epoch is one that the ledger gave."""
    epoch = line.epoch or 0
    reign = of_key.places[epoch].reign
    if is_fenced and epoch < max(above.marked, above.let_in):
        return f"under epoch {epoch}, behind epoch {max(above.marked, above.let_in)}, to which its fence was raised"
    if epoch < above.marked and reign < _reign_behind(above.marked, of_key):
        return f"under epoch {epoch}, behind the mark of epoch {above.marked} that ended its reign"
    if reign < above.reign:
        return f"under epoch {epoch}, behind a write of a later reign"
    if line.sequence < of_key.reigns[reign].marks.get(line.system, 0):
        return f"under epoch {epoch}, before the mark that the activation of its reign stands on"
    return None


def _reign_behind(marked: int, of_key: Reigns) -> int:
    """The reign that goes on behind a mark: a called-off freeze has ended none, nor has one that the ledger lacks."""
    place = of_key.places.get(marked)
    if place is None:
        return len(of_key.reigns) - 1
    return place.following if place.row.state == MOVING else place.reign


def _pass(above: Passed, line: Accept, place: Place | None) -> None:
    above.let_in = max(above.let_in, line.epoch or 0)
    if place is not None and not line.is_copy:
        above.reign = max(above.reign, place.reign)


def _add(found: Sides, recording: Recording, line: Accept, fault: str, is_whole: bool) -> None:
    what = "a copy" if line.is_copy else "a write"
    sentence = f"{line.preference}: line {line.sequence} of the log of {line.system} accepted {what} {fault}."
    if not is_whole:
        recording.findings.add(Weight.UNDECIDABLE, "side", sentence)
    elif _is_covered(recording, line):
        recording.findings.add(Weight.VIOLATION, "side", sentence)
    else:
        recording.findings.add(Weight.BREACH, "side", sentence)
        found.breaches.append(line)


def _is_covered(recording: Recording, line: Accept) -> bool:
    """Whether the promise covers it. A writer of whom nothing is told is taken for one that it covers."""
    if line.system in recording.header.fenced:
        return True
    if not recording.header.kept:
        return False
    write = recording.writes.get(line.write_id or "")
    return line.is_copy or write is None or recording.kinds.get(write.process) != "advisory"


def reported(recording: Recording, breaches: list[Accept]) -> int:
    """How many breaches the controller reported by itself: by write, or by preference, system and epoch."""
    told = Counter((one.key, one.system, one.epoch) for one in recording.incidents)
    writes = {one.write_id for one in recording.incidents if one.write_id}
    return sum(line.write_id in writes or (line.preference, line.system, line.epoch) in told for line in breaches)
