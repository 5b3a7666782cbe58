"""The files that come with the product are right, in every environment, and every key of them is explained."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.files import catalogue, plans
from app.adapters.files.plans import Limits
from app.domain.catalogue import Catalogue, MhvBinding, Preference, Status, VaGovBinding
from app.domain.milestone_file import MILESTONES
from app.domain.ownership import System
from app.domain.plan_shape import LATER, PLAN
from app.domain.preference_shape import PREFERENCE
from app.domain.shapes import Named, Table, Tables
from app.services.checks.asking import known

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENTS = ["production", "staging", "sandbox"]
LONGEST_OLDER_WRITE = timedelta(seconds=45)
LIMITS = Limits(LONGEST_OLDER_WRITE, {name: check.asks_about for name, check in known().items()})

APPROACHES = {
    "A": "a_one_at_a_time",
    "B": "b_mhv_writes_to_va_profile",
    "C": "c_feature_pages_first",
    "D": "d_all_at_once",
}

# key: status, start, MHV's contract and path, VA Profile's item, and whether that item is in the sandbox only
SHIPPED = {
    "rx_refill_shipment": (Status.LIVE, System.MHV, MhvBinding("rx"), 4, False),
    "appointment_reminders": (Status.LIVE, System.MHV, MhvBinding("assumed", "appointments"), 3, False),
    "secure_messaging_alerts": (Status.LIVE, System.MHV, MhvBinding("secure_messaging"), 9, False),
    "medical_images_available": (Status.LIVE, System.MHV, MhvBinding("images"), 10, False),
    "mhv_newsletter": (Status.LIVE, System.MHV, MhvBinding("assumed", "newsletter"), 11, False),
    "health_summary_sharing": (Status.ON_HOLD, System.MHV, MhvBinding("assumed", "healthsummary"), 901, True),
    "lab_results_ready": (Status.PLANNED, None, None, 902, True),
}


def shipped(environment: str) -> dict[str, Preference]:
    """The preferences of the product."""
    loaded = catalogue.load(ROOT / "flags", environment)
    assert [str(fault) for fault in loaded.faults] == []
    return loaded.preferences


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_seven_preferences_are_as_they_stood_before_anything_moved(environment: str) -> None:
    preferences = shipped(environment)
    assert set(preferences) == set(SHIPPED)
    for key, (status, start, mhv, item, only_sandbox) in SHIPPED.items():
        found = preferences[key]
        va_gov = None if only_sandbox and environment != "sandbox" else VaGovBinding(item, 2)
        assert (found.status, found.starts_with) == (status, start)
        assert (found.systems.get(System.MHV), found.systems.get(System.VA_GOV)) == (mhv, va_gov)


@pytest.mark.parametrize(("environment", "approvals"), [("production", 1), ("staging", 1), ("sandbox", 0)])
def test_only_the_sandbox_moves_without_an_approval(environment: str, approvals: int) -> None:
    assert {each.approvals_by_hand for each in shipped(environment).values()} == {approvals}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_shipped_plans_can_be_started(environment: str) -> None:
    loaded = plans.load(ROOT / "cutover_plans", Catalogue(shipped(environment)), LIMITS)
    assert [str(fault) for fault in loaded.faults] == []
    assert set(loaded.plans) == {*APPROACHES.values(), "as_it_happened", "demo"}


def test_the_demo_moves_three_there_and_one_back_in_less_than_a_minute() -> None:
    plan = plans.load(ROOT / "cutover_plans", Catalogue(shipped("sandbox")), LIMITS).plans["demo"]
    assert [step.to for step in plan.steps] == [System.VA_GOV] * 3 + [System.MHV]
    assert plan.steps[3].preferences == plan.steps[1].preferences
    assert sum((step.wait + step.bake for step in plan.steps), timedelta(0)) < timedelta(minutes=1)


def keys(kind: object) -> set[str]:
    """Every key of a shape, whatever table it stands in."""
    if isinstance(kind, Table):
        return {rule.name for rule in kind.rules}.union(*(keys(rule.kind) for rule in kind.rules))
    return keys(kind.of) if isinstance(kind, Named | Tables) else set()


@pytest.mark.parametrize(
    ("document", "wanted"),
    [("flags/README.md", keys(PREFERENCE)), ("docs/plans.md", keys(PLAN) | keys(MILESTONES) | LATER)],
    ids=["flags", "plans"],
)
def test_every_key_is_explained(document: str, wanted: set[str]) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    explained = set(re.findall(r"\b[a-z_]+\b", " ".join(re.findall(r"`[^`\n]+`", text))))
    assert len(wanted) > 10
    assert wanted - explained == set()
