"""The shapes of what is told of plans, their steps and milestones."""

from typing import Any

from app.entrypoints.api.schemas import Told


class PlansOut(Told):
    """Every plan that can be read, with where it stands, and what is wrong in the others."""

    plans: list[dict[str, Any]]
    faults: list[str]


class PlanOut(Told):
    """One plan."""

    key: str
    title: str
    steps: list[dict[str, Any]]


class DraftOut(Told):
    """A draft that is kept."""

    key: str
    hash: str
    version: int


class DifferenceOut(Told):
    """How a new version of a plan differs from what runs, and why it cannot be accepted, if it cannot."""

    before: str
    after: str
    same: bool
    diff: list[str]
    steps: dict[str, str]
    conflicts: list[str]


class PreviewOut(Told):
    """What a plan would do: its actions in their order, what would never be done, and what is assumed.

    `not_startable` is why a plan that does not run could not be started now.
    """

    plan: str
    not_startable: str | None
    actions: list[dict[str, Any]]
    never: list[dict[str, Any]]
    assumed: list[str]


class ComparedOut(Told):
    """Plans side by side: the figures of each, which is best on what in plain words, and what would change that."""

    plans: list[dict[str, Any]]
    paragraph: str
    would_change: list[dict[str, Any]]
    assumptions: list[str]
    unreadable: list[str]
    draws: int
    seed: int


class ForecastOut(Told):
    """The dates of one plan: on one chance in ten, on even chances, on nine in ten. `why` is why there are none."""

    plan: str
    finish: dict[str, str] | None
    steps: list[dict[str, Any]]
    why: str | None
    draws: int
    seed: int


class TimelineOut(Told):
    """One plan as a timeline: its lines, and the rows of its table in plain words."""

    plan: str
    title: str
    state: str
    now: str
    first: str
    last: str
    caption: str
    description: str
    steps: list[dict[str, Any]]
    milestones: list[dict[str, Any]]
    blackout: list[dict[str, str]]
    columns: list[str]
    rows: list[list[str]]
    blackout_words: str
    trouble: str | None


class WhyOut(Told):
    """What is waited for."""

    asked: str
    sentence: str
    stops: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    moves: list[dict[str, Any]]


class MilestoneOut(Told):
    """One milestone."""

    key: str
    title: str
    reached: str | None
    estimate: dict[str, str] | None
    version: int


class MilestonesOut(Told):
    """Every milestone."""

    milestones: list[dict[str, Any]]


class TickedOut(Told):
    """What one tick did, as `plan/step`."""

    started: list[str]
    ended: list[str]
    held: list[str]
