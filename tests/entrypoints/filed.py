"""Plans that stand in real files, read by the real loader, for tests of the faces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app.adapters.files.plans import Limits
from app.adapters.files.ports import PlanFolder
from app.domain.catalogue import Catalogue, Fault
from app.domain.milestones import Milestone
from app.domain.plans import Plan
from app.services.checks.asking import known
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.invented import FIRST, ON_HOLD, ONLY_VA_GOV, SECOND, InventedPlans
from tests.entrypoints.world import World

LIMITS = Limits(timedelta(seconds=60), {name: check.asks_about for name, check in known().items()})

HEAD = 'title = "Invented"\ntime_zone = "America/New_York"\n'


@dataclass
class FiledPlans(InventedPlans):
    """See `services.planning.texts.PlanFiles`: those of a folder."""

    folder: PlanFolder = field(default_factory=lambda: PlanFolder(Path(), LIMITS))

    def load(self, catalogue: Catalogue) -> tuple[Mapping[str, Plan], tuple[Fault, ...]]:
        """See `services.planning.texts.PlanFiles`."""
        return self.folder.load(catalogue)

    def milestones(self) -> Mapping[str, Milestone]:
        """See `services.planning.texts.PlanFiles`."""
        return self.folder.milestones()

    def judge(self, key: str, text: str, catalogue: Catalogue) -> Plan:
        """See `services.planning.texts.PlanFiles`."""
        return self.folder.judge(key, text, catalogue)

    def read(self, key: str, text: str) -> Plan:
        """See `services.planning.texts.PlanFiles`."""
        return self.folder.read(key, text)


def world_of(url: str, folder: Path) -> World:
    """A service on a database and a folder of plans, whose first two preferences MHV holds."""
    folder.mkdir()
    made = World(url, plans=FiledPlans(folder=PlanFolder(folder, LIMITS)))
    made.files.put(FIRST, SECOND, ON_HOLD, ONLY_VA_GOV)
    made.context.keeper.reload()
    made.adopt(FIRST_KEY, SECOND_KEY)
    return made


def put(world: World, key: str, text: str) -> None:
    """Write a plan's file, or that of the milestones."""
    assert isinstance(world.plans, FiledPlans)
    (world.plans.folder.folder / f"{key}.toml").write_text(text, encoding="utf-8")


def step(name: str, key: str = FIRST_KEY, *lines: str, to: str | None = "va_gov") -> str:
    """The text of one step that moves one preference; `lines` are further lines of it."""
    target = [] if to is None else [f'to = "{to}"']
    return "\n".join(["[[steps]]", f'id = "{name}"', f'preferences = ["{key}"]', *target, *lines, ""])


def text(*steps: str, head: str = HEAD) -> str:
    """The text of a plan."""
    return head + "".join(steps)
