"""What an entry of the ledger says, in words: one table from acts to sentences."""

from collections.abc import Mapping
from typing import Any

from app.domain.hook_words import Title
from app.domain.ledger import Entry
from app.domain.ownership import NOBODY, System

# act: (its name in a list, the sentence). What stands in braces is taken from the entry: see `_Said`.
ACTS: Mapping[str, tuple[str, str]] = {
    "adopt": ("Adopted", "{names}: {owner} holds it from now on, as its file says."),
    "start": ("Started with no owner before", "{names}: {owner} can change it. No system held it before."),
    "freeze": ("Frozen", "{names}: nobody can change it for a moment. It moves from {owner} to {target}."),
    "call_off": ("Called off", "{names}: the move was called off. {owner} can change it again."),
    "activate": ("Activated", "{names}: {owner} can change it."),
    "retire": ("Retired", "{names}: retired. Nobody can change it any more."),
    "restore": ("Restored", "{names}: restored. {owner} can change it again."),
    "stop": ("Stopped until the owner is certain", "{names}: nobody can change it until its owner is certain."),
    "raise": ("Epoch raised", "{names}: its epoch was raised, so that no older right counts."),
    "name": ("Owner named", "{names}: {owner} was named as its owner and can change it."),
    "drained": ("Old rights run out", "Every right that was given before the stop has run out."),
    "move": ("Move asked for", "Move {move} of {names} to {to} was asked for."),
    "call_off_before_freeze": (
        "Called off before the freeze",
        "Move {move} of {names} was called off before anything had changed.",
    ),
    "move_done": ("Move done", "Move {move} is done: its time of being watched is over."),
    "surfaces_changed": ("Pages for Veterans changed", "{names}: Veterans find it on other pages now."),
    "notices_changed": (
        "Notices changed",
        "What Veterans are told of step {step} of plan {plan} is something else now.",
    ),
    "proposed": ("Move proposed", "Proposal {proposal}: move {names} to {to}."),
    "proposal_approved": ("Proposal approved", "Proposal {proposal} was approved."),
    "proposal_withdrawn": ("Proposal withdrawn", "Proposal {proposal} was withdrawn."),
    "proposal_started": ("Proposal started", "Proposal {proposal} was started as move {move}."),
    "break_glass": ("Override", "A rule was overridden: {overridden}."),
    "plan_drafted": ("Draft kept", "A draft of plan {plan} was kept."),
    "draft_discarded": ("Draft discarded", "The draft of plan {plan} was discarded."),
    "plan_started": ("Plan started", "Plan {plan} was started."),
    "plan_paused": ("Plan paused", "Plan {plan} was paused: no new step starts."),
    "plan_resumed": ("Plan resumed", "Plan {plan} was resumed."),
    "plan_cancelled": ("Plan cancelled", "Plan {plan} was cancelled."),
    "plan_done": ("Plan done", "Plan {plan} is done."),
    "version_accepted": ("Version accepted", "Another version of plan {plan} was accepted and is in force."),
    "step_started": ("Step started", "Step {step} of plan {plan} started."),
    "step_done": ("Step done", "Step {step} of plan {plan} is done."),
    "step_held": ("Step held", "Step {step} of plan {plan} is held: a person must decide."),
    "step_failing": ("Step failing", "Step {step} of plan {plan} fails its checks while it is watched."),
    "step_undone": ("Step undone", "Step {step} of plan {plan} was undone by move {undone_by}."),
    "step_retried": ("Step retried", "Step {step} of plan {plan} is tried again."),
    "step_skipped": ("Step skipped", "Step {step} of plan {plan} was skipped."),
    "step_rescheduled": ("Step rescheduled", "Step {step} of plan {plan} has another date."),
    "step_approved": ("Step approved", "Step {step} of plan {plan} was approved."),
    "approval_withdrawn": ("Approval withdrawn", "An approval of step {step} of plan {plan} was withdrawn."),
    "step_confirmed": ("Step confirmed", "“{confirmed}” was confirmed for step {step} of plan {plan}."),
    "milestone_reached": ("Milestone reached", "Milestone {milestone} is reached."),
    "milestone_reopened": ("Milestone reopened", "Milestone {milestone} is not reached after all."),
    "milestone_estimated": ("Milestone estimated", "Milestone {milestone} has another estimate."),
    "everything_stopped": ("Everything stopped", "Everything was stopped."),
    "stop_lifted": ("Stop lifted", "The stop was lifted: steps and moves can start again."),
    "preference_locked": ("Preference locked", "{names}: locked. It cannot move; its owner goes on."),
    "preference_unlocked": ("Preference unlocked", "{names}: unlocked. It can move again."),
    "incident": ("Incident", "Incident {incident} was found: {kind}, {names}."),
    "incident_closed": ("Incident closed", "Incident {incident} was closed."),
    "token_created": ("Token made", "A token for {name} was made, with the roles {roles}."),
    "token_revoked": ("Token revoked", "Token {token} was revoked."),
    "sessions_ended": ("Sessions ended", "Sessions of {of} were ended."),
    "key_made": ("Signing key made", "Signing key {key} was made."),
    "key_revoked": ("Signing key revoked", "Signing key {key} was revoked."),
    "webhook_added": ("Webhook added", "Webhook {webhook} was added."),
    "webhook_removed": ("Webhook removed", "Webhook {webhook} was removed."),
    "webhook_disabled": ("Webhook disabled", "Webhook {webhook} was disabled: its receiver is gone."),
}


class _Said(dict[str, str]):
    """The words of one entry. What it does not hold is said so, and keeps no page from being shown."""

    def __missing__(self, _: str) -> str:
        return "(not said)"


def label_of_act(act: str) -> str:
    """The name of an act. One of a later version has its own words, without the lines between them."""
    return ACTS[act][0] if act in ACTS else act.replace("_", " ").capitalize()


def sentence_of(entry: Entry, title: Title) -> str:
    """What an entry says, as one sentence. `title` is what people call a preference, by its key."""
    if entry.act not in ACTS:
        return f"{label_of_act(entry.act)}."
    return ACTS[entry.act][1].format_map(_said(entry.body, title))


def keys_of(entry: Entry) -> list[str]:
    """The preferences that an entry names, in their order."""
    named = entry.body.get("preferences") or entry.body.get("epochs")
    if isinstance(named, Mapping | list) and named:
        return [str(key) for key in named]
    one = entry.body.get("key")
    return [one] if isinstance(one, str) and entry.act not in ("key_made", "key_revoked") else []


def _said(body: Mapping[str, Any], title: Title) -> _Said:
    said = _Said({name: _words(value) for name, value in body.items() if value is not None})
    named = body.get("preferences") or ([body["key"]] if body.get("key") else ())
    said["names"] = _listed([title(str(key)) for key in named]) or "(no preference)"
    said["to"] = _label(body.get("to"))
    if isinstance(named, Mapping):
        after = next(iter(named.values())).get("after", {})
        said |= {"owner": _label(after.get("owner")), "target": _label(after.get("target"))}
    return said


def _words(value: Any) -> str:
    return _listed([str(one) for one in value]) if isinstance(value, list) else str(value)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _label(value: str | None) -> str:
    if value is None or value == NOBODY:
        return "nobody"
    return System(value).label if value in set(System) else str(value)
