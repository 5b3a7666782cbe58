"""What a webhook tells: the event as an object, or as one sentence for people in a chat."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any

from app.domain.hooks import OWNERSHIP
from app.domain.ledger import Entry
from app.domain.ownership import NOBODY, Ownership, State, System, Target

LONGEST = 500
NAMED = 3
"""How many preferences a sentence names; more are counted."""

Title = Callable[[str], str]
"""What people call a preference, by its key."""

_TOLD: Mapping[str, str] = {
    "move.started": "a move of {names} to {to} was started",
    "move.called_off_before_freeze": "the move of {names} was called off before anything was frozen",
    "move.done": "the move is done",
}


def payload(entry: Entry, event: str) -> dict[str, Any]:
    """The event as an object."""
    at = entry.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {"number": entry.number, "act": entry.act, "actor": entry.actor, "reason": entry.reason}
    return {"type": event, "timestamp": at, "data": {**entry.body, **told, "revision": entry.revision}}


def sentence(entry: Entry, event: str, title: Title, context: Mapping[str, Any]) -> str:
    """The event in one line of at most 500 characters. `context` names plan and step where the entry does not."""
    body = {**context, **entry.body}
    what = (
        _changed(entry.body["preferences"], title) if event.startswith(f"{OWNERSHIP}.") else _what(body, event, title)
    )
    line = f"{what[:1].upper()}{what[1:]}{_where(body, event)}. Reason: {entry.reason}"
    line = " ".join(line.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _changed(preferences: Mapping[str, Any], title: Title) -> str:
    """What became of each preference; those of which the same is true are named together."""
    phrases: dict[str, list[str]] = {}
    for key, change in preferences.items():
        phrases.setdefault(_standing(key, change["after"]), []).append(title(key))
    return "; ".join(f"{_names(names)} {'is' if len(names) == 1 else 'are'} {it}" for it, names in phrases.items())


def _standing(key: str, after: Mapping[str, Any]) -> str:
    owner = System(after["owner"]) if after["owner"] else None
    row = Ownership(key, State(after["state"]), owner, _target(after["target"]), after["epoch"])
    if row.route.write_to is not None:
        return f"now written at {row.route.write_to.label}"
    if row.state is State.MOVING:
        return f"{row.words}; until then nobody can change a choice"
    return f"now {row.words}"


def _what(body: Mapping[str, Any], event: str, title: Title) -> str:
    subject, _, rest = event.partition(".")
    if event in _TOLD:
        keys = body.get("preferences") or ()
        return _TOLD[event].format(names=_names([title(key) for key in keys]), to=_label(_target(body.get("to"))))
    name = {"step": body.get("step"), "plan": body.get("plan"), "move": body.get("move")}.get(subject)
    return f"{subject}{'' if name is None else f' {name}'}: {rest.replace('_', ' ')}"


def _where(body: Mapping[str, Any], event: str) -> str:
    """The move, and the step of which plan, where they are known and not what the sentence is about."""
    about = event.partition(".")[0]
    parts = [f"move {body['move']}"] if body.get("move") is not None and (about != "move" or event in _TOLD) else []
    if body.get("plan") is not None and about != "plan":
        step = f"step {body['step']} of " if body.get("step") is not None and about != "step" else ""
        parts.append(f"{step}plan {body['plan']}")
    return f" ({', '.join(parts)})" if parts else ""


def _names(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _target(value: str | None) -> Target | None:
    if value is None:
        return None
    return NOBODY if value == NOBODY else System(value)


def _label(target: Target | None) -> str:
    return target.label if isinstance(target, System) else "nobody"
