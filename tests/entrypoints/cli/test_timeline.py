"""The timeline of a plan on the command line."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.domain.ownership import System
from app.domain.plans import Step
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY
from tests.entrypoints.cli.running import Cutover
from tests.entrypoints.invented import plan
from tests.entrypoints.world import World

ONE = Step("one", (FIRST_KEY,), System.VA_GOV, milestones=("parcels_live",))
TWO = Step("two", (SECOND_KEY,), System.VA_GOV)


@pytest.fixture
def planned(world: World) -> World:
    """A plan that was not started, of which one step waits for what nobody knows."""
    world.adopt(FIRST_KEY, SECOND_KEY)
    world.plans.plans = {"slow": replace(plan("slow", ONE, TWO), title="Slow")}
    return world


def test_people_get_the_description_and_the_table(planned: World, cutover: Cutover) -> None:
    ran = cutover("plans", "timeline", "slow", "--draws", "9")

    assert ran.status == 0
    assert ran.out.startswith("The plan was not started: its dates are as if it were started today, ")
    assert "veterans warned" in ran.out
    assert "no date: Step one waits for parcels_live, which is no milestone any more." in ran.out
    assert "No blackout falls into these days." in ran.out


def test_programs_get_the_lines_and_the_rows(planned: World, cutover: Cutover) -> None:
    ran = cutover("plans", "timeline", "slow", "--draws", "9", "--json")

    assert (ran.status, ran.err) == (0, "")
    assert [(one["step"], one["look"]) for one in ran.json["steps"]] == [("one", "undated"), ("two", "expected")]


@pytest.mark.parametrize(("asked", "width"), [((), "1216"), (("--narrow",), "343")])
def test_the_picture_is_written_to_a_file(
    planned: World, cutover: Cutover, tmp_path: Path, asked: tuple[str, ...], width: str
) -> None:
    file = tmp_path / "slow.svg"

    assert cutover("plans", "timeline", "slow", "--draws", "9", "--svg", str(file), *asked).status == 0

    root = ElementTree.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - the product wrote it
    assert root.attrib["viewBox"].split()[2] == width
