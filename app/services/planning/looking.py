"""Looking at plans: one that was started as it runs, any other as it would be started."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.catalogue import Catalogue
from app.domain.milestones import Milestone
from app.domain.plans import Plan, PlanRow, Step
from app.domain.refusals import Refusal
from app.services.planning.starting import candidate
from app.services.planning.surroundings import Surroundings
from app.services.planning.texts import PlanFiles
from app.services.store import Unit


@dataclass(frozen=True, slots=True)
class Looking:
    """Where plans are looked up, with the preferences and milestones of now."""

    files: PlanFiles
    catalogue: Catalogue
    milestones: Mapping[str, Milestone]

    def started(self, unit: Unit, row: PlanRow) -> Surroundings:
        """A plan that was started, by the text that is in force. Refusal `plan_invalid`."""
        return Surroundings.of(unit, self.files.read(row.key, row.text), row, self.catalogue, self.milestones)

    def one(self, unit: Unit, key: str) -> tuple[Plan, Surroundings | None]:
        """One plan. Refusals `not_found`, `plan_invalid`."""
        row = unit.plans.find(key)
        if row is None:
            return candidate(unit, self.files, self.catalogue, key), None
        around = self.started(unit, row)
        return around.plan, around

    def unread(self, row: PlanRow) -> Plan:
        """What is known of a plan whose text this version cannot read: its steps by name, and nothing of them."""
        steps = tuple(Step(step.id, (), None) for step in row.steps)
        return Plan(row.key, f"{row.key} (its text cannot be read)", "UTC", steps, row.text, row.hash)

    def ending(self, unit: Unit, key: str) -> tuple[Plan, Surroundings | None]:
        """As `one`; but a plan that runs and cannot be read any more is found too, so that it can be ended."""
        try:
            return self.one(unit, key)
        except Refusal:
            row = unit.plans.find(key)
            if row is None:
                raise
            plan = self.unread(row)
            return plan, Surroundings.of(unit, plan, row, self.catalogue, self.milestones)

    def unfinished(self, unit: Unit) -> tuple[list[Surroundings], list[str]]:
        """Every plan that runs or is paused, and why others that do cannot be read."""
        found, unreadable = list[Surroundings](), list[str]()
        for row in unit.plans.all():
            if row.is_over:
                continue
            try:
                found.append(self.started(unit, row))
            except Refusal as refusal:
                unreadable.append(f"The plan {row.key} is {row.state} and its text cannot be read. {refusal}")
        return found, unreadable
