"""The words and marks for what is so: the same on every page."""

from dataclasses import dataclass
from typing import Any

from app.domain.actors import name_of
from app.domain.moves import Move, Stage, StageState
from app.domain.ownership import NOBODY, Ownership, State, System, Target
from app.domain.roles import Caller

CHANNELS = {"email": "e-mail", "text": "text message"}

SURFACES = {
    "mhv_profile": "the profile on MHV",
    "mhv_feature_page": "the feature's page on MHV",
    "va_gov_profile": "the profile on VA.gov",
}

STAGE_WORDS: dict[Stage, tuple[str, str]] = {
    Stage.CHECK: ("Check", "Questions are asked; nothing has changed yet."),
    Stage.SEED: ("Seed", "Records are copied ahead while the old owner goes on."),
    Stage.FREEZE: ("Freeze", "From here nobody can change it."),
    Stage.CLOSE: ("Close", "Systems with a fence are told, and refuse old writes."),
    Stage.DRAIN: ("Drain", "Waits until nobody can still be writing."),
    Stage.CATCH_UP: ("Catch up and verify", "The old owner is read for the last time."),
    Stage.ACTIVATE: ("Activate", "The new owner can change it."),
    Stage.WATCH: ("Watch", "The new owner is watched."),
}

STAGE_DOING: dict[Stage, str] = {
    Stage.CHECK: "the checks are asked",
    Stage.SEED: "records are copied ahead",
    Stage.FREEZE: "changes are paused",
    Stage.CLOSE: "both systems are told",
    Stage.DRAIN: "waiting until nobody can still be writing",
    Stage.CATCH_UP: "catching up and verifying",
    Stage.ACTIVATE: "it is given to its new owner",
    Stage.WATCH: "the new owner is watched",
}
"""What goes on in a stage, behind "moving now"."""

STAGE_STATES = {
    StageState.WAITING: ("Not yet", "later"),
    StageState.RUNNING: ("Now", "now"),
    StageState.DONE: ("Done", "ok"),
    StageState.SKIPPED: ("Passed over", "info"),
    StageState.FAILED: ("Called off here", "bad"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """The owner marker: where it stands (left MHV, middle nobody, right VA.gov), its sign, and the sentence for it."""

    place: str | None
    sign: str | None
    sentence: str


def mark_of(row: Ownership) -> Mark:
    """The marker and the sentence of an ownership row."""
    if row.state is State.MOVING:
        return Mark("nobody", "lock", "Nobody can change it for a moment")
    if row.state is State.RETIRED:
        return Mark(None, "no", "Retired: nobody can change it any more")
    if row.state is State.STOPPED:
        return Mark("nobody", "lock", "Stopped: nobody can change it until its owner is certain")
    if row.owner is None:
        return Mark(None, None, "No system holds it yet")
    return Mark(row.owner.value, "edit", f"{row.owner.label} can change it")


def label_of(target: Target | None) -> str:
    """A system or nobody, as people say it."""
    return target.label if isinstance(target, System) else "nobody"


def direction(move: Move) -> str:
    """From whom to whom, as it follows the title of what moves."""
    if move.to is NOBODY:
        return f"from {label_of(move.origin)} to nobody (it is retired)"
    if move.origin is None:
        return f"to {label_of(move.to)} (no system held it)"
    return f"from {move.origin.label} to {label_of(move.to)}"


def person(actor: str) -> str:
    """Who did something, by the name that the ledger keeps."""
    kind, _, name = actor.partition(":")
    if (called := name_of(actor)) is not None:
        return called
    return {"token": name, "cli": f"{name}, on the command line"}.get(kind, f"the {actor}")


def roles_of(caller: Caller) -> str:
    """The roles of a caller, as a list in a sentence."""
    return " and ".join(sorted(caller.roles))


def surfaces_words(surfaces: tuple[str, ...]) -> str:
    """Where a Veteran finds the preference."""
    return " and ".join(SURFACES.get(name, name) for name in surfaces) or "nowhere"


def stage_sentences(name: Stage, detail: dict[str, Any]) -> list[str]:
    """What is known of one stage, in sentences."""
    told = [answer["sentence"] for answer in detail.get("answers", [])]
    if detail.get("why"):
        told.append(detail["why"])
    if detail.get("waited_out"):
        told.append(f"Silent until their leases ran out: {'; '.join(detail['waited_out'])}.")
    if name is Stage.CATCH_UP:
        told += [detail["records"]] if detail.get("records") else []
        told += [_marked(system, mark) for system, mark in detail.get("marks", {}).items()]
    return told


def _marked(system: str, mark: Any) -> str:
    label = System(system).label
    if mark is None:
        return f"{label} keeps no marks."
    return f"{label}: {mark}" if isinstance(mark, str) else f"{label} set a mark in its log."
