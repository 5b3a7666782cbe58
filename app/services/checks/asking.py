"""Asking checks by their names, as a plan names them."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from app.domain.refusals import Refusal
from app.services import checks
from app.services.checks.answers import CheckAnswer, Verdict
from app.services.checks.questions import Check, Means, Question

ALWAYS = "systems_reachable"
"""What every move asks, whoever asked for it."""


@cache
def known() -> Mapping[str, Check]:
    """Every check by its name: the files of this package that say CHECK."""
    modules = (import_module(f"{checks.__name__}.{found.name}") for found in iter_modules(checks.__path__))
    found: Iterable[Check] = (module.CHECK for module in modules if hasattr(module, "CHECK"))
    return {check.name: check for check in found}


@dataclass(frozen=True, slots=True)
class Checks:
    """Asks checks. No transaction may be open: some of them call systems."""

    means: Means
    told: dict[tuple[str, Hashable], CheckAnswer] | None = None
    """What was answered before, where that is to be told again; None where each is asked anew."""

    def once(self) -> "Checks":
        """What asks the same question once, for many steps at one moment: a system that is silent is waited for once.
        It must not be kept: what it was told does not grow old."""
        return replace(self, told={})

    def ask(
        self, names: Iterable[str], question: Question, overrides: AbstractSet[str] = frozenset()
    ) -> Sequence[CheckAnswer]:
        """An answer to each, in their order. A check that cannot be asked is unknown; raises Unreachable."""
        return [self._ask(name, question, overrides) for name in dict.fromkeys(names)]

    def watched(self, names: Iterable[str]) -> Sequence[str]:
        """Those of these checks that are asked again while a new owner is watched; an unknown one is among them."""
        return [name for name in names if name.partition(":")[0] not in known() or _check(name).in_bake]

    def _ask(self, called: str, question: Question, overrides: AbstractSet[str]) -> CheckAnswer:
        name, _, about = called.partition(":")
        if name not in known():
            answer = CheckAnswer(called, Verdict.UNKNOWN, f"This version has no check {name}.")
        else:
            answer = self._answer(called, replace(question, about=about))
        return replace(answer, overridden=called in overrides and answer.verdict is not Verdict.PASS)

    def _answer(self, called: str, question: Question) -> CheckAnswer:
        if self.told is None:
            return self._asked(called, question)
        same = called, _check(called).depends_on(question)
        if same not in self.told:
            self.told[same] = self._asked(called, question)
        return self.told[same]

    def _asked(self, called: str, question: Question) -> CheckAnswer:
        try:
            return _check(called).answer(self.means, question)
        except Refusal as refusal:
            return CheckAnswer(called, Verdict.UNKNOWN, f"It could not be asked: {refusal}")


def _check(called: str) -> Check:
    return known()[called.partition(":")[0]]
