"""How far a move is, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.ledger import Entry
from app.domain.moves import STAGES, Move, Outcome, Stage, StageRecord, StageState
from app.domain.ownership import NOBODY
from app.entrypoints.pages.times import lasting
from app.entrypoints.pages.words import STAGE_STATES, STAGE_WORDS, label_of, person, stage_sentences
from app.services.checks.shadow_reads_agree import CHECK
from app.services.driving import CONTROLLER

ALONE = "By itself: "
"""How the controller's reason begins where a move has reached its limit; the page says it another way."""

COMPARES = CHECK.name

SHORTEST = timedelta(seconds=0.1)
"""How long a stage must take for that to be said."""


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage as the list shows it."""

    number: int
    name: str
    is_drain: bool
    means: str
    state: str
    sign: str
    sentences: tuple[str, ...]
    ended: datetime | None
    took: str | None
    is_present: bool
    is_last_before_return: bool


@dataclass(frozen=True, slots=True)
class CalledOff:
    """When a move was called off, by whom, and why. `by` is None for what the controller did by itself."""

    at: datetime
    by: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a move is. `paused` is how long nobody could change it, so far or in all; None without a freeze."""

    kind: str
    heading: str
    sentence: str
    stages: tuple[StageLine, ...]
    paused: timedelta | None
    ends: datetime | None
    called_off: CalledOff | None
    watched_until: datetime | None

    @property
    def present(self) -> StageLine | None:
        """The stage that the move is in."""
        return next((line for line in self.stages if line.is_present), None)

    @property
    def stages_heading(self) -> str:
        """What stands above the stages, and is spoken when it has changed: once for each, never for each second."""
        present = self.present
        return f"Stage {present.number} of {len(self.stages)}: {present.name}" if present else "The eight stages"

    @property
    def says(self) -> str:
        """What is spoken when it has changed."""
        return f"{self.stages_heading}." if self.present else f"{self.heading}."


def progress_of(move: Move, now: datetime, ended_by: Entry | None, *, stands: bool) -> Progress:
    """What the page of a move says. `ended_by` called it off; `stands`: nothing has changed its preferences since."""
    kind, heading, sentence = _ended(move, stands=stands) if move.outcome else _under_way(move)
    until = move.activated + move.terms.bake if move.activated and move.outcome is None else None
    return Progress(
        kind=kind,
        heading=heading,
        sentence=sentence,
        stages=tuple(_line(number, record, move) for number, record in enumerate(move.stages, start=1)),
        paused=_paused(move, now),
        ends=move.frozen + move.terms.freeze_limit if move.frozen and move.is_frozen else None,
        called_off=_called_off(move, ended_by),
        watched_until=until,
    )


def _ended(move: Move, *, stands: bool) -> tuple[str, str, str]:
    """The kind of box, its heading, and the sentence below, of a move that has ended."""
    if move.outcome is Outcome.CALLED_OFF:
        again = f"{_old(move)}{' again' if move.frozen else ', as before'}" if stands else "Nothing was moved"
        if _differs(move):
            return "warning", "Called off: the two systems differ", f"{again}. No choice was lost."
        return "warning", f"Called off. {again}", "No choice was lost."
    if move.undone_by is not None:
        return "info", "It was undone", "What it moved was moved back."
    if not stands:
        return "info", "Done. It has changed again since", "The board shows it as it is now."
    return "done", f"Done. {_new(move)}", ""


def _differs(move: Move) -> bool:
    """Whether the comparison of what both systems say is why it was called off."""
    answers = move.record(move.stage).detail.get("answers", ())
    return any(one["check"] == COMPARES and one["verdict"] == "fail" and not one.get("overridden") for one in answers)


def _called_off(move: Move, entry: Entry | None) -> CalledOff | None:
    record = move.record(move.stage)
    if move.outcome is not Outcome.CALLED_OFF or record.ended is None:
        return None
    why = str(record.detail.get("called_off", ""))
    if entry is not None and entry.actor != CONTROLLER:
        return CalledOff(entry.at, person(entry.actor), why)
    alone = why.removeprefix(ALONE)
    return CalledOff(record.ended, None, alone[:1].lower() + alone[1:])


def _under_way(move: Move) -> tuple[str, str, str]:
    if move.activated is not None:
        return "done", f"Done. {_new(move)}", ""
    if move.is_frozen:
        return "now", "Nobody can change it right now", f"then the move is called off and {_old(move)} again."
    return "now", f"{_old(move)}, as before", "The move has begun; nothing has changed yet."


def _old(move: Move) -> str:
    return f"{move.origin.label} can change it" if move.origin else "No system holds it"


def _new(move: Move) -> str:
    return "It is retired: nobody can change it any more" if move.to is NOBODY else f"{label_of(move.to)} can change it"


def _paused(move: Move, now: datetime) -> timedelta | None:
    if move.frozen is None:
        return None
    ended = move.activated or (move.record(move.stage).ended if move.outcome else None) or now
    return max(ended - move.frozen, timedelta(0))


def _line(number: int, record: StageRecord, move: Move) -> StageLine:
    name, means = STAGE_WORDS[record.name]
    state, sign = STAGE_STATES[record.state]
    if record.state is StageState.WAITING and move.outcome is not None:
        state = "Not reached"
    took = record.ended - record.began if record.began and record.ended else timedelta(0)
    return StageLine(
        number=number,
        name=name,
        is_drain=record.name is Stage.DRAIN,
        means=means,
        state=state,
        sign=sign,
        sentences=tuple(stage_sentences(record.name, dict(record.detail))),
        ended=record.ended if record.state is not StageState.WAITING else None,
        took=lasting(took) if took >= SHORTEST and record.state is StageState.DONE else None,
        is_present=record.name is move.stage and move.outcome is None,
        is_last_before_return=STAGES.index(record.name) + 1 == STAGES.index(Stage.ACTIVATE),
    )
