"""The three answers to a check. Unknown never passes."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """The three answers."""

    PASS = "pass"  # noqa: S105 - an answer, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """One question, its answer, and one sentence that says what was found.

    `overridden` says that an administrator lets the step go on whatever the answer is; the answer stands all the same.
    """

    check: str
    verdict: Verdict
    sentence: str
    overridden: bool = False

    @property
    def passes(self) -> bool:
        """Whether it stands in nothing's way."""
        return self.verdict is Verdict.PASS or self.overridden

    def as_json(self) -> dict[str, Any]:
        """The answer as stored and shown."""
        told = {"check": self.check, "verdict": self.verdict.value, "sentence": self.sentence}
        return {**told, "overridden": True} if self.overridden else told


def passed(answers: Iterable[CheckAnswer]) -> bool:
    """Whether every answer is a pass, or overridden."""
    return all(answer.passes for answer in answers)


def in_the_way(answers: Iterable[CheckAnswer]) -> str:
    """The sentences of the answers that do not pass."""
    return " ".join(answer.sentence for answer in answers if not answer.passes)
