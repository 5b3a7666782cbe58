"""Whether a flag is on in Unleash, for everybody."""

from app.services.checks.answers import Verdict
from app.services.checks.questions import Check, Means, Question
from app.services.flags import FlagState

_VERDICTS = {FlagState.ON: Verdict.PASS, FlagState.OFF: Verdict.FAIL, FlagState.UNKNOWN: Verdict.UNKNOWN}


def _ask(means: Means, question: Question) -> tuple[Verdict, str]:
    answer = means.flags.ask(question.about)
    return _VERDICTS[answer.state], answer.sentence


CHECK = Check(
    "unleash_flag",
    _ask,
    asks_about="the name of a flag",
    in_bake=True,
    depends_on=lambda question: question.about,
)
