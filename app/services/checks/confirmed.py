"""Whether a person confirmed something about a step, with evidence."""

from app.domain.plan_gates import Kind, subject_of
from app.services.checks.answers import Verdict
from app.services.checks.questions import Check, Means, Question


def _ask(means: Means, question: Question) -> tuple[Verdict, str]:
    if question.plan is None or question.step is None:
        return Verdict.UNKNOWN, "Only a step of a plan can be confirmed."
    with means.store.reading() as unit:
        signed, now = unit.sign_offs.of([subject_of(question.plan, question.step)]), unit.now()
    mine = [one for one in signed if one.kind is Kind.CONFIRMATION and one.name == question.about and one.holds(now)]
    if not mine:
        return Verdict.FAIL, f"Nobody has confirmed {question.about} of step {question.step}."
    return Verdict.PASS, f"{mine[-1].actor} confirmed {question.about} of step {question.step}."


CHECK = Check("confirmed", _ask, asks_about="a name for what is confirmed")
