"""Steps of a plan stand in an order that can be walked, and no move leads to where its preference already is."""

import pytest

from app.domain.catalogue import Fault
from app.domain.plan_file import read_plan
from app.domain.plans import Plan
from tests.domain.file_texts import plan_source

HEAD = 'title = "Order"\ntime_zone = "UTC"\n'


def read(*steps: tuple[str, str, str, str]) -> Plan | list[Fault]:
    """A plan of steps, each written as name, preferences, target (none: only its surfaces change) and needs."""
    words = [
        f'[[steps]]\nid = "{name}"\npreferences = {_list(keys)}\n{_change(to)}\nneeds = {{ steps = {_list(needs)} }}\n'
        for name, keys, to, needs in steps
    ]
    return read_plan(plan_source(HEAD + "".join(words)))


def _change(to: str) -> str:
    return f'to = "{to}"' if to else "surfaces = []"


def _list(words: str) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words.split()) + "]"


def test_moves_there_and_back_are_a_plan() -> None:
    steps = ("a", "x", "va_gov", ""), ("b", "x", "mhv", "a"), ("c", "x", "va_gov", "b"), ("d", "x", "nobody", "c")
    assert isinstance(read(*steps), Plan)


def test_pages_may_change_before_between_and_after_moves() -> None:
    steps = ("a", "x", "", ""), ("b", "x", "va_gov", "a"), ("c", "x", "", "b"), ("d", "x", "", "c")
    assert isinstance(read(*steps), Plan)


def test_the_order_is_that_of_the_needs_and_not_that_of_the_file() -> None:
    assert isinstance(read(("b", "x", "mhv", "m"), ("m", "y", "mhv", "a"), ("a", "x", "va_gov", "")), Plan)


@pytest.mark.parametrize(
    ("steps", "line", "key", "words"),
    [
        ([("a", "x", "mhv", "b"), ("b", "y", "mhv", "a")], 7, "steps[1].needs", "wait for each other"),
        (
            [("z", "w", "mhv", ""), ("a", "x", "mhv", "c"), ("b", "y", "mhv", "a"), ("c", "v", "mhv", "b")],
            12,
            "steps[2].needs",
            "a ← ",
        ),
        ([("a", "x", "mhv", ""), ("b", "y x", "mhv", "a")], 10, "steps[2].preferences[2]", "has moved x to MHV"),
        ([("a", "x", "nobody", ""), ("b", "x", "mhv", "a")], 10, "steps[2].preferences[1]", "retired x"),
        ([("a", "x", "nobody", ""), ("b", "x", "nobody", "a")], 10, "steps[2].preferences[1]", "retired x"),
        ([("a", "x", "nobody", ""), ("b", "x", "", "a")], 10, "steps[2].preferences[1]", "retired x"),
        ([("a", "x", "", ""), ("b", "x", "va_gov", "")], 10, "steps[2].preferences[1]", "which is first"),
        (
            [("a", "x", "mhv", ""), ("m", "x", "", "a"), ("b", "x", "mhv", "m")],
            15,
            "steps[3].preferences[1]",
            "Step a has moved x",
        ),
        ([("a", "x", "mhv", ""), ("b", "x", "va_gov", "")], 10, "steps[2].preferences[1]", "which is first"),
        (
            [("a", "x", "mhv", ""), ("m", "y", "mhv", "a"), ("b", "x", "mhv", "m")],
            15,
            "steps[3].preferences[1]",
            "Step a has moved x",
        ),
    ],
)
def test_an_order_that_leads_nowhere_is_refused(
    steps: list[tuple[str, str, str, str]], line: int, key: str, words: str
) -> None:
    told = read(*steps)
    assert isinstance(told, list)
    assert [(fault.line, fault.key) for fault in told] == [(line, key)]
    assert words in told[0].what


def test_a_need_that_is_no_step_is_told_with_the_nearest_name() -> None:
    told = read(("first", "x", "mhv", ""), ("second", "y", "mhv", "frist"))
    assert isinstance(told, list)
    assert (told[0].line, told[0].mend) == (12, "Did you mean first?")


def test_a_long_chain_of_steps_is_read() -> None:
    steps = [(f"s{n}", f"x{n}", "mhv", f"s{n - 1}" if n else "") for n in range(200)]
    assert isinstance(read(*steps), Plan)
