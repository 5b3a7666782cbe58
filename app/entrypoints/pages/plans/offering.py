"""What a person may do about a plan and its steps now, and the sentence that stands where a button would be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.actors import identity_of
from app.domain.plan_gates import Gates
from app.domain.plans import OVER, Plan, PlanState, Step, StepState
from app.domain.refusals import Refusal
from app.domain.roles import Caller, Role
from app.entrypoints.pages.actions import Action
from app.entrypoints.pages.plans.seeing import Seen
from app.entrypoints.pages.words import roles_of
from app.services.planning.approving import OPEN

WHO = {Role.OPERATOR: "An operator", Role.APPROVER: "An approver", Role.ADMIN: "An administrator"}


@dataclass(frozen=True, slots=True)
class Offers:
    """What the person may do, and a sentence for each thing that they may not."""

    links: tuple[Action, ...] = ()
    instead: tuple[str, ...] = ()


def of_plan(seen: Seen, caller: Caller) -> Offers:
    """What can be done about a plan."""
    key = seen.plan.key
    if not seen.is_going:
        return _start(seen, caller)
    words = ("Resume", "resume") if seen.state is PlanState.PAUSED else ("Pause", "pause")
    possible = [_on_plan(key, *words), _on_plan(key, "Cancel", "cancel")]
    if seen.fault is not None and seen.state is PlanState.PAUSED:
        del possible[0]
    return for_person(caller, possible)


def of_step(seen: Seen, step: Step, caller: Caller) -> Offers:
    """What can be done about a step."""
    if seen.around is None or not seen.is_going or seen.fault is not None:
        return Offers(tuple(_back(seen, step, caller).links))
    found = for_person(caller, list(_possible(seen, step)))
    back = _back(seen, step, caller)
    return Offers((*found.links, *back.links), (*found.instead, *back.instead))


def of_approval(seen: Seen, step: Step, gates: Gates, caller: Caller) -> Offers:
    """Who may approve a step now; or take an approval back."""
    if seen.around is None or not seen.is_going or seen.row(step).state not in OPEN or not step.approvals:
        return Offers()
    number, me = seen.number(step.id), identity_of(caller.actor)
    mine = any(identity_of(one.actor) == me for one in gates.approvals)
    if mine:
        link = _on_step(seen, step, f"Take back your approval of step {number}", "withdraw", Role.APPROVER)
        return for_person(caller, [link])
    if gates.approved(step.approvals) is not None:
        return Offers()
    if me == identity_of(seen.around.row.author):
        return Offers(instead=("You started this plan, or accepted its version: another person must approve it.",))
    return for_person(caller, [_on_step(seen, step, f"Approve step {number}", "approve", Role.APPROVER)])


def of_check(seen: Seen, step: Step, check: str) -> Iterator[Action]:
    """What can be done about a check that does not pass."""
    if seen.row(step).state in OPEN and check.startswith("confirmed:"):
        yield _named(seen, step, "Confirm it", "confirm", check.partition(":")[2])
    if check in step.checks:
        yield _named(seen, step, "Override this check", "override", check)


def of_missing_approvals(seen: Seen, step: Step, caller: Caller) -> tuple[Action, ...]:
    """The override of approvals that are missing."""
    link = _named(seen, step, "Override the approvals", "override", "approvals")
    return (link,) if seen.is_going and caller.holds({Role.ADMIN}) else ()


def for_person(caller: Caller, possible: Sequence[Action]) -> Offers:
    """What of this the person may do, and a sentence that says who may do the rest."""
    links = tuple(action for action in possible if caller.holds({action.role}))
    instead = []
    for role in dict.fromkeys(action.role for action in possible if action not in links):
        kept = [action.words for action in possible if action.role is role]
        can = " or ".join(words[0].lower() + words[1:] for words in kept)
        instead.append(f"{WHO[role]} can {can}. Your role is {roles_of(caller)}.")
    return Offers(links, tuple(instead))


def _start(seen: Seen, caller: Caller) -> Offers:
    if seen.state in OVER and not isinstance(seen.newer, Plan):
        if seen.newer is None:
            return Offers(instead=("It has no file and no draft any more, so it cannot be started again.",))
        return Offers(instead=(f"It cannot be started again as it stands. {seen.newer}",))
    if seen.busy is not None:
        return Offers(instead=(f"It cannot be started now. {seen.busy}",))
    words = "Start the plan again" if seen.state in OVER else "Start the plan"
    return for_person(caller, [Action(words, "pages.start_plan_form", {"key": seen.plan.key})])


def _possible(seen: Seen, step: Step) -> Iterator[Action]:
    state, number = seen.row(step).state, seen.number(step.id)
    if state is StepState.HELD:
        yield _on_step(seen, step, f"Retry step {number}", "retry")
    if state in OPEN and not seen.is_in_force(step):
        words = "Set a date" if seen.row(step).due is None else "Change the date"
        yield _on_step(seen, step, words, "reschedule")
    if state in OPEN:
        yield _on_step(seen, step, f"Skip step {number}", "skip")


def _back(seen: Seen, step: Step, caller: Caller) -> Offers:
    """The undo of a step's move."""
    found = seen.back.get(step.id)
    if isinstance(found, Refusal) and seen.is_in_force(step):
        return Offers(instead=(f"Its move cannot be undone now. {found.detail}",))
    return for_person(caller, [found]) if isinstance(found, Action) else Offers()


def _on_plan(key: str, verb: str, act: str) -> Action:
    return Action(f"{verb} the plan", f"pages.{act}_plan_form", {"key": key})


def _on_step(seen: Seen, step: Step, words: str, act: str, role: Role = Role.OPERATOR) -> Action:
    return Action(words, f"pages.{act}_step_form", {"key": seen.plan.key, "step": step.id}, role)


def _named(seen: Seen, step: Step, words: str, act: str, name: str) -> Action:
    role = Role.ADMIN if act == "override" else Role.OPERATOR
    return Action(words, f"pages.{act}_step_form", {"key": seen.plan.key, "step": step.id, "name": name}, role)
