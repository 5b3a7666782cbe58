"""The picture of a timeline: everything is inside it, words are read, ids are its own, and nothing breaks out."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from app.domain.timeline.describing import describe, title_of
from app.domain.timeline.drawing.key import key
from app.domain.timeline.drawing.layout import WIDE
from app.domain.timeline.drawing.measure import fitting, lines_of, width_of
from app.domain.timeline.drawing.picture import HEADING, picture
from app.domain.timeline.wording import name_of
from tests.domain.timeline import helvetica
from tests.domain.timeline.boxes import SVG, Box, drawn, path, shapes, texts, words
from tests.domain.timeline.making import as_drawn, drafted
from tests.domain.timeline.scenes import HOSTILE, every
from tests.entrypoints.pages.reading import faults, read

WIDTHS = {True: 1216, False: 343}
scenes = pytest.mark.parametrize("scene", every())
both = pytest.mark.parametrize("wide", [True, False])
ALLOWED = {
    "svg",
    "title",
    "desc",
    "defs",
    "pattern",
    "linearGradient",
    "stop",
    "rect",
    "line",
    "path",
    "circle",
    "text",
}


@scenes
@both
def test_no_words_overlap(scene: str, wide: bool) -> None:
    found = [
        (one.words, other.words)
        for one, other in combinations(texts(drawn(every()[scene], wide=wide)), 2)
        if one.meets(other)
    ]
    assert found == []


@scenes
@both
def test_everything_is_inside_the_picture(scene: str, wide: bool) -> None:
    root = drawn(every()[scene], wide=wide)
    _, _, across, down = map(float, root.attrib["viewBox"].split())
    inside = Box(0, 0, across, down)
    assert across == WIDTHS[wide]
    for box in (*texts(root), *shapes(root)):
        assert inside.left <= box.left <= box.right <= inside.right, box
        assert inside.top <= box.top <= box.bottom <= inside.bottom, box


@scenes
def test_blackouts_are_named_above_the_days_in_the_wide_picture_only(scene: str) -> None:
    timeline = every()[scene]
    whys = [fitting(one.why, 170, 12.5) for one in timeline.blackouts]
    named = [box for box in texts(drawn(timeline)) if box.words and box.words in map(_shown, whys)]
    assert bool(named) == bool(whys)
    assert all(WIDE.begins < box.left for box in named)
    assert not {box.words for box in texts(drawn(timeline, wide=False))} & set(whys)


def _shown(words: str) -> str:
    """As it stands in a document."""
    return words.replace("\x00", "\ufffd").replace("\x0b", "\ufffd")


@scenes
@both
def test_no_words_are_smaller_than_twelve(scene: str, wide: bool) -> None:
    assert all(float(node.attrib["font-size"]) >= 12 for node in drawn(every()[scene], wide=wide).iter(f"{SVG}text"))


@scenes
@both
def test_a_row_says_beside_its_mark_what_it_stands_for(scene: str, wide: bool) -> None:
    """Its words are never cut off, and never missing."""
    timeline = every()[scene]
    said = [one for one in words(drawn(timeline, wide=wide)) if one != HEADING]
    rows = len(timeline.steps) + len(timeline.milestones)
    beside = [node for node in drawn(timeline, wide=wide).iter(f"{SVG}text") if node.attrib.get("stroke-width") == "4"]
    assert len([node for node in beside if node.attrib["font-size"] == "14"]) == rows
    assert not any((node.text or "").endswith("…") for node in beside if node.attrib["font-size"] == "14")
    assert all(said)


@scenes
@both
def test_nothing_but_elements_and_presentation_attributes(scene: str, wide: bool) -> None:
    root = drawn(every()[scene], wide=wide)
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= ALLOWED
    names = {name for node in root.iter() for name in node.attrib}
    assert not [name for name in names if name == "style" or name.startswith("on") or "href" in name]


@scenes
def test_pictures_and_key_on_one_page_share_no_id(scene: str) -> None:
    timeline = every()[scene]
    page = "".join([*(picture(timeline, wide=wide) for wide in (True, False)), *(ink for ink, _ in key(timeline))])
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids)) >= 6
    assert set(re.findall(r"url\(#([^)]*)\)", page)) <= set(ids)
    assert picture(timeline, name="other").count('id="other-wide-') == len(re.findall('id="', picture(timeline)))


@scenes
def test_a_page_with_both_pictures_and_their_key_has_no_fault(scene: str) -> None:
    timeline = every()[scene]
    pictures = picture(timeline) + picture(timeline, wide=False)
    items = "".join(f"<li>{ink} {words}</li>" for ink, words in key(timeline))
    page = f'<html lang="en"><head><title>Plan</title></head><body><header></header><main><h1>Plan</h1>{pictures}'
    assert faults(read(f"{page}<ul>{items}</ul></main></body></html>")) == []


@scenes
@both
def test_a_screen_reader_is_told_title_and_description(scene: str, wide: bool) -> None:
    root = drawn(every()[scene], wide=wide)
    title, description = (root.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert title is not None
    assert description is not None
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
    assert (title.text, description.text) == (title_of(every()[scene]), describe(every()[scene]))


@both
def test_what_somebody_else_wrote_stays_words(wide: bool) -> None:
    text = picture(every()["hostile"], wide=wide)
    assert "<script" not in text
    assert "\x00" not in text
    assert "\x0b" not in text
    assert [node.tag for node in ElementTree.fromstring(text).iter(f"{SVG}title")] == [f"{SVG}title"]  # noqa: S314 - the product wrote it
    shown = "".join(words(drawn(every()["hostile"], wide=wide)))
    assert "</title><script>" in shown
    assert len(shown) < len(HOSTILE) * 3


@both
def test_a_plan_without_steps_is_a_picture_too(wide: bool) -> None:
    root = drawn(drafted(), wide=wide)
    assert "Today, Apr 17" in words(root)
    assert HEADING not in words(root)


@both
def test_steps_stand_in_plan_order_and_milestones_behind_their_heading(wide: bool) -> None:
    timeline = as_drawn()
    root = drawn(timeline, wide=wide)
    names = {**{name_of(one): place for place, one in enumerate(timeline.steps)}, HEADING: 7}
    names |= {one.title: 8 + place for place, one in enumerate(timeline.milestones)}
    tops = {box.words.lstrip("0123456789 "): box.top for box in texts(root)}
    assert sorted(names, key=lambda name: tops[name]) == list(names)


def test_wide_has_names_left_of_the_days_in_rows_of_40_and_narrow_above_them_in_rows_of_58() -> None:
    for wide, row in ((True, 40), (False, 58)):
        found = {box.words.lstrip("0123456789 "): box for box in texts(drawn(as_drawn(), wide=wide))}
        assert round(found["Bread news"].top - found["Tea news"].top, 1) == row
        assert found["Tea news"].right < 238
        assert (found["Tea news"].bottom < found["moved Apr 8"].top) == (not wide)


def test_it_lies_on_white_and_has_a_class_for_forced_colours() -> None:
    root = drawn(as_drawn())
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    assert (ground.attrib["fill"], ground.attrib["width"]) == ("#ffffff", "1216")
    assert root.attrib["class"] == "co-timeline co-timeline--wide"


@pytest.mark.parametrize("bold", [False, True])
def test_words_are_measured_rather_too_wide_than_too_narrow(bold: bool) -> None:
    for said in {one for scene in every().values() for wide in (True, False) for one in words(drawn(scene, wide=wide))}:
        real = helvetica.width(said, 14, bold=bold)
        if said.isascii():
            assert real <= width_of(said, 14, bold=bold) <= 1.35 * real, said


def test_what_does_not_fit_is_cut_off_in_one_line_or_two() -> None:
    assert fitting("bread", 100, 14) == "bread"
    assert fitting("bread and butter", 60, 14).endswith("…")
    assert width_of(fitting("bread and butter", 60, 14), 14) <= 60
    assert fitting("bread", 2, 14) == ""
    assert lines_of("bread and butter", 60, 14)[0] == "bread"
    assert lines_of("breadandbutter", 60, 14)[0].endswith("…")


def test_a_path_is_read_as_far_as_it_reaches() -> None:
    assert path("M1 2 L5 6 H9 v-4 l-2 8 Z") == Box(1, 2, 9, 10)
