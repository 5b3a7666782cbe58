"""Checks: questions with three answers. Unknown never passes. They are asked with no transaction open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.ownership import System, Target
from app.services.systems import SystemPort


class Verdict(StrEnum):
    """The three answers."""

    PASS = "pass"  # noqa: S105 - an answer, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """One question, its answer, and one sentence that says what was found."""

    check: str
    verdict: Verdict
    sentence: str

    def as_json(self) -> dict[str, str]:
        """The answer as stored and shown."""
        return {"check": self.check, "verdict": self.verdict.value, "sentence": self.sentence}


def systems_reachable(systems: Mapping[System, SystemPort], origin: System | None, to: Target) -> Sequence[CheckAnswer]:
    """Whether the systems that a move concerns answer: the one it leaves, and the one it goes to."""
    concerned = [system for system in System if system in (origin, to)]
    return [_reachable(system, systems[system]) for system in concerned]


def passed(answers: Sequence[CheckAnswer]) -> bool:
    """Whether every answer is a pass."""
    return all(answer.verdict is Verdict.PASS for answer in answers)


def _reachable(system: System, port: SystemPort) -> CheckAnswer:
    trouble = port.reachable()
    if trouble is None:
        return CheckAnswer("systems_reachable", Verdict.PASS, f"{system.label} answers.")
    return CheckAnswer("systems_reachable", Verdict.FAIL, f"{system.label} does not answer: {trouble}")
