"""Plans that run in a world of the services, and the tick."""

from collections.abc import Mapping

from app.domain.catalogue import Catalogue, Fault
from app.domain.milestones import Milestone
from app.domain.moves import Move
from app.domain.plans import Plan, PlanRow, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.planning.starting import start_plan
from app.services.scheduling import Scheduler, Ticked
from tests.services.world import PM, World


def plan(*steps: Step, key: str = "plan", title: str = "The plan") -> Plan:
    """A plan whose text does not matter."""
    return Plan(key, title, "America/New_York", steps, f"text of {key}", "hash")


class Timetable:
    """Plans that run in a world, and the tick."""

    def __init__(self, world: World, *plans: Plan) -> None:
        self.world, self.plans = world, {one.key: one for one in plans}
        self.unreadable: set[str] = set()
        world.adopt()
        for one in plans:
            self.start(one)

    def start(self, one: Plan) -> PlanRow:
        """Start a plan."""
        self.plans[one.key] = one
        with self.world.store.writing() as unit:
            return start_plan(unit, one, PM)

    def tick(self, times: int = 1) -> Ticked:
        """Tick, and answer what the last tick did."""
        for _ in range(times - 1):
            self.scheduler().tick(self.world.files)
        return self.scheduler().tick(self.world.files)

    def scheduler(self) -> Scheduler:
        """What ticks: one that has read nothing yet."""
        return Scheduler(self.world.store, self, self.world.checks())

    def milestones(self) -> Mapping[str, Milestone]:
        """The milestones of the world."""
        return self.world.milestones

    def load(self, _catalogue: Catalogue) -> tuple[Mapping[str, Plan], tuple[Fault, ...]]:
        """Every plan."""
        return self.plans, ()

    def judge(self, key: str, text: str, _catalogue: Catalogue) -> Plan:
        """A plan from a text that somebody wrote."""
        return self.read(key, text)

    def read(self, key: str, text: str) -> Plan:
        """A plan from the text that was stored."""
        if key in self.unreadable:
            raise Refusal("plan_invalid", "It has a key of another version.", "")
        assert text == self.plans[key].text
        return self.plans[key]

    def row(self, key: str = "plan") -> PlanRow:
        """A plan as it is stored."""
        with self.world.store.reading() as unit:
            found = unit.plans.find(key)
        assert found is not None
        return found

    def step(self, name: str) -> StepRow:
        """A step as it is stored."""
        return next(step for step in self.row().steps if step.id == name)

    def state(self, name: str) -> StepState:
        """The state of a step."""
        return self.step(name).state

    def move(self, name: str) -> Move:
        """The move of a step."""
        number = self.step(name).move
        assert number is not None
        return self.world.move(number)
