"""However a file is damaged, it is read or told as faults: nothing is thrown, and a fault can be shown to a person."""

from pathlib import Path
from random import Random
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.adapters.files.folder import read_folder
from app.domain.catalogue import Fault
from tests.adapters.files import fuzz
from tests.adapters.files.mutations import (
    FLAGS,
    FOLDERS,
    MILESTONES,
    PIECES,
    PLANS,
    damaged,
    deleted,
    inserted,
    judged_flag,
    judged_milestones,
    judged_plan,
    repeated,
    replaced,
    require_sensible,
    swapped,
)


@st.composite
def mutated(draw: st.DrawFn, files: dict[str, bytes]) -> tuple[str, str]:
    """A key and the text of its file, damaged."""
    key = draw(st.sampled_from(sorted(files)))
    content = files[key]
    place, piece = st.integers(0, 4_000), st.one_of(st.binary(max_size=3), st.sampled_from(PIECES))
    for kind in draw(
        st.lists(st.sampled_from(["delete", "insert", "replace", "swap", "repeat"]), min_size=1, max_size=4)
    ):
        match kind:
            case "delete":
                content = deleted(content, draw(place), draw(st.integers(1, 12)))
            case "insert":
                content = inserted(content, draw(place), draw(piece))
            case "replace":
                content = replaced(content, draw(place), draw(piece))
            case "swap":
                content = swapped(content, draw(place), draw(place))
            case _:
                content = repeated(content, draw(place), draw(place))
    return key, content.decode(errors="replace")


@settings(max_examples=300)
@given(mutated(FLAGS))
@example(("rx_refill_shipment", "[environments.sandbox]\nenvironments = 1\n"))
def test_a_damaged_preference_file_is_read_or_told_as_faults(file: tuple[str, str]) -> None:
    for fault in judged_flag(*file):
        require_sensible(fault, file[1])


@settings(max_examples=300)
@given(mutated(PLANS))
def test_a_damaged_plan_file_is_a_plan_or_told_as_faults(file: tuple[str, str]) -> None:
    for fault in judged_plan(*file):
        require_sensible(fault, file[1])


@settings(max_examples=150)
@given(mutated(MILESTONES))
def test_a_damaged_file_of_milestones_is_read_or_told_as_faults(file: tuple[str, str]) -> None:
    for fault in judged_milestones(*file):
        require_sensible(fault, file[1])


def test_a_short_run_of_the_fuzz_reads_some_files_and_refuses_most() -> None:
    found = fuzz.run((1, 0, 400))
    assert found["read"] + found["refused"] == 400
    assert found["refused"] > found["read"] > 10


def test_the_fuzz_is_the_same_for_the_same_seed() -> None:
    content = PLANS["demo"]
    assert damaged(content, Random(3)) == damaged(content, Random(3)) != content


def test_the_fuzz_stops_at_what_is_thrown_and_shows_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def thrown(key: str, text: str) -> list[Fault]:
        raise ZeroDivisionError

    monkeypatch.setattr(fuzz, "FOLDERS", ((PLANS, thrown),))
    with pytest.raises(SystemExit, match="ZeroDivisionError"):
        fuzz.run((1, 0, 1))


def test_the_fuzz_stops_at_a_fault_that_helps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def unhelpful(key: str, text: str) -> list[Fault]:
        return [Fault("x.toml", None, None, "It is wrong.", "")]

    monkeypatch.setattr(fuzz, "FOLDERS", ((PLANS, unhelpful),))
    with pytest.raises(SystemExit, match="AssertionError"):
        fuzz.run((1, 0, 1))


DEEP = ["[" * 20_000, "a = " + "[" * 900 + "]" * 900, "x = {a = " * 150 + "1" + "}" * 150, "a." * 900 + "b = 1"]
LONG = [
    "blackout = [\n" + "{},\n" * 20_000 + "]\n",
    "".join(f"k{number} = 1\n" for number in range(12_000)),
    "".join(f"[t{number}.a.b.c]\n" for number in range(8_000)),
    "steps = [" + '"x",\n' * 30_000 + "]\n",
    "[[steps]]\n" * 20_000,
    'title = """' + "\\\n" * 90_000 + '"""\n',
]


@pytest.mark.parametrize("text", [*DEEP, *LONG], ids=range(len(DEEP) + len(LONG)))
def test_the_largest_and_deepest_files_are_refused_in_bounded_time(text: str) -> None:
    assert len(text) <= 256 * 1024
    began = perf_counter()
    for contents, judged in FOLDERS:
        faults = judged(min(contents), text)
        assert faults
        for fault in faults:
            require_sensible(fault, text)
    assert perf_counter() - began < 60


def test_bytes_that_are_no_text_are_told_as_a_fault_on_their_line(tmp_path: Path) -> None:
    for key, content in FLAGS.items():
        (tmp_path / f"{key}.toml").write_bytes(inserted(content, content.index(b"\n") + 1, b"\xc3\x28"))
    sources, faults = read_folder(tmp_path)
    assert sources == []
    assert [fault.line for fault in faults] == [2] * len(FLAGS)
