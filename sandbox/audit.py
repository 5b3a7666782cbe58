"""The audit of a run: the systems' own logs and contents against what people were told. The controller is not asked.

The words are those of the RESULT line: a write is *acknowledged* when the person was told "saved"; *lost* when it is
the person's last acknowledged one and its value is not in the system that accepted it (moves carry no data yet);
*accepted by both* counts reigns in which both systems accepted; *wrong side* counts writes that a system accepted
outside its reigns.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from sandbox.log import Accept, Entry, Held, Mark

SYSTEMS = ("mhv", "va_gov")
ASKED_TO_RETRY = ("frozen", "epoch_passed", "no_grant")

Who = tuple[str, str]
"""A person (hashed) and a preference."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a front end's diary. `at` is in seconds of this machine's monotonic clock."""

    event: str
    process: str
    count: int
    at: float
    write: str
    key: str
    person: str
    epoch: int
    choice: str | None = None
    owner: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is judged. `logs` and `contents` by system; `stored[preference][choice][system]` by the files."""

    logs: Mapping[str, Sequence[Entry]]
    contents: Mapping[str, Mapping[Who, Held]]
    diaries: Sequence[Told]
    stored: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def accepts(self) -> dict[str, list[tuple[str, int, Accept]]]:
        """By preference, each Veteran's write that a system accepted: system, number of its line, the line."""
        found: dict[str, list[tuple[str, int, Accept]]] = defaultdict(list)
        for system, entries in self.logs.items():
            for entry in entries:
                if isinstance(entry.line, Accept) and entry.line.kind == "write":
                    found[entry.line.preference].append((system, entry.sequence, entry.line))
        return found

    def accepted_by(self) -> dict[str, str]:
        """The system that accepted each write, by its id."""
        lines = ((line, system) for many in self.accepts().values() for system, _, line in many)
        return {line.write_id: system for line, system in lines if line.write_id and line.part == "choice"}


@dataclass
class Result:
    """What was found. `faults` has a sentence for each thing that must not be."""

    moved: int = 0
    undone: int = 0
    writes_acknowledged: int = 0
    writes_unknown: int = 0
    asked_to_retry: int = 0
    accepted_by_both: int = 0
    lost: int = 0
    wrong_side: int = 0
    pause_ms_p50: float | None = None
    pause_ms_max: float | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether the rule was kept."""
        return not (self.accepted_by_both or self.lost or self.wrong_side or self.faults)


def audit(evidence: Evidence) -> Result:
    """Judge a run whose clients have all ended."""
    result = Result()
    late = {system: late_lines(entries) for system, entries in evidence.logs.items()}
    for accepts in evidence.accepts().values():
        _judge_sides(result, accepts, late)
    _judge_told(result, evidence)
    result.lost = sum(_is_lost(who, story, evidence) for who, story in _stories(evidence.diaries).items())
    pauses = [pause for key in evidence.stored for pause in pauses_of(evidence.diaries, key)]
    if pauses:
        result.pause_ms_p50, result.pause_ms_max = round(median(pauses), 1), round(max(pauses), 1)
    return result


def late_lines(entries: Iterable[Entry]) -> set[int]:
    """The numbers of accepted lines before which a mark of a later epoch of the same preference stands."""
    marks: dict[str, int] = {}
    late: set[int] = set()
    for entry in entries:
        line = entry.line
        if isinstance(line, Mark):
            marks[line.preference] = max(line.epoch, marks.get(line.preference, 0))
        elif isinstance(line, Accept) and (line.epoch or 0) < marks.get(line.preference, 0):
            late.add(entry.sequence)
    return late


def pauses_of(diaries: Iterable[Told], key: str) -> list[float]:
    """For one preference, each time from the first refusal for a move to the first success after it, in ms."""
    found: list[float] = []
    since: float | None = None
    for told in sorted((one for one in diaries if one.key == key), key=lambda one: one.at):
        if since is None and told.code == "frozen":
            since = told.at
        elif since is not None and told.event == "ok":
            found.append((told.at - since) * 1000)
            since = None
    return found


def _judge_sides(result: Result, accepts: Iterable[tuple[str, int, Accept]], late: Mapping[str, set[int]]) -> None:
    """Reigns from the logs alone: at each epoch one system accepts, and none after a mark of a later epoch."""
    by_epoch: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SYSTEMS, 0))
    for system, sequence, line in accepts:
        if line.epoch is None:
            result.faults.append(f"{line.preference}: {system} accepted a write without an epoch (line {sequence}).")
            result.wrong_side += 1
        elif sequence in late[system]:
            result.wrong_side += 1
        if line.epoch is not None:
            by_epoch[line.epoch][system] += 1
    owners: list[str] = []
    for _, counts in sorted(by_epoch.items()):
        result.accepted_by_both += min(counts.values()) > 0
        result.wrong_side += min(counts.values())
        owners.append(max(SYSTEMS, key=lambda system: counts[system]))
    result.moved += sum(pair == SYSTEMS for pair in pairwise(owners))
    result.undone += sum(pair == SYSTEMS[::-1] for pair in pairwise(owners))


def _judge_told(result: Result, evidence: Evidence) -> None:
    """What people were told against what the systems accepted."""
    accepted = evidence.accepted_by()
    for told in evidence.diaries:
        result.writes_acknowledged += told.event == "ok"
        result.writes_unknown += told.event == "unknown"
        result.asked_to_retry += told.event == "refused" and told.code in ASKED_TO_RETRY
        if told.event == "refused" and told.write in accepted:
            result.faults.append(f"{told.key}: a write that was refused ({told.code}) was accepted after all.")
        if told.event == "ok" and accepted.get(told.write) != told.owner:
            result.faults.append(f"{told.key}: a write was acknowledged that {told.owner} never accepted.")


def _stories(diaries: Iterable[Told]) -> dict[Who, list[Told]]:
    """What each person was told about each preference, in order."""
    stories: dict[Who, list[Told]] = defaultdict(list)
    for told in sorted(diaries, key=lambda one: (one.at, one.count)):
        stories[told.person, told.key].append(told)
    return stories


def _is_lost(who: Who, story: Iterable[Told], evidence: Evidence) -> bool:
    """Whether a person's last acknowledged choice is gone. A later write of unknown outcome may stand in its place."""
    last: Told | None = None
    later: set[str] = set()
    for told in story:
        if told.event == "ok":
            last, later = told, set()
        elif told.event == "unknown":
            later.add(told.write)
    if last is None or last.choice is None or last.owner is None:
        return False
    held = evidence.contents[last.owner].get(who)
    if held is None:
        return True
    if held.write_id in later:
        return False
    wanted = evidence.stored[last.key][last.choice][last.owner]
    return (held.write_id, held.value) != (last.write, wanted)
