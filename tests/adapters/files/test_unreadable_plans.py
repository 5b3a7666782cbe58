"""A plan or a milestone that cannot be read opens nothing: a fault is told, and what waited for it goes on waiting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.adapters.files import catalogue, plans
from app.adapters.files.plans import Limits
from app.domain.catalogue import Catalogue
from app.domain.plan_deciding import Known, decide
from app.domain.plans import Plan, StepRow
from tests.domain.file_texts import PLAN, PREFERENCE, changed

LIMITS = Limits(timedelta(0), {})
KNOWN = Catalogue(catalogue.read_texts({"reports": PREFERENCE}, "production").preferences)
WAITING = changed(
    PLAN[: PLAN.rindex("[[steps]]")], "not_before = 2027-03-02T00:00:00", 'needs = { milestones = ["live"] }'
)
MILESTONES = '[live]\ntitle = "It is live"\n'
NOW = datetime(2027, 3, 2, tzinfo=UTC)
BROKEN = [b"[live\n", b"\xff", b'[live]\ntitel = "It is live"\n', b"", b"# " + b"x" * 300_000]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one plan that waits for one milestone."""
    (tmp_path / "one.toml").write_text(WAITING)
    (tmp_path / "milestones.toml").write_text(MILESTONES)
    return tmp_path


def test_18_while_the_files_are_right_the_plan_loads_and_waits_for_its_milestone(folder: Path) -> None:
    loaded = plans.load(folder, KNOWN, LIMITS)
    assert (loaded.faults, set(loaded.milestones)) == ([], {"live"})
    waits = _waits(loaded.plans["one"], folder)
    assert waits == ["the milestone “It is live”"]


@pytest.mark.parametrize("broken", BROKEN, ids=["not TOML", "not text", "a wrong key", "empty", "too large"])
def test_18_milestones_that_cannot_be_read_open_no_step(folder: Path, broken: bytes) -> None:
    started = plans.load(folder, KNOWN, LIMITS).plans["one"]
    (folder / "milestones.toml").write_bytes(broken)
    loaded = plans.load(folder, KNOWN, LIMITS)
    assert (loaded.plans, loaded.milestones) == ({}, {})
    assert {fault.file.rpartition("/")[2] for fault in loaded.faults} == {"milestones.toml", "one.toml"}
    assert [fault.mend for fault in loaded.faults if fault.file.endswith("one.toml")] == ["Mend milestones.toml first."]
    assert len({str(fault) for fault in loaded.faults}) == len(loaded.faults)
    assert _waits(started, folder) == ["the milestone live, which is not in milestones.toml any more"]


@pytest.mark.parametrize("broken", [b"[[steps\n", b"\xff", b"", b"# nothing is scheduled\n", b'title = "x"\n'])
def test_18_a_plan_that_cannot_be_read_is_refused_and_not_taken_for_one_without_steps(
    folder: Path, broken: bytes
) -> None:
    (folder / "one.toml").write_bytes(broken)
    loaded = plans.load(folder, KNOWN, LIMITS)
    assert loaded.plans == {}
    assert {fault.file.rpartition("/")[2] for fault in loaded.faults} == {"one.toml"}


@pytest.mark.parametrize("broken", BROKEN, ids=["not TOML", "not text", "a wrong key", "empty", "too large"])
def test_a_text_that_somebody_sent_is_judged_by_milestones_that_can_be_read(folder: Path, broken: bytes) -> None:
    assert isinstance(plans.judge_text("two", WAITING, KNOWN, LIMITS, folder), Plan)
    (folder / "milestones.toml").write_bytes(broken)
    told = plans.judge_text("two", WAITING, KNOWN, LIMITS, folder)
    assert isinstance(told, list)
    assert told[0].mend == "Mend milestones.toml first."


def test_without_a_file_of_milestones_there_are_none(folder: Path) -> None:
    (folder / "milestones.toml").unlink()
    assert plans.load_milestones(folder) == {}
    (told,) = plans.load(folder, KNOWN, LIMITS).faults
    assert told.what == "There is no milestone live in milestones.toml."


def test_a_folder_that_is_not_there_is_a_fault_and_has_no_milestones(folder: Path) -> None:
    assert plans.load_milestones(folder / "one.toml" / "gone") == {}
    loaded = plans.load(folder / "gone", KNOWN, LIMITS)
    assert (loaded.plans, loaded.milestones, len(loaded.faults)) == ({}, {}, 1)


def test_no_plan_is_called_milestones(folder: Path) -> None:
    told = plans.judge_text("milestones", WAITING, KNOWN, LIMITS, folder)
    assert isinstance(told, list)
    assert told[0].mend == "Give the plan another name."


def _waits(plan: Plan, folder: Path) -> list[str]:
    """What the one step of a started plan waits for, with the milestones of now."""
    around = Known(NOW, NOW, {}, plans.load_milestones(folder))
    decision = decide(plan, plan.steps[0], StepRow("one", "first"), around)
    assert not decision.is_due
    return [wait.words for wait in decision.waits]
