"""Where texts of plans, and the milestones that they name, come from."""

from collections.abc import Mapping
from typing import Protocol

from app.domain.catalogue import Catalogue, Fault
from app.domain.milestones import Milestone
from app.domain.plans import Plan
from app.services.planning.editing import Edit


class PlanFiles(Protocol):
    """The plans' files, and the reading of texts that were stored or sent."""

    def load(self, catalogue: Catalogue) -> tuple[Mapping[str, Plan], tuple[Fault, ...]]:
        """Every plan that can be started, by key, and everything that is wrong in the others."""

    def milestones(self) -> Mapping[str, Milestone]:
        """The milestones as their file says; none while it cannot be read."""

    def read(self, key: str, text: str) -> Plan:
        """A plan from a text that was accepted before: what it names is not judged again. Refusal `plan_invalid` for
        one that this version cannot read."""

    def judge(self, key: str, text: str, catalogue: Catalogue) -> Plan:
        """A plan from a text that somebody wrote. Refusal `plan_invalid`, with every fault."""


class EditablePlanFiles(PlanFiles, Protocol):
    """The same, where a form may change a text."""

    def edited(self, text: str, edit: Edit) -> str:
        """A text that was judged before, with an edit, and else as it was written. Refusals `not_found`,
        `plan_invalid` for one that cannot be edited so."""
