"""Whether anything was found of writes to a system that was not the owner, or that were answered too late."""

from collections.abc import Iterable

from app.domain.evidence import Kind
from app.domain.ownership import System
from app.services.checks.answers import Verdict
from app.services.checks.questions import Check, Means, Question
from app.services.incidents import open_incidents
from app.services.judging import Unexplained, unexplained

KINDS = (Kind.WRONG_SIDE, Kind.LATE_ANSWER)

NAMED = 5
"""So many are told with their details; of more, only the number is."""


def _ask(means: Means, question: Question) -> tuple[Verdict, str]:
    with means.store.reading() as unit:
        incidents = [one for one in open_incidents(unit, question.preferences) if one.what.kind in KINDS]
        reports = unexplained(unit, question.preferences, means.patience)
    if incidents:
        told = _few(f"{one.id}: {one.what.detail}" for one in incidents)
        return Verdict.FAIL, f"Incidents are open ({told}). Look at them: cutover incidents list --open"
    if reports.wrong:
        return Verdict.FAIL, _few(one.detail for one in reports.wrong)
    if not means.reporting:
        why = "No system's reports of writes are taken, so nobody would tell of one on the wrong side."
        return Verdict.UNKNOWN, f"{why} Set VA_PROFILE_REPORT_KEYS, or leave this check out of the plan."
    if reports.young:
        return Verdict.UNKNOWN, f"{reports.young} reported writes are not explained yet; their writers may still do so."
    return Verdict.PASS, _nothing(means, reports)


def _nothing(means: Means, reports: Unexplained) -> str:
    telling = " and ".join(system.label for system in System if system in means.reporting)
    silent = " and ".join(system.label for system in System if system not in means.reporting)
    told = [f"No write on the wrong side is known; {telling} reports what it accepts"]
    told += [f", {silent} does not."] if silent else ["."]
    if reports.early:
        told += [f" {reports.early} reports came so soon after a change of owner that they may be of writes before it."]
    return "".join(told)


def _few(sentences: Iterable[str]) -> str:
    told = list(sentences)
    more = f" And {len(told) - NAMED} more." if len(told) > NAMED else ""
    return " ".join(told[:NAMED]) + more


CHECK = Check("no_wrong_side_writes", _ask, in_bake=True)
