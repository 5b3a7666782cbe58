"""The plans that are shipped, over the files that are shipped: each can be looked at, previewed and asked about."""

from pathlib import Path

import pytest

from app.adapters.files.ports import FlagFolder, PlanFolder
from app.domain.roles import Role
from tests.entrypoints.api.asking import api
from tests.entrypoints.api.planned import preview
from tests.entrypoints.filed import LIMITS, FiledPlans
from tests.entrypoints.world import World

ROOT = Path(__file__).resolve().parents[3]
PLANS = sorted(path.stem for path in (ROOT / "cutover_plans").glob("*.toml") if path.stem != "milestones")


@pytest.mark.parametrize("key", PLANS)
def test_a_shipped_plan_is_previewed_from_its_first_step_on(sqlite_url: str, key: str) -> None:
    world = World(sqlite_url, plans=FiledPlans(folder=PlanFolder(ROOT / "cutover_plans", LIMITS)))
    world.files.load = FlagFolder(ROOT / "flags", "production").load  # type: ignore[method-assign]
    world.context.keeper.reload()
    world.adopt(*(one.key for one in world.context.catalogue.preferences.values() if one.starts_with is not None))
    ada = api(world, Role.OPERATOR)
    plan = ada.get(f"/plans/{key}").get_json()

    told = preview(ada, key)

    steps = {one["step"] for one in (*told["actions"], *told["never"])}
    assert steps == {one["id"] for one in plan["steps"]}
    assert len(told["actions"]) + len(told["never"]) == len(plan["steps"])
    times = [one["at"] for one in told["actions"]]
    assert times == sorted(times)
    assert world.troubles == []
    world.store.close()
