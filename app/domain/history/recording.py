"""Everything that was read of a recording, in little space: one object a write, one tuple a line of a system's log."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.domain.history.findings import Findings, Weight
from app.domain.history.lines import (
    SYSTEMS,
    Accept,
    Entry,
    Event,
    Header,
    Held,
    Incident,
    Line,
    Mark,
    Process,
    Refuse,
    Value,
)
from app.domain.history.members import Malformed
from app.domain.history.reading import read

ASKED_TO_RETRY = ("frozen", "epoch_passed", "no_grant")
"""Codes of a `failed` at which a person is asked to try again."""

Who = tuple[str, str]
"""A preference and a person (hashed)."""


@dataclass(slots=True)
class Write:
    """What one client process noted about one write. `began`, `ended` are its own counts of the first and last line."""

    process: str
    who: Who
    began: int
    choice: str | None
    ended: int = 0
    is_open: bool = True
    is_saved: bool = False
    may_be_made: bool = False
    owner: str | None = None

    @property
    def outcome(self) -> str:
        """ "ok", "unknown" or "failed". Of several tries one may have been made, whatever the last was told."""
        if self.is_saved:
            return "ok"
        return "unknown" if self.may_be_made or self.is_open else "failed"


@dataclass
class Recording:
    """What the lines said. Each log's lines come in their order; the logs may be mixed."""

    header: Header
    findings: Findings = field(default_factory=Findings)
    events: int = 0
    entries: list[Entry] = field(default_factory=list)
    logs: dict[str, list[Accept | Mark]] = field(default_factory=lambda: {system: [] for system in SYSTEMS})
    writes: dict[str, Write] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    contents: dict[tuple[str, Who], tuple[str | None, Value]] = field(default_factory=dict)
    incidents: list[Incident] = field(default_factory=list)
    asked_to_retry: int = 0
    pauses: list[float] = field(default_factory=list)
    """Of each client and preference, from the first refusal for a move to the next success, in milliseconds."""
    _numbers: dict[str, int] = field(default_factory=dict)
    _frozen_since: dict[tuple[str, str], float] = field(default_factory=dict)

    def accepts(self) -> Iterator[Accept]:
        """Every accepted line of both systems, each system's in its order."""
        return (line for log in self.logs.values() for line in log if isinstance(line, Accept))

    def has_log(self, system: str) -> bool:
        """Whether there was any line of this system's log."""
        return system in self._numbers

    def take(self, line: Line) -> None:
        """Add one line. Raises Malformed for one that contradicts those before it."""
        self.events += 1
        if isinstance(line, Event):
            self._follow(f"process {line.process}", line.number)
            self._note(line)
        elif isinstance(line, Accept | Mark | Refuse):
            self._follow(line.system, line.sequence)
            if not isinstance(line, Refuse):
                self.logs[line.system].append(line)
        elif isinstance(line, Held):
            self._hold(line)
        elif isinstance(line, Entry):
            self._in_order("the ledger", line.number)
            self.entries.append(line)
        elif isinstance(line, Process):
            self._introduce(line)
        elif isinstance(line, Incident):
            self.incidents.append(line)
        else:
            raise Malformed("It is a second header.", "Record each run in a file of its own.")

    def _in_order(self, log: str, number: int) -> int:
        before = self._numbers.get(log, 0)
        if number <= before:
            mend = "Write the lines of each log once, in their order; numbers begin at 1."
            raise Malformed(f"Line {number} of {log} stands behind its line {before}.", mend)
        self._numbers[log] = number
        return before

    def _follow(self, log: str, number: int) -> None:
        before = self._in_order(log, number)
        if number != before + 1:
            sentence = f"The log of {log} goes from line {before} to line {number}: what stands between is missing."
            self.findings.add(Weight.UNDECIDABLE, "missing", sentence)

    def _hold(self, line: Held) -> None:
        place = (line.system, (line.preference, line.person))
        if place in self.contents:
            raise Malformed("It tells contents of a person a second time.", "Read the contents once, at the end.")
        self.contents[place] = (line.write_id, line.value)

    def _introduce(self, line: Process) -> None:
        if self.kinds.setdefault(line.process, line.kind) != line.kind:
            raise Malformed("It gives a process a second kind.", "Give each process one line with its kind.")

    def _note(self, line: Event) -> None:
        who = (line.key, line.person)
        write = self.writes.get(line.write)
        if write is None:
            write = self.writes[line.write] = Write(line.process, who, line.number, line.choice)
            if line.event != "begin":
                self._doubt(line, "tells the outcome of a write whose beginning it did not note")
        elif (write.process, write.who) != (line.process, who):
            self._doubt(line, "has the id of another write")
            return
        self._end(write, line)
        self._pause(line)

    def _doubt(self, line: Event, why: str) -> None:
        sentence = f"{line.key}: line {line.number} of process {line.process} {why}."
        self.findings.add(Weight.UNDECIDABLE, "client", sentence)

    def _end(self, write: Write, line: Event) -> None:
        write.ended = line.number
        if line.event == "begin":
            # Offered again: a try before it that was told "certainly not" has nothing to say about this one.
            write.may_be_made = write.may_be_made or (write.is_open and write.began != line.number)
            write.is_open = True
            return
        write.is_open = False
        write.is_saved = write.is_saved or line.event == "ok"
        write.may_be_made = write.may_be_made or line.event == "unknown"
        if line.event == "ok":
            write.owner, write.choice = line.owner, line.choice or write.choice

    def _pause(self, line: Event) -> None:
        if line.event == "failed":
            self.asked_to_retry += line.code in ASKED_TO_RETRY
            if line.code == "frozen":
                self._frozen_since.setdefault((line.process, line.key), line.at)
        elif line.event == "ok":
            since = self._frozen_since.pop((line.process, line.key), None)
            if since is not None:
                self.pauses.append((line.at - since) * 1000)


def recorded(lines: Iterable[bytes]) -> Recording:
    """Read a recording, once, from its first line to its last. Raises Malformed with the number of the line."""
    recording: Recording | None = None
    number = 0
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        try:
            said = read(line)
            if recording is not None:
                recording.take(said)
            elif isinstance(said, Header):
                recording = Recording(said)
            else:
                raise Malformed("The first line is no header.", "Begin with the header that docs/history.md describes.")
        except Malformed as fault:
            raise Malformed(fault.why, fault.mend, number) from None
    if recording is None:
        mend = "Begin with the header that docs/history.md describes."
        raise Malformed("There is no line in it.", mend, max(number, 1))
    return recording


def by_person(accepts: Iterable[Accept]) -> dict[Who, list[Accept]]:
    """Accepted choices by preference and person, each system's in its order."""
    found: dict[Who, list[Accept]] = defaultdict(list)
    for accept in accepts:
        if accept.is_choice:
            found[accept.preference, accept.person].append(accept)
    return found
