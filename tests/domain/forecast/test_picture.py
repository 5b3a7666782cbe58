"""The picture is well-formed, says in words what it shows, and holds nothing but what it needs."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from app.domain.forecast.comparing import compare
from app.domain.forecast.figures import Comparison, Spread
from app.domain.forecast.picture import describe, picture
from app.domain.milestones import Milestone
from tests.domain.forecast.approaches import FOUR, WORLD

SVG = "{http://www.w3.org/2000/svg}"
FOUND = compare(FOUR, WORLD, draws=200)
UNDATED = compare(FOUR, replace(WORLD, milestones={**WORLD.milestones, "connected": Milestone("connected", "C")}), 200)


def drawn(of: Comparison, wide: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(picture(of, wide))  # noqa: S314 - the product wrote it


def words(root: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def bars(root: ElementTree.Element) -> list[tuple[float, float]]:
    """Where each bar begins and ends."""
    found = [(float(bar.attrib["x"]), float(bar.attrib["width"])) for bar in root.iter(f"{SVG}rect")]
    return [(x, x + width) for x, width in found]


@pytest.mark.parametrize("wide", [False, True])
def test_a_screen_reader_is_told_title_and_description(wide: bool) -> None:
    root = drawn(FOUND, wide)
    assert root.attrib["role"] == "img"
    title, description = (root.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert title is not None
    assert description is not None
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
    assert description.text == describe(FOUND)


def test_two_pictures_on_one_page_share_no_id() -> None:
    ids = [node.attrib["id"] for wide in (False, True) for node in drawn(FOUND, wide).iter() if "id" in node.attrib]
    assert len(set(ids)) == len(ids) == 4


@pytest.mark.parametrize(("wide", "width"), [(False, "320"), (True, "960")])
def test_everything_is_inside_the_picture(wide: bool, width: str) -> None:
    root = drawn(FOUND, wide)
    _, _, across, down = root.attrib["viewBox"].split()
    assert across == width
    assert all(0 <= begin < end <= float(across) for begin, end in bars(root))
    assert all(float(text.attrib["y"]) <= float(down) for text in root.iter(f"{SVG}text"))


def test_each_plan_has_a_bar_from_one_chance_in_ten_to_nine_and_a_mark_in_between() -> None:
    root = drawn(FOUND)
    marks = [float(line.attrib["x1"]) for line in root.iter(f"{SVG}line") if line.attrib.get("stroke-width") == "3.5"]
    assert len(bars(root)) == len(marks) == len(FOUR)
    assert all(begin <= mark <= end for (begin, end), mark in zip(bars(root), marks, strict=True))
    ends = [(one.finish.p10, one.plan) for one in FOUND.plans if one.finish]
    places = [(begin, one.plan) for (begin, _), one in zip(bars(root), FOUND.plans, strict=True)]
    assert [plan for _, plan in sorted(ends)] == [plan for _, plan in sorted(places)], "later stands further right"


def test_every_figure_is_told_as_text() -> None:
    text = "\n".join(words(drawn(FOUND)))
    for one in FOUND.plans:
        assert one.split is not None
        assert f"Days: split {one.split.p50:,}" in text
        assert one.finish is not None
        assert f"{one.finish.p50:%b} {one.finish.p50.day}, {one.finish.p50.year}" in text


def test_a_plan_without_a_date_has_a_sentence_in_place_of_a_bar() -> None:
    root = drawn(UNDATED)
    assert len(bars(root)) == len(FOUR) - 1
    assert any(text.startswith("No date:") for text in words(root))
    assert "B: no date; Step ants waits for “C”, for which nobody has given an estimate." in describe(UNDATED)


def test_plans_of_which_none_has_a_date_are_drawn_without_an_axis() -> None:
    nothing = replace(UNDATED, plans=tuple(replace(one, finish=None) for one in UNDATED.plans))
    assert bars(drawn(nothing)) == []
    assert drawn(replace(nothing, plans=())) is not None


def test_titles_are_escaped_and_long_ones_are_cut() -> None:
    evil = replace(FOUND.plans[0], title="<script>alert('&')</script> and much more that does not fit", approach=None)
    text = picture(replace(FOUND, plans=(evil,)))
    assert "<script" not in text
    assert any(shown.startswith("<script>alert('&')") and shown.endswith("…") for shown in words(drawn_from(text)))


def drawn_from(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - the product wrote it


def test_ink_is_the_colour_of_the_text_around_so_that_forced_colours_can_change_it() -> None:
    text = picture(FOUND)
    assert 'fill="currentColor"' in text
    for banned in ("<script", "<style", "style=", "href", "url(", "http://www.w3.org/1999", "#fff", "black", "white"):
        assert banned not in text, banned


@pytest.mark.parametrize("years", [0, 1, 3, 12, 60, 170])
def test_months_are_named_as_far_as_they_fit(years: int) -> None:
    end = date(2028 + years, 2, 28)
    spread = Spread(date(2028, 2, 1), date(2028, 2, 20), end)
    one = replace(FOUND, plans=(replace(FOUND.plans[0], finish=spread),))
    lines = [line for line in drawn(one).iter(f"{SVG}line") if "stroke-width" not in line.attrib]
    months = {line.attrib["x1"] for line in lines}
    assert 1 <= len(months) <= 6
    assert len(lines) == 2 * len(months), "at its name, and behind the bar"
    names = [float(text.attrib["x"]) for text in drawn(one).iter(f"{SVG}text") if float(text.attrib["y"]) < 20]
    assert 1 <= len(names) <= len(months)
    assert max(names) < 320 - 60, "the name of the last month would be cut off"


@pytest.mark.parametrize("wide", [False, True])
def test_no_line_strikes_out_words(wide: bool) -> None:
    root = drawn(FOUND, wide)
    lines = [sorted((float(line.attrib["y1"]), float(line.attrib["y2"]))) for line in root.iter(f"{SVG}line")]
    baselines = {float(text.attrib["y"]) for text in root.iter(f"{SVG}text") if float(text.attrib["x"]) > 1}
    assert baselines
    assert not any(top < y - 4 < end for y in baselines for top, end in lines)
