"""A comparison as rows of a table and as members of JSON."""

import json
from dataclasses import replace
from datetime import timedelta

from app.domain.forecast.comparing import compare
from app.domain.forecast.telling import members, table
from app.domain.milestones import Milestone
from tests.domain.forecast.making import known, plan, point, preference, step

ANTS = point("ants_live", "2027-03-01", team="Ants", lead=timedelta(weeks=2))
WORLD = known((ANTS,), (preference("ants", "ants_feature"),))
MOVING = plan("moving", step("ants", milestones=("ants_live",), freeze_limit=timedelta(seconds=90)), approach="A")
FOUND = compare((MOVING,), WORLD, draws=3)
UNDATED = compare((MOVING,), replace(WORLD, milestones={"ants_live": Milestone("ants_live", "Ants")}), draws=3)


def test_json_has_the_names_that_are_promised_and_survives_being_written() -> None:
    (one,) = json.loads(json.dumps(members(FOUND)))
    assert one == {
        "plan": "moving",
        "title": "Plan moving",
        "approach": "A",
        "finish_p10": "2027-03-01",
        "finish_p50": "2027-03-01",
        "finish_p90": "2027-03-01",
        **{f"{name}_days_{rank}": 0 for name in ("split", "detour", "mismatch") for rank in ("p10", "p50", "p90")},
        "frozen_minutes": 1.5,
        "largest_move": 1,
        "deliverables": [
            {
                "milestone": "ants_live",
                "step": None,
                "title": "ants_live is there",
                "team": "Ants",
                "lead": "2w",
                "tell_by": "2027-02-15",
                "needed_by": "2027-03-01",
                "why": None,
            }
        ],
        "why": {},
    }


def test_what_nobody_knows_is_null_in_json_with_the_sentence_why() -> None:
    (one,) = members(UNDATED)
    assert {one[name] for name in ("finish_p50", "split_days_p50", "detour_days_p50", "mismatch_days_p50")} == {None}
    sentence = "Step ants waits for “Ants”, for which nobody has given an estimate."
    assert one["why"] == dict.fromkeys(
        ("split_days_p50", "detour_days_p50", "mismatch_days_p50", "finish_p50"), sentence
    )


def test_a_whole_number_of_minutes_is_written_as_one() -> None:
    whole = compare((plan("moving", step("ants")),), WORLD, draws=3)
    assert json.dumps(members(whole)[0]["frozen_minutes"]) == "2"


def test_the_table_has_headings_and_a_row_for_each_plan() -> None:
    head, row = table(FOUND)
    assert dict(zip(head, row, strict=True)) == {
        "Plan": "A: Plan moving",
        "Ends (even chance)": "2027-03-01",
        "Ends (8 in 10)": "2027-03-01 to 2027-03-01",
        "Split days": "0",
        "Detour days": "0",
        "Mismatch days": "0",
        "Frozen minutes": "1.5",
        "Most in one move": "1",
        "Other teams must deliver": "Ants: 1",
    }


def test_what_nobody_knows_is_a_question_mark_in_the_table() -> None:
    assert table(UNDATED)[1][1:6] == ["?", "?", "?", "?", "?"]
    assert table(UNDATED)[1][8] == "nobody named: 1"
