"""Each step and milestone has the mark of its state, at its place; its words stand beside it and over nothing."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from app.domain.plans import PlanState, StepState
from app.domain.timeline.drawing.axis import Axis
from app.domain.timeline.drawing.ink import BLUE, BROWN, GOLD, GREEN, INK, PALE, QUIET, RED, WHITE
from app.domain.timeline.drawing.layout import NARROW, WIDE, Layout
from app.domain.timeline.drawing.marks import Mark, milestone_mark, step_mark
from app.domain.timeline.drawing.words import GAP, Look, place
from app.domain.timeline.shapes import StepLine, Timeline
from app.domain.timeline.wording import Dates, milestone_words, step_words
from tests.domain.timeline.boxes import path
from tests.domain.timeline.making import DAY, EVERY_STATE, NOW, TITLES, as_drawn, drafted, et, ran, spread, step
from tests.domain.timeline.scenes import every, three_days

both = pytest.mark.parametrize("layout", [WIDE, NARROW], ids=lambda layout: layout.name)
Node = ElementTree.Element


def nodes(mark: Mark) -> list[Node]:
    """What a mark is drawn with."""
    return list(ElementTree.fromstring(f"<g>{''.join(mark.ink)}</g>"))  # noqa: S314 - the product wrote it


def mark_of(timeline: Timeline, line: StepLine, layout: Layout = WIDE) -> Mark:
    """The mark of a step."""
    return step_mark(line, Axis.of(layout, timeline), 100, "a", timeline)


def drawn(name: str, timeline: Timeline | None = None) -> list[Node]:
    """What the step of a name is drawn with."""
    found = timeline or as_drawn()
    return nodes(mark_of(found, next(one for one in found.steps if one.step == name)))


def diamonds(found: list[Node]) -> list[tuple[str, str]]:
    """Colour and edge of each diamond."""
    return [(one.attrib["fill"], one.attrib["stroke"]) for one in found if one.attrib.get("d", "").endswith("Z")]


def middle(node: Node) -> float:
    """The middle of a path."""
    return (path(node.attrib["d"]).left + path(node.attrib["d"]).right) / 2


@pytest.mark.parametrize(
    ("name", "look"),
    [("tea", (BLUE, BLUE)), ("bread", (BLUE, BLUE)), ("soup", (GOLD, INK)), ("milk", (WHITE, INK))],
)
def test_moved_moving_and_to_be_moved_are_diamonds(name: str, look: tuple[str, str]) -> None:
    assert diamonds(drawn(name)) == [look]


@pytest.mark.parametrize("name", ["rice", "salt", "eggs"])
def test_what_has_no_one_moment_is_no_diamond(name: str) -> None:
    assert diamonds(drawn(name)) == []


@both
def test_a_diamond_stands_at_its_moment(layout: Layout) -> None:
    timeline = as_drawn()
    axis = Axis.of(layout, timeline)
    found = nodes(mark_of(timeline, timeline.steps[3], layout))
    assert middle(next(one for one in found if one.attrib.get("d", "").endswith("Z"))) == pytest.approx(
        axis.at(et(2025, 4, 29)), abs=0.1
    )


def test_warned_is_a_thin_gold_bar_blocked_a_thick_brown_one_and_watched_a_pale_blue_box() -> None:
    axis = Axis.of(WIDE, as_drawn())
    bars = [one.attrib for one in drawn("milk") if one.tag == "rect"]
    assert [(bar["fill"], bar["height"]) for bar in bars] == [(GOLD, "8"), (BROWN, "14"), (PALE, "14")]
    edges = [et(2025, 4, 22), et(2025, 4, 27), et(2025, 4, 29), et(2025, 5, 2)]
    assert [float(bar["x"]) for bar in bars] == pytest.approx([axis.at(edge) for edge in edges[:3]], abs=0.1)
    ends = [float(bar["x"]) + float(bar["width"]) for bar in bars]
    assert ends == pytest.approx([axis.at(edge) for edge in edges[1:]], abs=0.2)


@both
def test_an_uncertain_step_is_a_dashed_pill_from_p10_to_p90_with_a_thick_line_at_p50(layout: Layout) -> None:
    timeline = as_drawn()
    axis = Axis.of(layout, timeline)
    mark = mark_of(timeline, timeline.steps[4], layout)
    pill, thick = nodes(mark)
    assert float(pill.attrib["x"]) == pytest.approx(axis.day(date(2025, 5, 20)), abs=0.1)
    end = float(pill.attrib["x"]) + float(pill.attrib["width"])
    assert end == pytest.approx(axis.day(date(2025, 6, 27)), abs=0.2)  # the whole of June 26
    assert pill.attrib["stroke-dasharray"] == "4 3"
    assert axis.day(date(2025, 6, 3)) < float(thick.attrib["x1"]) < axis.day(date(2025, 6, 4))
    assert thick.attrib["stroke-width"] == "3"
    assert "".join(mark.defined).count('stop-opacity=".08"') == 2
    assert pill.attrib["fill"] == "url(#a-fade-5)"


def test_held_is_a_red_square_with_an_arrow_to_the_edge() -> None:
    timeline = as_drawn()
    mark = mark_of(timeline, timeline.steps[5])
    assert nodes(mark)[0].attrib["fill"] == RED
    assert mark.arrow == RED


def test_held_after_it_moved_is_both_and_leads_nowhere() -> None:
    timeline = three_days()
    mark = mark_of(timeline, timeline.steps[2])
    assert diamonds(nodes(mark)) == [(BLUE, BLUE)]
    assert mark.arrow is None
    assert any(one.attrib.get("fill") == RED for one in nodes(mark))


@both
def test_the_square_of_what_was_held_at_once_does_not_hide_that_it_moved(layout: Layout) -> None:
    timeline = ran(
        {"tea": {"state": StepState.HELD, "since": NOW}}, step("tea", bake=3 * DAY), activated={"tea": NOW - DAY / 24}
    )
    found = nodes(mark_of(timeline, timeline.steps[0], layout))
    diamond = next(one for one in found if one.attrib.get("d", "").endswith("Z"))
    square = next(one for one in found if one.attrib.get("fill") == RED)
    assert path(diamond.attrib["d"]).right < float(square.attrib["x"])


def test_of_a_plan_that_has_ended_no_arrow_leads_on() -> None:
    going = ran({"tea": {}})
    over = replace(going, state=PlanState.CANCELLED)
    assert [mark_of(one, one.steps[0]).arrow for one in (going, over)] == [QUIET, None]


def test_what_stayed_as_it_was_is_grey_and_each_is_another_mark() -> None:
    timeline = three_days()
    marks = [mark_of(timeline, timeline.steps[0]), mark_of(timeline, timeline.steps[1])]
    skipped = mark_of(as_drawn(), as_drawn().steps[6])
    assert len({tuple(sorted(node.tag for node in nodes(mark))) for mark in (*marks, skipped)}) >= 2
    assert all(node.attrib["stroke"] == QUIET for mark in (*marks, skipped) for node in nodes(mark))
    assert len({mark.ink for mark in (*marks, skipped)}) == 3


def test_windows_are_brackets_from_their_begin_to_their_end() -> None:
    timeline = three_days()
    axis = Axis.of(WIDE, timeline)
    bracket = nodes(mark_of(timeline, timeline.steps[3]))[0]
    assert path(bracket.attrib["d"]).left == pytest.approx(axis.at(et(2025, 4, 17)), abs=0.1)
    assert path(bracket.attrib["d"]).right == pytest.approx(axis.at(et(2025, 4, 17, 4)), abs=0.1)


def test_a_milestone_is_a_green_flag_or_a_range_with_a_flag_or_an_arrow() -> None:
    timeline = as_drawn()
    axis = Axis.of(WIDE, timeline)
    uncertain, reached, undated = (
        milestone_mark(one, axis, 100, f"f{place}", timeline) for place, one in enumerate(timeline.milestones)
    )
    assert [one.attrib["fill"] for one in nodes(reached)] == [GREEN]
    body, flag = nodes(uncertain)
    assert float(body.attrib["x"]) == pytest.approx(axis.day(date(2025, 5, 6)), abs=0.1)
    assert float(body.attrib["x"]) + float(body.attrib["width"]) == pytest.approx(axis.day(date(2025, 7, 16)), abs=0.2)
    assert path(flag.attrib["d"]).left == pytest.approx(axis.day(date(2025, 5, 20)), abs=0.1)
    assert (nodes(undated), undated.arrow) == ([], QUIET)


def test_a_flag_at_the_edge_is_whole() -> None:
    timeline = every()["since years"]
    mark = milestone_mark(timeline.milestones[0], Axis.of(NARROW, timeline), 100, "f", timeline)
    assert path(nodes(mark)[0].attrib["d"]).right <= NARROW.ends


def test_an_event_before_the_first_day_stands_at_the_edge() -> None:
    timeline = as_drawn()
    axis = Axis.of(WIDE, timeline)
    assert axis.at(et(2025, 3, 28)) == axis.day(timeline.first) == WIDE.begins


@pytest.mark.parametrize("scene", every())
@both
def test_words_stand_beside_a_mark_or_between_what_must_stay_visible(scene: str, layout: Layout) -> None:
    timeline = every()[scene]
    axis, dates = Axis.of(layout, timeline), Dates.of(timeline)
    marks = [(mark_of(timeline, one, layout), step_words(one, dates)) for one in timeline.steps]
    marks += [
        (milestone_mark(one, axis, 100, "f", timeline), milestone_words(one, dates, timeline.now))
        for one in timeline.milestones
    ]
    for mark, words in marks:
        found = place(words, mark, layout, Look())
        assert found.words in words
        beside = found.ends <= mark.begins - GAP + 0.1 or found.begins >= mark.ends + GAP - 0.1
        between = mark.cuts and mark.begins < found.begins < found.ends < mark.ends
        assert beside or between, found
        assert not any(found.begins < cut < found.ends for cut in mark.cuts)


def test_the_longest_words_that_fit_are_taken_first_on_the_better_side() -> None:
    right, left = Mark((), 400, 420), Mark((), 900, 920, before=True)
    assert place(("long words", "long"), right, WIDE, Look()).begins == 428
    assert place(("long words", "long"), left, WIDE, Look()).ends == 892
    late = Mark((), 300, 335)
    assert place(("long words", "long"), late, NARROW, Look()).anchor == "end"
    assert place(("long words " * 20, "short"), right, WIDE, Look()).words == "short"
    full = Mark((), 12, 330, cuts=(100,))
    found = place(("not so long",), full, NARROW, Look())
    assert (found.anchor, found.begins > 100) == ("middle", True)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tea", "moved Apr 8"),
        ("bread", "watching until Apr 18"),
        ("soup", "moving now"),
        ("milk", "Apr 29 (Monday night)"),
        ("rice", "May 20 to Jun 26, even chance by Jun 3"),
        ("salt", "held since Apr 10: no date"),
        ("eggs", "skipped Apr 2"),
    ],
)
def test_each_state_has_its_words(name: str, words: str) -> None:
    timeline = as_drawn()
    assert step_words(timeline.steps[list(EVERY_STATE).index(name)], Dates.of(timeline))[0] == words


def test_an_uncertain_step_never_has_a_bare_date() -> None:
    timeline = drafted(
        step("tea"), step("bread", approvals=1), tea=spread("2025-05-01", "2025-05-02", "2025-05-09"), bread=NOW + DAY
    )
    uncertain, expected = (step_words(one, Dates.of(timeline)) for one in timeline.steps)
    assert uncertain == ("May 1 to 9, even chance by May 2", "even chance by May 2", "May 1 to 9", "May", "even by May")
    assert expected == (
        "expected Apr 18 (Thursday night), if approved",
        "expected Apr 18, if approved",
        "Apr 18, if approved",
        "Apr 18?",
    )


def test_years_are_said_where_more_than_the_present_one_is_shown() -> None:
    timeline = ran({"tea": {}}, step("tea"), starts={"tea": spread("2025-12-01", "2025-12-24", "2026-01-09")})
    words = step_words(timeline.steps[0], Dates.of(timeline))
    assert words[0] == "Dec 1, 2025 to Jan 9, 2026, even chance by Dec 24, 2025"
    assert words[3:] == ("Dec ’25 to Jan ’26", "even by Dec ’25")


def test_where_few_days_are_shown_times_are_said_and_the_night_is_named() -> None:
    timeline = three_days()
    dates = Dates.of(timeline)
    assert step_words(timeline.steps[4], dates)[0] == "Apr 17, 3:00 a.m. ET (Wednesday night)"
    assert step_words(timeline.steps[0], dates)[0] == "undone Apr 16, 1:00 a.m. ET"
    assert step_words(timeline.steps[3], dates) == ("due now",)


def test_a_step_that_changes_only_pages_or_retires_says_what_it_did() -> None:
    rows = {name: {"state": StepState.DONE, "since": NOW} for name in ("tea", "bread")}
    timeline = ran(rows, step("tea", to=None), step("bread", bake=0 * DAY))
    assert [step_words(one, Dates.of(timeline))[-2] for one in timeline.steps] == ["changed Apr 17", "moved Apr 17"]
    assert set(TITLES) > set(rows)
