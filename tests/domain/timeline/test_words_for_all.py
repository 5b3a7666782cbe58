"""The same timeline for whoever does not see it: at most six sentences, a table, and what the marks mean."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from app.domain.ownership import NOBODY, System
from app.domain.plans import PlanState
from app.domain.timeline.describing import describe, title_of
from app.domain.timeline.drawing.key import key
from app.domain.timeline.shapes import Timeline
from app.domain.timeline.table import COLUMNS, blackout_words, rows
from app.domain.timeline.wording import length_words, name_of
from tests.domain.timeline.making import DAY, DONE, as_drawn, drafted, et, ran, spread, step
from tests.domain.timeline.scenes import every, three_days

scenes = pytest.mark.parametrize("scene", every())


@scenes
def test_the_description_has_at_most_six_sentences_and_no_word_of_somebody_else(scene: str) -> None:
    told = describe(every()[scene])
    assert len(re.findall(r"\.(?: |$)", told)) <= 6
    assert told.endswith(("the timeline as a table says the same.", "The timeline as a table says the same."))
    assert "script" not in told


def test_the_description_tells_every_state() -> None:
    assert describe(as_drawn()) == (
        "The plan is running today, Apr 17. Step 1 is done; step 2 is watched; step 3 is under way now. "
        "Step 4 is set for Apr 29; step 5 is uncertain: May 20 to Jun 26, even chance by Jun 3. "
        "Step 6 is held until a person decides; step 7 was skipped. "
        "Of the 3 milestones that are waited for, 1 is reached, 1 is expected and 1 is without a date. "
        "No moves May 23 to 27, Jun 16 to 20 and Jul 3 to 7; the timeline as a table says the same."
    )
    assert title_of(as_drawn()) == "Timeline of the plan, Apr 1 to Jul 25, 2025"


def test_steps_that_are_alike_are_told_together() -> None:
    many = ran(dict.fromkeys(("tea", "bread", "soup", "milk", "rice"), DONE) | {"salt": {}, "eggs": DONE})
    assert "Steps 1 to 5 and 7 are done. Step 6 has no date." in describe(many)
    uncertain = {name: spread("2025-05-01", "2025-05-02", f"2025-05-2{place}") for place, name in enumerate("abcde")}
    assert "Steps 1 to 5 are uncertain, between May 1 and May 24." in describe(
        drafted(*map(step, "abcde"), **uncertain)
    )


def test_a_plan_that_was_not_started_or_is_paused_or_over_or_empty_says_so() -> None:
    assert describe(drafted(step("tea"))).startswith(
        "The plan was not started: its dates are as if it were started today, Apr 17."
    )
    assert describe(replace(as_drawn(), state=PlanState.PAUSED)).startswith("The plan is paused today, Apr 17.")
    assert describe(every()["over"]).startswith("The plan is cancelled.")
    assert describe(drafted()).startswith("The plan has no step.")


def test_many_blackouts_are_counted() -> None:
    assert "and 10 more times; the timeline as a table" in describe(every()["crowded"])


def test_the_table_has_a_row_for_each_step_and_then_for_each_milestone() -> None:
    found = rows(as_drawn())
    assert all(len(row) == len(COLUMNS) for row in found)
    assert found[0] == ("1 Tea news", "done", "Apr 1 to 7", "Tue, Apr 8, 12:00 a.m. ET (Monday night)", "Apr 11")
    assert found[2][3] == "now, since Thu, Apr 17, 12:00 a.m. ET (Wednesday night)"
    assert found[3][2:] == (
        "Apr 22 to 26, blocked Apr 27 to 28",
        "Tue, Apr 29, 12:00 a.m. ET (Monday night)",
        "May 2",
    )
    assert found[4][2:] == (
        "from 7 days before it",
        "8 in 10: May 20 to Jun 26; even chance by Jun 3",
        "3 days after",
    )
    assert found[5][1:] == ("held", "none", "no date", "")
    assert found[6] == ("7 Eggs news", "skipped Apr 2", "", "", "")
    assert [row[:2] for row in found[7:]] == [
        ("Lab results live", "waited for: May 6 to Jul 15, likely May 20"),
        ("MHV writes to VA Profile", "reached Mar 28"),
        ("MHV decides on the newsletter", "waited for: no date given"),
    ]


def test_the_table_says_why_there_is_no_date_and_what_is_not_certain_yet() -> None:
    found = rows(drafted(step("tea"), step("bread", approvals=1), tea="Nobody knows.", bread=et(2025, 4, 29)))
    assert (found[0][1], found[0][3]) == ("not started", "no date: Nobody knows.")
    assert found[1][3] == "expected Tue, Apr 29, 12:00 a.m. ET (Monday night), if it is approved"


def test_the_table_says_times_where_few_days_are_shown() -> None:
    assert rows(three_days())[4][4] == "Apr 17, 7:00 a.m. ET"


def test_blackouts_are_told_in_a_sentence() -> None:
    assert blackout_words(as_drawn()) == (
        "No moves: May 23 to 27 (Memorial Day), Jun 16 to 20 (VA Profile upgrade), Jul 3 to 7 (Independence Day)."
    )
    assert blackout_words(drafted()) == "No blackout falls into these days."


def test_a_step_is_called_by_its_preferences_and_what_becomes_of_them() -> None:
    def called(*preferences: str, to: object = System.VA_GOV) -> str:
        return name_of(drafted(step("tea", preferences=preferences, to=to)).steps[0])

    assert called("tea") == "Tea news"
    assert called("tea", "bread") == "Tea news and Bread news"
    assert called("tea", "bread", "soup") == "Tea news and 2 more"
    assert called("tea", to=NOBODY) == "Retire: Tea news"
    assert called("tea", to=System.MHV) == "Back to MHV: Tea news"
    assert (called("tea", to=None), called("tea", "bread", to=None)) == (
        "Only pages: Tea news",
        "Only pages: Tea news and Bread news",
    )
    assert called("unknown_key") == "unknown_key"
    assert called(to=None) == "Step tea"


def test_lengths_are_said_in_the_largest_unit_that_is_whole() -> None:
    assert [length_words(one) for one in (DAY, 3 * DAY, DAY / 2, DAY / 48, DAY / 1440, DAY / 86400)] == [
        "1 day",
        "3 days",
        "12 hours",
        "30 minutes",
        "1 minute",
        "1 second",
    ]


def test_the_key_explains_what_the_timeline_shows_and_nothing_else() -> None:
    assert [words for _, words in key(as_drawn())] == [
        "moved",
        "moving",
        "will move",
        "held: a person must decide",
        "skipped",
        "Veterans are warned",
        "Veterans are blocked",
        "watched",
        "8 in 10 chance; thick line: even chance",
        "milestone reached",
        "earliest to latest; flag: likely",
        "no moves",
    ]
    assert key(drafted()) == []
    assert [words for _, words in key(three_days())][-1] == "window"


@scenes
def test_each_picture_of_the_key_is_small_hidden_and_well_formed(scene: str) -> None:
    timeline: Timeline = every()[scene]
    for ink, words in key(timeline):
        root = ElementTree.fromstring(ink)  # noqa: S314 - the product wrote it
        assert (root.attrib["viewBox"], root.attrib["aria-hidden"]) == ("0 0 36 18", "true")
        assert words
