"""Whether the systems that a move concerns answer."""

from app.services.checks.answers import Verdict
from app.services.checks.questions import Check, Means, Question


def _ask(means: Means, question: Question) -> tuple[Verdict, str]:
    troubles = {system: means.systems[system].reachable() for system in question.systems}
    silent = [f"{system.label} does not answer: {trouble}" for system, trouble in troubles.items() if trouble]
    if silent:
        return Verdict.FAIL, " ".join(silent)
    names = " and ".join(system.label for system in question.systems)
    return Verdict.PASS, f"{names or 'No system'} {'answers' if len(question.systems) == 1 else 'answer'}."


CHECK = Check("systems_reachable", _ask, in_bake=True, depends_on=lambda question: tuple(question.systems))
