"""The verdict on a recording: every rule judged, every thing counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from app.domain.history.descent import judge_contents, judge_descent
from app.domain.history.findings import FAILING, Findings, Weight
from app.domain.history.lines import SYSTEMS
from app.domain.history.losses import Losses
from app.domain.history.marks import judge_marks
from app.domain.history.moves import Moves, judge_moves
from app.domain.history.recording import Recording, recorded
from app.domain.history.reigns import reigns_of
from app.domain.history.sides import Sides, judge_sides, reported
from app.domain.history.told import accepted_choices, judge_told


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the recording shows. Pauses are in milliseconds, None where nobody was asked to wait."""

    clean: bool
    events: int
    moves: int
    writes: int
    acknowledged: int
    unknown: int
    asked_to_retry: int
    accepted: int
    violations: int
    wrong_side: int
    accepted_by_both: int
    breaches: int
    breaches_reported: int
    undecidable: int
    lost: int
    stuck: int
    noted: int
    moved: int
    undone: int
    called_off: int
    retired: int
    pause_ms_p50: float | None
    pause_ms_p99: float | None
    pause_ms_max: float | None
    kinds: Mapping[str, int]
    faults: Sequence[str]
    faults_left_out: int

    def as_json(self) -> dict[str, Any]:
        """The members as `cutover history check --json` prints them."""
        return asdict(self)


def judge(lines: Iterable[bytes]) -> Verdict:
    """Judge a recording, read once from its first line to its last. Raises Malformed, with the number of the line."""
    recording = recorded(lines)
    findings = recording.findings
    reigns = reigns_of(recording.entries, findings)
    moves = judge_moves(recording.entries, recording.header.freeze_limit, findings)
    judge_marks(recording, reigns)
    sides = judge_sides(recording, reigns)
    accepted = accepted_choices(recording)
    judge_told(recording, accepted)
    if recording.header.carried:
        judge_descent(recording, reigns, accepted, sides.outside)
    lost = Losses(recording, reigns, accepted).judge()
    judge_contents(recording, lost, findings)
    _judge_completeness(recording)
    return _verdict(recording, moves, sides)


def _judge_completeness(recording: Recording) -> None:
    """A recording that lacks what is judged shows nothing, and must not pass for one in which nothing is wrong."""
    missing = [f"no line of the log of {system}" for system in SYSTEMS if not recording.has_log(system)]
    if not recording.entries:
        missing.append("no entry of the ledger")
    if not recording.writes:
        missing.append("no line of a client")
    if not recording.contents:
        missing.append("no final contents")
    if not any(not line.is_copy for line in recording.accepts()):
        missing.append("no accepted write")
    for what in missing:
        recording.findings.add(Weight.UNDECIDABLE, "missing", f"There is {what} in it.")


def _verdict(recording: Recording, moves: Moves, sides: Sides) -> Verdict:
    findings = recording.findings
    outcomes = [write.outcome for write in recording.writes.values()]
    return Verdict(
        clean=not findings.total(*FAILING),
        events=recording.events,
        writes=len(outcomes),
        acknowledged=outcomes.count("ok"),
        unknown=outcomes.count("unknown"),
        asked_to_retry=recording.asked_to_retry,
        accepted=sum(line.is_choice and not line.is_copy for line in recording.accepts()),
        accepted_by_both=sides.accepted_by_both,
        breaches_reported=reported(recording, sides.breaches),
        **asdict(moves),
        **_counts(findings),
        **_pauses(recording.pauses),
    )


def _counts(findings: Findings) -> dict[str, Any]:
    return {
        "violations": findings.total(Weight.VIOLATION),
        "wrong_side": findings.of_kind(Weight.VIOLATION, "side"),
        "breaches": findings.total(Weight.BREACH),
        "undecidable": findings.total(Weight.UNDECIDABLE),
        "lost": findings.total(Weight.LOST),
        "stuck": findings.total(Weight.STUCK),
        "noted": findings.total(Weight.NOTED),
        "kinds": findings.by_kind(*FAILING),
        "faults": findings.sentences,
        "faults_left_out": findings.left_out,
    }


def _pauses(pauses: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(pauses)
    names = {"pause_ms_p50": 0.5, "pause_ms_p99": 0.99, "pause_ms_max": 1.0}
    if not ordered:
        return dict.fromkeys(names)
    return {name: round(ordered[ceil(part * len(ordered)) - 1], 1) for name, part in names.items()}
