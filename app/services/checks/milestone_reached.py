"""Whether a person recorded that a milestone was reached."""

from app.services.checks.answers import Verdict
from app.services.checks.questions import Check, Means, Question
from app.services.planning.surroundings import facts_of


def _ask(means: Means, question: Question) -> tuple[Verdict, str]:
    with means.store.reading() as unit:
        milestone = facts_of(means.milestones(), unit.milestones.all()).get(question.about)
    if milestone is None:
        return Verdict.UNKNOWN, f"There is no milestone {question.about} in milestones.toml."
    if milestone.reached is None:
        return Verdict.FAIL, f"The milestone “{milestone.title}” is not reached."
    return Verdict.PASS, f"The milestone “{milestone.title}” was reached."


CHECK = Check("milestone_reached", _ask, asks_about="the key of a milestone")
