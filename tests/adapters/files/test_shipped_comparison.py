"""What the brief says of its four approaches comes out of the shipped plans as figures; and so does what happened."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.forecast.changing import what_would_change
from app.domain.forecast.comparing import compare
from app.domain.forecast.figures import Comparison, Figures, Spread
from app.domain.forecast.given import Known
from app.domain.forecast.telling import members
from app.domain.forecast.wording import paragraph
from app.domain.plans import Plan
from app.domain.windows import fit
from tests.adapters.files.test_shipped_files import ROOT
from tests.adapters.files.test_shipped_plans import FILES, FOUR, LOADED

DRAWS = 400
KNOWN = Known(LOADED.milestones, FILES, datetime(2026, 12, 1, 17, tzinfo=UTC), fit)
CONNECTED = "mhv_writes_to_va_profile"


def without(plan: Plan, milestone: str) -> Plan:
    """The plan, not waiting for one milestone."""
    steps = (replace(one, milestones=tuple(m for m in one.milestones if m != milestone)) for one in plan.steps)
    return replace(plan, key=f"{plan.key}_too_soon", approach=None, title="B, too soon", steps=tuple(steps))


TOO_SOON = without(FOUR["B"], CONNECTED)
COMPARISON = compare((*FOUR.values(), TOO_SOON), KNOWN, DRAWS)
A, B, C, D, B_TOO_SOON = COMPARISON.plans


def days(one: Spread[int] | None) -> int:
    assert one is not None
    return one.p50


def end(one: Figures) -> int:
    assert one.finish is not None
    return one.finish.p50.toordinal()


def test_one_at_a_time_mhv_s_page_loses_one_preference_after_the_other() -> None:
    assert days(A.split) > 90
    assert days(A.split) > days(D.split)
    assert A.largest_move == 1


def test_mhv_s_pages_and_va_gov_s_write_one_system_only_once_mhv_is_connected() -> None:
    assert days(B.mismatch) == 0
    assert days(B_TOO_SOON.mismatch) > 90
    assert end(B) > end(A), "what it costs is the wait"


def test_feature_pages_first_end_no_sooner_and_send_more_veterans_back() -> None:
    assert (C.largest_move, days(C.mismatch)) == (1, 0)
    assert end(C) >= end(A)
    assert days(C.detour) > days(A.detour)
    assert "mhv_feature_pages_ready" in {one.milestone for one in C.deliverables}


def test_all_at_once_splits_nothing_risks_all_and_sends_veterans_back_far_longer() -> None:
    assert (days(D.split), days(D.mismatch), D.largest_move) == (0, 0, 6)
    assert days(D.detour) > 3 * days(A.detour)
    assert days(D.detour) > 3 * days(C.detour)


def test_what_no_system_holds_yet_is_not_frozen() -> None:
    assert [one.frozen_minutes for one in (A, B, C, D)] == [2 * 6] * 4


def test_each_approach_names_the_teams_that_must_deliver_and_by_when_to_tell_them() -> None:
    for one in (A, B, C, D):
        assert all(each.team and each.lead and each.tell_by and each.needed_by for each in one.deliverables)
    assert CONNECTED in {one.milestone for one in B.deliverables}
    assert CONNECTED not in {one.milestone for plan in (A, C, D) for one in plan.deliverables}


def test_the_paragraph_says_it_in_plain_words_with_the_figures_of_the_table() -> None:
    text = paragraph(replace(COMPARISON, plans=(A, B, C, D)))
    assert text.startswith("No plan is best on every count. A (One at a time, MHV not connected) ends soonest")
    assert f"for about {days(A.split)} days Veterans find their choices in two places" in text
    assert "D (All at once) never splits choices over two places." in text
    assert f"about {days(D.detour):,} days of detour to MHV over all preferences, against {days(A.detour)}" in text
    assert "it moves 6 preferences in one go, and if that fails, all 6 go back" in text


def test_no_milestone_that_comes_a_season_earlier_or_later_changes_which_approach_is_first() -> None:
    four = tuple(FOUR.values())
    assert what_would_change(four, KNOWN, compare(four, KNOWN, DRAWS), DRAWS) == ()


@pytest.mark.parametrize("beside", FOUR)
def test_what_happened_in_the_end_stands_beside_any_approach(beside: str) -> None:
    found: Comparison = compare((LOADED.plans["as_it_happened"], FOUR[beside]), KNOWN, DRAWS)
    happened = found.plans[0]
    assert happened.finish is not None
    assert (happened.largest_move, happened.deliverables, happened.why) == (1, (), {})
    assert days(happened.mismatch) == 0
    left = next(sentence for sentence in found.assumptions if "leaves as it is what others move" in sentence)
    assert "newsletter" in left
    assert "Lab" in left


def test_the_figures_in_the_documents_are_those_of_the_shipped_files() -> None:
    told = (ROOT / "docs" / "comparing.md").read_text(encoding="utf-8").replace(",", "")
    for one in compare(tuple(FOUR.values()), KNOWN).plans:
        assert one.finish is not None
        figures = (days(one.split), days(one.detour), days(one.mismatch), int(one.frozen_minutes), one.largest_move)
        ends = f"{one.finish.p50} | {one.finish.p10} to {one.finish.p90}"
        assert f"| {ends} | {' | '.join(map(str, figures))} |" in told, one.plan


def test_the_json_has_every_figure() -> None:
    assert all(value is not None for one in members(COMPARISON) for name, value in one.items() if name != "approach")
