"""What is asked before something is done about a whole plan."""

from collections.abc import Callable, Mapping

from flask import url_for

from app.domain.plans import Plan
from app.entrypoints.pages.confirming import Box, Question
from app.entrypoints.pages.plans.seeing import Seen
from app.entrypoints.pages.plans.summary import of_seen

Crumbs = tuple[tuple[str, str], ...]


def crumbs_of(plan: Plan) -> Crumbs:
    """The pages above a form of a plan."""
    return (url_for("pages.plans"), "Plans"), (url_for("pages.plan", key=plan.key), plan.title)


def start(plan: Plan) -> Question:
    """Whether a plan should start."""
    count = len(plan.steps)
    return Question(
        title=f"Start the plan “{plan.title}”?",
        boxes=(
            Box("Now", "Nothing happens", "It is a text that nobody follows"),
            Box("Then", "It runs", f"Its text is copied: {count} {'step' if count == 1 else 'steps'}, as you saw it"),
            Box("Afterwards", "Each step at its time", "Once its needs, checks and approvals are there"),
            Box("Undo", "Pause or cancel it", "What has moved by then is undone move by move"),
        ),
        button="Start the plan",
        typed=None,
        hidden={"hash": plan.hash},
        facts=(
            ("Its author", "Whoever starts it approves none of its steps: others must"),
            ("Changes", "A change of the file does nothing until somebody accepts it"),
        ),
        crumbs=crumbs_of(plan),
    )


def _pause(seen: Seen) -> Question:
    return _question(
        seen,
        "Pause",
        (
            Box("Now", *_now(seen)),
            Box("Then", "No step starts", "A move under way goes on, and is watched"),
            Box("Afterwards", "It waits for you", "Veterans are told of no step to come"),
            Box("Undo", "Resume the plan", "A step whose time passed meanwhile is held"),
        ),
    )


def _resume(seen: Seen) -> Question:
    return _question(
        seen,
        "Resume",
        (
            Box("Now", *_now(seen)),
            Box("Then", "It goes on", "Each step at its time, with its checks asked again"),
            Box("Afterwards", "Late steps are held", "None runs at an hour that nobody expects"),
            Box("Undo", "Pause the plan", "At any time"),
        ),
    )


def _cancel(seen: Seen) -> Question:
    return _question(
        seen,
        "Cancel",
        (
            Box("Now", *_now(seen)),
            Box("Then", "It ends", "A move before its activation is called off: the old owner writes again"),
            Box("Afterwards", "No further step starts", "What has moved stays moved"),
            Box("Undo", "None", "It can be started again, from its first step"),
        ),
    )


def _now(seen: Seen) -> tuple[str, str]:
    summary = of_seen(seen)
    return f"It is {seen.state}", f"{summary.done} of {len(seen.plan.steps)} steps are over"


def _question(seen: Seen, verb: str, boxes: tuple[Box, ...]) -> Question:
    return Question(
        title=f"{verb} the plan “{seen.plan.title}”?",
        boxes=boxes,
        button=f"{verb} the plan",
        typed=None,
        hidden={"version": seen.version},
        crumbs=crumbs_of(seen.plan),
    )


ABOUT: Mapping[str, Callable[[Seen], Question]] = {"pause": _pause, "resume": _resume, "cancel": _cancel}
"""The question of each act, by the name of the act."""
