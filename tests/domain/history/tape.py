"""Builds recordings: a small world that keeps the rule by itself, and lines that are written as they are told."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.history.verdict import Verdict, judge

KEY, OTHER = "pigeon_post", "smoke_signals"
STORED = {"off": {"mhv": 0, "va_gov": False}, "each": {"mhv": 1, "va_gov": True}, "daily": {"mhv": 2, "va_gov": True}}
Line = dict[str, Any]


def other(system: str) -> str:
    """The system on the other side."""
    return "va_gov" if system == "mhv" else "mhv"


@dataclass
class Tape:
    """A recording that grows. `adopt`, `freeze`, `save` and the like do right; `add`, `accept`, `event` do as told."""

    fence: str = "none"
    assumptions: str = "kept"
    records: str = "none"
    lines: list[Line] = field(default_factory=list)
    rows: dict[str, Line] = field(default_factory=dict)
    held: dict[tuple[str, str, str], Line] = field(default_factory=dict)
    revision: int = 0
    more: Line = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    # --- lines as they are told ---

    def add(self, log: str, **members: Any) -> Line:
        """One more line of any log."""
        self.lines.append({"log": log, **members})
        return self.lines[-1]

    def next(self, log: str) -> int:
        """The next number of a log."""
        self._counts[log] += 1
        return self._counts[log]

    def system(self, system: str, line: str, **members: Any) -> int:
        """A line of a system's log; its sequence number."""
        return int(self.add(system, sequence=self.next(system), line=line, **members)["sequence"])

    def accept(self, system: str, write: str | None, epoch: int | None, **more: Any) -> int:
        """An accepted line, and what the system holds afterwards; its sequence number."""
        members: Line = {"kind": "write", "preference": KEY, "person": "p1", "part": "choice", "copies": None, **more}
        members.setdefault("value", STORED["each"][system])
        if members["part"] == "choice":
            where = (system, members["preference"], members["person"])
            self.held[where] = {"write_id": write, "value": members["value"]}
        return self.system(system, "accept", write_id=write, epoch=epoch, **members)

    def copy(self, system: str, write: str, copied: str, epoch: int, **more: Any) -> int:
        """An accepted copy of another write."""
        return self.accept(system, write, epoch, kind="copy", copies=copied, **more)

    def mark(self, system: str, epoch: int, key: str = KEY) -> int:
        """A mark; its sequence number."""
        return self.system(system, "mark", preference=key, epoch=epoch)

    def event(self, event: str, write: str, process: str = "front", **more: Any) -> Line:
        """A line of a client process, a tenth of a second after the one before."""
        count = self.next(process)
        members: Line = {"key": KEY, "person": "p1", "epoch": 1, "at": count / 10, **more}
        return self.add("client", process=process, count=count, event=event, write=write, **members)

    def entry(self, act: str, after: dict[str, Line], **body: Any) -> Line:
        """An entry of the ledger that changes rows: `after` has the members that differ, by preference."""
        rows = {}
        for key, changed in after.items():
            before = self.rows.get(key, {"state": "unowned", "owner": None, "target": None, "epoch": 0})
            self.rows[key] = {**before, "epoch": before["epoch"] + 1, **changed}
            rows[key] = {"before": before, "after": self.rows[key]}
            self.revision += 1
        body = {"move": None, **body, "preferences": rows}
        return self.add("ledger", number=self.next("ledger"), act=act, revision=self.revision, at=self._at(), body=body)

    def _at(self) -> str:
        return (datetime(2027, 3, 2, 5, tzinfo=UTC) + timedelta(seconds=self._counts["ledger"])).isoformat()

    # --- what the controller does, rightly ---

    def adopt(self, *keys: str, owner: str = "mhv") -> None:
        """Let a system hold preferences at epoch 1."""
        self.entry("adopt", {key: {"state": "held", "owner": owner} for key in keys or (KEY,)})

    def freeze(self, *keys: str, to: str | None = None) -> int:
        """Freeze a move to the other system, or to `to`; the epoch of the first preference."""
        keys = keys or (KEY,)
        self.entry("freeze", {key: {"state": "moving", "target": to or other(self.rows[key]["owner"])} for key in keys})
        return int(self.rows[keys[0]]["epoch"])

    def call_off(self, *keys: str) -> None:
        """Give frozen preferences back to their owner."""
        self.entry("call_off", {key: {"state": "held", "target": None} for key in keys or (KEY,)})

    def marks(self, *keys: str) -> dict[str, dict[str, int]]:
        """Ask the systems concerned for a mark of each frozen preference, at its present epoch."""
        asked = keys or (KEY,)
        rows = [self.rows[key] for key in asked]
        systems = [one for one in ("mhv", "va_gov") if one in (rows[0]["owner"], rows[0]["target"])]
        return {system: {key: self.mark(system, self.rows[key]["epoch"], key) for key in asked} for system in systems}

    def activate(self, *keys: str, marks: Any = "asked") -> None:
        """End a freeze at its target, on marks that are asked for now."""
        keys = keys or (KEY,)
        stands_on = self.marks(*keys) if marks == "asked" else marks
        if self.rows[keys[0]]["target"] == "nobody":
            self.entry("retire", {key: {"state": "retired", "target": None} for key in keys}, marks=stands_on)
            return
        after = {key: {"state": "held", "owner": self.rows[key]["target"], "target": None} for key in keys}
        self.entry("activate", after, marks=stands_on)

    def move(self, *keys: str, to: str | None = None) -> None:
        """A whole move; where moves carry records, each record of the old owner is copied."""
        frozen = self.freeze(*keys, to=to)
        marks = self.marks(*keys)
        if self.records == "carried" and to != "nobody":
            for key in keys or (KEY,):
                self.carry(key, frozen)
        self.activate(*keys, marks=marks)

    def carry(self, key: str, epoch: int) -> None:
        """Copy each record of the owner to the other system."""
        origin = self.rows[key]["owner"]
        for (system, preference, person), record in list(self.held.items()):
            if (system, preference) == (origin, key):
                value = next(one[other(origin)] for one in STORED.values() if one[origin] == record["value"])
                name = f"c{self.next('copies')}"
                more = {"preference": key, "person": person, "value": value}
                self.copy(other(origin), name, record["write_id"], epoch, **more)

    def save(
        self, write: str, choice: str = "each", *, process: str = "front", key: str = KEY, person: str = "p1"
    ) -> None:
        """A person's write, begun, accepted by the present owner and acknowledged."""
        row, about = self.rows[key], {"key": key, "person": person}
        self.event("begin", write, process, epoch=row["epoch"], choice=choice, **about)
        value = STORED[choice][row["owner"]]
        self.accept(row["owner"], write, row["epoch"], preference=key, person=person, value=value)
        self.event("ok", write, process, epoch=row["epoch"], choice=choice, owner=row["owner"], **about)

    def refuse(self, write: str, process: str = "front", code: str = "frozen", **more: Any) -> None:
        """A write that was certainly not made."""
        self.event("begin", write, process, **more)
        self.event("failed", write, process, code=code, **more)

    # --- what comes of it ---

    def header(self) -> Line:
        """The first line."""
        fences = {system: {"fence": self.fence} for system in ("mhv", "va_gov")}
        first = {"format": "cutover-history", "version": 1, "systems": fences, "assumptions": self.assumptions}
        return {**first, "records": self.records, "choices": {KEY: STORED, OTHER: STORED}, **self.more}

    def contents(self) -> list[Line]:
        """What the systems hold now."""
        return [
            {"log": "contents", "system": system, "preference": key, "person": person, **record}
            for (system, key, person), record in self.held.items()
        ]

    def text(self) -> list[bytes]:
        """The whole recording, as the lines of its file."""
        return encoded([self.header(), *self.lines, *self.contents()])

    def verdict(self) -> Verdict:
        """What the checker says of it."""
        return judge(self.text())


def encoded(lines: Iterable[Line]) -> list[bytes]:
    """Lines as they stand in a file."""
    return [json.dumps(line).encode() + b"\n" for line in lines]


def moved_once(**how: Any) -> Tape:
    """A right run: a write at MHV, a refusal, the marks, the activation, a write of another person at VA.gov."""
    tape = Tape(**how)
    tape.adopt()
    tape.save("w1")
    frozen = tape.freeze()
    tape.refuse("w2")
    marks = tape.marks()
    if tape.records == "carried":
        tape.carry(KEY, frozen)
    tape.activate(marks=marks)
    tape.save("w3", "off", person="p2")
    return tape


def only(verdict: Verdict, **counts: int) -> None:
    """Check that exactly these were found, and that each finding of them has its sentence."""
    names = ("violations", "lost", "stuck", "undecidable", "breaches", "noted")
    assert {name: getattr(verdict, name) for name in names} == {**dict.fromkeys(names, 0), **counts}, verdict.faults
    assert len(verdict.faults) == sum(counts.values())
    assert verdict.clean == (not any(getattr(verdict, name) for name in names[:4]))
