"""Preferences as files describe them: what each system can hold, and what may be moved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.catalogue import Catalogue, Choice, Fault, MhvBinding, Preference, Status, Stored, VaGovBinding
from app.domain.ownership import System
from app.domain.refusals import Refusal

MHV, VA_GOV = System.MHV, System.VA_GOV
ALERTS = Preference(
    key="secure_messaging_alerts",
    title="Secure messaging alerts",
    channel="email",
    status=Status.LIVE,
    starts_with=MHV,
    feature="secure_messaging",
    surfaces=("mhv_profile",),
    choices=(
        Choice("daily", {MHV: 2, VA_GOV: True}, loses="the once-a-day bundle"),
        Choice("off", {MHV: 0, VA_GOV: False}),
        Choice("each", {MHV: 1, VA_GOV: True}),
        Choice("weekly", {MHV: 3}),
    ),
    systems={MHV: MhvBinding("secure_messaging"), VA_GOV: VaGovBinding(9, 2)},
)
FILES = Catalogue({ALERTS.key: ALERTS})


def test_a_system_holds_the_choices_that_it_can_tell_apart() -> None:
    assert ALERTS.choices_held_by(MHV) == ("daily", "off", "each", "weekly")
    assert ALERTS.choices_held_by(VA_GOV) == ("off", "each")


@pytest.mark.parametrize(
    ("choice", "system", "value"),
    [("daily", MHV, 2), ("off", MHV, 0), ("each", MHV, 1), ("off", VA_GOV, False), ("each", VA_GOV, True)],
)
def test_a_choice_that_is_held_comes_back_as_it_was_made(choice: str, system: System, value: Stored) -> None:
    assert ALERTS.value(choice, system) == value
    assert type(ALERTS.value(choice, system)) is type(value)
    assert ALERTS.choice(value, system) == choice


@pytest.mark.parametrize("choice", ["daily", "weekly"], ids=["stored alike with another", "left out"])
def test_a_choice_that_the_owner_cannot_hold_is_refused_with_those_that_it_can(choice: str) -> None:
    with pytest.raises(Refusal) as refused:
        ALERTS.value(choice, VA_GOV)
    assert (refused.value.code, refused.value.status) == ("choice_not_held", 422)
    assert refused.value.facts == {"owner": VA_GOV, "choices": ("off", "each")}


def test_a_choice_that_would_lose_something_says_what() -> None:
    with pytest.raises(Refusal, match="lose the once-a-day bundle"):
        ALERTS.value("daily", VA_GOV)


def test_an_unknown_choice_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal) as refused:
        ALERTS.value("hourly", MHV)
    assert refused.value.code == "choice_unknown"
    assert refused.value.facts == {"choices": ("daily", "off", "each", "weekly")}


@pytest.mark.parametrize(("value", "system"), [(4, MHV), (3, VA_GOV)])
def test_a_value_that_no_choice_has_stands_for_none(value: Stored, system: System) -> None:
    assert ALERTS.choice(value, system) is None


def test_an_unknown_preference_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(Refusal) as refused:
        FILES.preference("secure_mesaging_alerts")
    assert (refused.value.code, refused.value.status) == ("preference_unknown", 404)
    assert "secure_messaging_alerts" in refused.value.mend


def test_without_any_preference_the_refusal_says_so() -> None:
    with pytest.raises(Refusal, match="none"):
        Catalogue().preference("a")


def test_a_live_preference_may_be_moved_to_either_system_and_retired() -> None:
    for to in (MHV, VA_GOV, None):
        FILES.require_movable(ALERTS.key, to)


@pytest.mark.parametrize(
    ("changed", "to", "code"),
    [
        (replace(ALERTS, status=Status.ON_HOLD), VA_GOV, "not_live"),
        (replace(ALERTS, status=Status.PLANNED), VA_GOV, "not_live"),
        (replace(ALERTS, status=Status.ON_HOLD), None, "not_live"),
        (replace(ALERTS, advisory_writers=True, advisory_ttl=timedelta(0)), VA_GOV, "advisory_writers"),
        (replace(ALERTS, systems={MHV: MhvBinding("rx")}), VA_GOV, "no_contract"),
    ],
    ids=["on hold", "planned", "on hold, retired", "advisory writers", "no contract"],
)
def test_what_its_file_does_not_allow_is_refused(changed: Preference, to: System | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        Catalogue({changed.key: changed}).require_movable(changed.key, to)
    assert (refused.value.code, refused.value.status) == (code, 409)


def test_a_preference_whose_file_has_gone_cannot_be_moved_and_is_still_known() -> None:
    gone = replace(FILES, missing=frozenset({ALERTS.key}))
    assert gone.preference(ALERTS.key) is ALERTS
    with pytest.raises(Refusal) as refused:
        gone.require_movable(ALERTS.key, VA_GOV)
    assert refused.value.code == "file_missing"


def test_a_fault_says_where_what_and_what_to_do() -> None:
    fault = Fault("flags/a.toml", 3, "status", "This key is missing.", "Add status.")
    assert str(fault) == "flags/a.toml:3: status: This key is missing. Add status."
    assert str(replace(fault, line=None, key=None, mend="")) == "flags/a.toml: This key is missing."
