"""Texts that were kept give the same preferences as the files that they came from; plans likewise."""

from datetime import timedelta
from pathlib import Path

from app.adapters.files import catalogue, plans
from app.adapters.files.plans import Limits
from app.domain.catalogue import Catalogue
from app.domain.plans import Plan
from tests.domain.file_texts import PLAN, PREFERENCE, changed

NO_FREEZE = timedelta(0)
ONE_STEP = PLAN[: PLAN.rindex("[[steps]]")]


def test_kept_texts_give_the_same_catalogue(tmp_path: Path) -> None:
    (tmp_path / "reports.toml").write_bytes(b"\xef\xbb\xbf" + PREFERENCE.replace("\n", "\r\n").encode())
    loaded = catalogue.load(tmp_path, "staging")
    assert loaded.faults == []
    assert catalogue.read_texts(loaded.texts, "staging") == loaded


def test_a_kept_text_with_a_fault_is_told_by_the_name_of_its_file() -> None:
    loaded = catalogue.read_texts({"reports": "title = 3\n", "letters": PREFERENCE}, "production")
    assert set(loaded.preferences) == {"letters"}
    assert {fault.file for fault in loaded.faults} == {"flags/reports.toml"}


def test_plans_are_read_by_key_and_milestones_are_none(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(ONE_STEP)
    (tmp_path / "milestones.toml").write_text('[live]\ntitle = "It is live"\n')
    known = Catalogue(catalogue.read_texts({"reports": PREFERENCE}, "production").preferences)
    loaded = plans.load(tmp_path, known, Limits(NO_FREEZE, {}))
    assert (set(loaded.plans), loaded.faults) == ({"one"}, [])


def test_a_faulty_plan_takes_no_other_with_it(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(ONE_STEP)
    (tmp_path / "bad.toml").write_text(changed(ONE_STEP, "reports", "reprots"))
    (tmp_path / "ugly.toml").write_bytes(b"\xff")
    known = Catalogue(catalogue.read_texts({"reports": PREFERENCE}, "production").preferences)
    loaded = plans.load(tmp_path, known, Limits(NO_FREEZE, {}))
    assert set(loaded.plans) == {"good"}
    assert {fault.file.rpartition("/")[2] for fault in loaded.faults} == {"bad.toml", "ugly.toml"}


def test_a_started_plan_is_read_from_its_kept_text_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(ONE_STEP)
    known = Catalogue(catalogue.read_texts({"reports": PREFERENCE}, "production").preferences)
    plan = plans.load(tmp_path, known, Limits(NO_FREEZE, {})).plans["one"]
    assert plans.read_text("one", plan.text) == plan


def test_a_kept_plan_that_cannot_be_read_is_a_fault_and_no_plan() -> None:
    read = plans.read_text("one", "steps = []")
    assert not isinstance(read, Plan)
    assert {fault.file for fault in read} == {"cutover_plans/one.toml"}
