"""What is asked before something is done about one step of a plan."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.domain.plan_gates import APPROVALS
from app.domain.plans import Step
from app.domain.refusals import Refusal
from app.entrypoints.pages.confirming import Box, Question
from app.entrypoints.pages.plans.plan_questions import crumbs_of
from app.entrypoints.pages.plans.seeing import Seen
from app.entrypoints.pages.plans.steps import titles_of, where_words
from app.entrypoints.pages.plans.timing import STATES
from app.entrypoints.pages.times import day, lasting
from app.services.planning.approving import CONFIRMATION_LASTS, OVERRIDE_LASTS

_DANGER = (
    "This breaks the glass: it is for when waiting is the greater harm. It stands in red for ever, with your name."
)
_EVIDENCE = ("Evidence", "What you saw, where and when. Kept in the ledger for ever. No names or numbers of Veterans.")


def found(seen: Seen, name: str) -> Step:
    """A step of a plan. Refusal `not_found`."""
    step = next((one for one in seen.plan.steps if one.id == name), None)
    if step is None:
        names = ", ".join(one.id for one in seen.plan.steps)
        raise Refusal("not_found", f"The plan {seen.plan.key} has no step {name[:60]}.", f"It has: {names}.")
    return step


def now_box(seen: Seen, step: Step) -> Box:
    """How a step stands now."""
    row = seen.row(step)
    return Box(
        "Now", f"Step {seen.number(step.id)} is {STATES[row.state][0].lower()}", row.why or where_words(seen, step)
    )


def question(seen: Seen, step: Step, verb: str, boxes: tuple[Box, ...], button: str) -> Question:
    """A question about one step: its title names what it is about, and the direction."""
    number = seen.number(step.id)
    return Question(
        title=f"{verb} step {number}: {titles_of(step)}?",
        boxes=(now_box(seen, step), *boxes),
        button=button,
        typed=None,
        hidden={"version": seen.version},
        facts=((f"Step {number}", f"{where_words(seen, step)} ({step.id})".strip()),),
        crumbs=crumbs_of(seen.plan),
    )


def _retry(seen: Seen, step: Step) -> Question:
    if seen.is_in_force(step):
        boxes = (
            Box("Then", "It is watched again", "Its new owner is watched anew; what was found so far counts no more"),
            Box("Afterwards", "Done, or held again", "By what its checks answer then"),
            Box("Undo", "Undo its move", "On the page of the move"),
        )
    else:
        boxes = (
            Box("Then", "It waits again", "For its next opening; every check is asked again"),
            Box("Afterwards", "It starts, or is held", "Nothing starts at an hour that nobody expects"),
            Box("Undo", "Skip it, or pause the plan", "Until it has started"),
        )
    return question(seen, step, "Retry", boxes, f"Retry step {seen.number(step.id)}")


def _skip(seen: Seen, step: Step) -> Question:
    number = seen.number(step.id)
    later = [str(seen.number(one.id)) for one in seen.plan.steps if step.id in one.needs_steps]
    then = f"Steps that need it go on without it: {', '.join(later)}" if later else "No step needs it"
    boxes = (
        Box("Then", "It is passed over", "Its preferences stay with whoever owns them"),
        Box("Afterwards", "The plan goes on", then),
        Box("Undo", "None", "What it would have moved can be moved by hand, or by another plan"),
    )
    return replace(question(seen, step, "Skip", boxes, f"Skip step {number}"), typed=str(number))


def _approve(seen: Seen, step: Step) -> Question:
    boxes = (
        Box("Then", "Your approval counts", "For this text of the plan and this date of the step"),
        Box(
            "Afterwards", f"It holds for {lasting(step.approval_lasts)}", "Or until the text or the date is another one"
        ),
        Box("Undo", "Take it back", "Until the step has started"),
    )
    return question(seen, step, "Approve", boxes, f"Approve step {seen.number(step.id)}")


def _withdraw(seen: Seen, step: Step) -> Question:
    boxes = (
        Box("Then", "Your approval is gone", "The ledger keeps that you gave it, and took it back"),
        Box("Afterwards", "The step waits", "For as many approvals as its plan says"),
        Box("Undo", "Approve it again", "At any time"),
    )
    return question(seen, step, "Take back your approval of", boxes, "Take back the approval")


def _decline(seen: Seen, step: Step) -> Question:
    boxes = (
        Box("Then", "The step is held", "It does not start"),
        Box("Afterwards", "A person must decide", "An operator retries it, skips it, or gives it another date"),
        Box("Undo", "Retry the step", "It waits for approval again then"),
    )
    return question(seen, step, "Decline", boxes, f"Decline step {seen.number(step.id)}")


def confirm(seen: Seen, step: Step, name: str) -> Question:
    """Whether what a check asks persons for is so; the evidence is its reason."""
    boxes = (
        Box("Then", "It is confirmed", f"“{name.replace('_', ' ')}”, with what you write as the evidence"),
        Box("Afterwards", f"The check passes for {lasting(CONFIRMATION_LASTS)}", "In later versions of the plan too"),
        Box(
            "Undo", "None", "A confirmation cannot be taken back: hold the step by not approving it, or pause the plan"
        ),
    )
    asked = question(seen, step, f"Confirm “{name.replace('_', ' ')}” for", boxes, "Confirm it")
    return replace(asked, reason=_EVIDENCE)


def override(seen: Seen, step: Step, name: str) -> Question:
    """Whether a step should go on without a check, or without its approvals."""
    what = "its missing approvals" if name == APPROVALS else f"the check {name.replace('_', ' ')}"
    boxes = (
        Box("Then", "The step goes on without it", f"Whatever {what} would say"),
        Box(
            "Afterwards",
            "It stands in red for ever",
            f"It holds until {day(seen.now + OVERRIDE_LASTS)}, for this text and date",
        ),
        Box("Undo", "None", "Pause the plan, or skip the step"),
    )
    asked = question(seen, step, f"Override {what} of", boxes, "Override it")
    return replace(asked, typed=step.id, danger=_DANGER)


ABOUT: Mapping[str, Callable[[Seen, Step], Question]] = {
    "retry": _retry,
    "skip": _skip,
    "approve": _approve,
    "withdraw": _withdraw,
    "decline": _decline,
}
"""The question of each act, by the name of the act."""
