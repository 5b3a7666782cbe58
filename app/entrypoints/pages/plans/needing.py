"""What a step needs, as its page says it: every need with its words, what fails first, and who can mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.milestones import Milestone
from app.domain.plan_deciding import Wait
from app.domain.plans import PASSED, Step, StepState
from app.domain.roles import Caller
from app.entrypoints.pages.actions import Action
from app.entrypoints.pages.navigation import page_of
from app.entrypoints.pages.plans.offering import of_check
from app.entrypoints.pages.plans.seeing import Seen
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
    yield from (Need("info", f"Step {seen.number(name)}", "is done") for name in step.needs_steps)
    yield from (Need("info", f"Milestone {_quoted(None, name)}", "is reached") for name in step.milestones)
    yield from (Need("info", name.replace("_", " "), "passes when it is asked") for name in step.checks)


def _wait(seen: Seen, step: Step, wait: Wait) -> Need:
    who = None if wait.who == "nobody" else wait.who
    if wait.kind in ("time", "window"):
        return Need("wait", "Its time comes" if wait.kind == "time" else "Its window opens", moment=wait.until)
    if wait.kind == "milestone":
        return _milestone(seen, step, wait)
    sign = {"step": "wait", "stop": "bad", "preference": "bad"}.get(wait.kind, "person")
    return Need(sign, "It waits for", wait.words, who=who)


def _milestone(seen: Seen, step: Step, wait: Wait) -> Need:
    """A milestone that was not reached: with its likely day, or that nobody gave it one."""
    known = seen.around.milestones if seen.around is not None else {}
    missing = [known[name] for name in step.milestones if name in known and known[name].reached is None]
    one = next((each for each in missing if f"“{each.title}”" in wait.words), None)
    if one is None:
        return Need("bad", "It waits for", wait.words, who=wait.who)
    if one.estimate is None:
        return Need("person", f"Milestone “{one.title}”", "has no date", who=wait.who, page=_page(one))
    return Need(
        "wait", f"Milestone “{one.title}”", f"likely {calendar_day(one.estimate.likely)}", who=wait.who, page=_page(one)
    )


def _met(seen: Seen, step: Step) -> Iterator[Need]:
    around = seen.around
    if around is None:
        return
    for name in step.needs_steps:
        if around.row.rows[name].state in PASSED:
            yield Need("ok", f"Step {seen.number(name)}", f"is {around.row.rows[name].state}")
    for name in step.milestones:
        one = around.milestones.get(name)
        if one is not None and one.reached is not None:
            yield Need("ok", f"Milestone “{one.title}”", f"reached {day(one.reached, seen.now)}")


def _checks(seen: Seen, step: Step, caller: Caller) -> Iterator[Need]:
    answers = seen.answers.get(step.id)
    if answers is None:
        for name in step.checks:
            yield Need("later", name.replace("_", " "), "is asked once everything else that it needs has come")
        return
    yield from (_answer(seen, step, answer, caller) for answer in answers)


def _answer(seen: Seen, step: Step, answer: CheckAnswer, caller: Caller) -> Need:
    name = answer.check.replace("_", " ")
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


def _quoted(one: Milestone | None, name: str) -> str:
    return f"“{one.title}”" if one else name.replace("_", " ")


def _page(one: Milestone) -> tuple[str, str] | None:
    address = page_of("pages.milestones", _anchor=one.key)
    return (address, "Look at the milestone") if address else None
