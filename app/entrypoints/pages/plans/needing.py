"""What a step needs, as its page says it: every need with its words, what fails first, and who can mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.domain.plan_deciding import Wait
from app.domain.plans import PASSED, Step, StepState
from app.domain.roles import Caller
from app.entrypoints.pages.actions import Action
from app.entrypoints.pages.plans.offering import of_check
from app.entrypoints.pages.plans.seeing import Seen
from app.entrypoints.pages.plans.timing import STATES
from app.entrypoints.pages.times import calendar_day, day
from app.services.checks.answers import CheckAnswer, Verdict
from app.services.planning.explaining import mender

_ORDER = ("held", "bad", "person", "doubt", "now", "wait", "later", "ok", "info")
_FOR_PERSONS = frozenset({"held", "bad", "person", "doubt"})


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a step needs: a sign, words, perhaps a moment, who can mend it, and links to do it."""

    sign: str
    strong: str
    words: str = ""
    moment: datetime | None = None
    who: str | None = None
    links: tuple[Action, ...] = ()
    page: tuple[str, str] | None = None

    @property
    def is_for_persons(self) -> bool:
        """Whether a person is needed."""
        return self.sign in _FOR_PERSONS


def needs_of(seen: Seen, step: Step, caller: Caller) -> list[Need]:
    """Everything that a step needs, what fails first; of one that is under way or over, how it went."""
    found = [*_standing(seen, step), *_needed(seen, step, caller)]
    return sorted(found, key=lambda need: _ORDER.index(need.sign))


def _standing(seen: Seen, step: Step) -> Iterator[Need]:
    row, move = seen.row(step), seen.moves.get(step.id)
    if row.state is StepState.HELD:
        yield Need("held", "A person must decide.", row.why or "", who="an operator")
    elif row.state is StepState.RUNNING:
        yield Need("now", "Its move is under way." if move is None else f"Stage: {move.stage.value.replace('_', ' ')}.")
    elif row.state is StepState.WATCHING:
        trouble = "" if move is None else str(move.record(move.stage).detail.get("in_the_way", ""))
        strong = "A check fails while it is watched." if trouble else "Nothing was found while it is watched."
        yield Need("bad" if trouble else "ok", strong, trouble)


def _needed(seen: Seen, step: Step, caller: Caller) -> Iterator[Need]:
    if seen.around is None:
        yield from _of_plan(seen, step)
        return
    decision = seen.decision(step)
    if decision is not None:
        yield from (_wait(seen, step, wait) for wait in decision.waits if wait.kind != "approval")
        if decision.never is not None:
            yield Need("held", "It cannot start like this.", decision.never, who="an operator")
    if decision is not None or seen.is_asked(step):
        yield from _met(seen, step)
        yield from _checks(seen, step, caller)


def _of_plan(seen: Seen, step: Step) -> Iterator[Need]:
    """What a step of a plan that was not started would need."""
    yield from (Need("info", f"Step {seen.number(name)}", "must be done first") for name in step.needs_steps)
    yield from (_awaited(seen, name) for name in step.milestones)
    yield from (Need("info", f"{check_words(name)}:", "asked before it starts") for name in step.checks)


def check_words(name: str) -> str:
    """A check by its name, for people."""
    return name.replace("_", " ").replace(":", ": ")


def _wait(seen: Seen, step: Step, wait: Wait) -> Need:
    who = None if wait.who == "nobody" else wait.who
    if wait.kind in ("time", "window"):
        return Need("wait", "Its time comes" if wait.kind == "time" else "Its window opens", moment=wait.until)
    if wait.kind == "milestone":
        return _milestone(seen, step, wait)
    if wait.kind == "step":
        return _step(seen, step, wait)
    sign = {"stop": "bad", "preference": "bad"}.get(wait.kind, "person")
    return Need(sign, "It waits for", wait.words, who=who)


def _step(seen: Seen, step: Step, wait: Wait) -> Need:
    """A step that is not done, by its number."""
    name = next(name for name in step.needs_steps if wait.words.startswith(f"step {name} "))
    state = STATES[seen.row(seen.plan.step(name)).state][0].lower()
    return Need("wait", f"Step {seen.number(name)}", f"is {state}; it must be done first")


def _milestone(seen: Seen, step: Step, wait: Wait) -> Need:
    """A milestone that is waited for."""
    for name in step.milestones:
        one = seen.milestones.get(name)
        if (f"“{one.title}”" if one else f"milestone {name},") in wait.words:
            return _awaited(seen, name, wait.who)
    return Need("bad", "It waits for", wait.words, who=wait.who)


def _awaited(seen: Seen, name: str, who: str | None = None) -> Need:
    """A milestone: reached, or with its likely day, or that nobody gave it one."""
    one = seen.milestones.get(name)
    if one is None:
        return Need("bad", f"Milestone {name}", "is not in milestones.toml", who="an operator")
    page = (url_for("pages.milestones", _anchor=one.key), "Look at the milestone") if one.reached is None else None
    title = f"Milestone “{one.title}”:"
    if one.reached is not None:
        return Need("ok", title, f"reached {day(one.reached, seen.now)}")
    if one.estimate is None:
        return Need("person", title, "it has no date", who=who, page=page)
    return Need("wait", title, f"likely {calendar_day(one.estimate.likely)}", who=who, page=page)


def _met(seen: Seen, step: Step) -> Iterator[Need]:
    for name in step.needs_steps:
        state = seen.row(seen.plan.step(name)).state
        if state in PASSED:
            yield Need("ok", f"Step {seen.number(name)}", f"is {state}")
    reached = (name for name in step.milestones if (one := seen.milestones.get(name)) and one.reached is not None)
    yield from (_awaited(seen, name) for name in reached)


def _checks(seen: Seen, step: Step, caller: Caller) -> Iterator[Need]:
    answers = seen.answers.get(step.id)
    if answers is None:
        for name in step.checks:
            yield Need("later", f"{check_words(name)}:", "asked once everything else that it needs has come")
        return
    yield from (_answer(seen, step, answer, caller) for answer in answers)


def _answer(seen: Seen, step: Step, answer: CheckAnswer, caller: Caller) -> Need:
    name = check_words(answer.check)
    if answer.overridden:
        return Need("bad", f"{name}: overridden.", answer.sentence)
    if answer.verdict is Verdict.PASS:
        return Need("ok", f"{name}:", answer.sentence)
    links = tuple(link for link in of_check(seen, step, answer.check) if caller.holds({link.role}))
    who = mender(seen.around, step, answer.check)[0] if seen.around is not None else None
    if answer.verdict is Verdict.FAIL:
        sign = "person" if answer.check.startswith("confirmed:") else "bad"
        return Need(sign, f"{name}:", answer.sentence, who=who, links=links)
    words = f"{answer.sentence} Unknown counts as no; it is asked again every minute."
    return Need("doubt", f"{name}: unknown.", words, who=who, links=links)
