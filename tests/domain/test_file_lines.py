"""On which line of a file a key stands."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.toml_lines import Path, lines

EVERYTHING = '''\
# a comment with = and [brackets]
plain = 1
"quoted key" = "a # no comment"
dotted.inner = 1.5
'literal' . "\\u0061b" = 2
text = """
[not.a.header]
key = "no key"
"""
more = \'\'\'it's
also = no key\'\'\'
after = 1979-05-27 07:32:00

[table]   # with a comment
list = [
  "one",  # [x]
  "two",
  [ 3,
    4 ],
]
inline = { a = 1, b = [ { c = 2 },
  { d = 3 } ], e.f = { } }
[table.under]
key = -1
[[many]]
name = "first"
[[many]]
name = "second"
[many.sub]
x = 1
[[many.deep]]
y = 1
[[many.deep]]
y = 2
'''

PLACES: dict[Path, int] = {
    ("plain",): 2,
    ("quoted key",): 3,
    ("dotted",): 4,
    ("dotted", "inner"): 4,
    ("literal", "ab"): 5,
    ("text",): 6,
    ("more",): 10,
    ("after",): 12,
    ("table",): 14,
    ("table", "list"): 15,
    ("table", "list", 0): 16,
    ("table", "list", 1): 17,
    ("table", "list", 2, 0): 18,
    ("table", "list", 2, 1): 19,
    ("table", "inline", "a"): 21,
    ("table", "inline", "b", 0, "c"): 21,
    ("table", "inline", "b", 1, "d"): 22,
    ("table", "inline", "e", "f"): 22,
    ("table", "under", "key"): 24,
    ("many",): 25,
    ("many", 0, "name"): 26,
    ("many", 1): 27,
    ("many", 1, "name"): 28,
    ("many", 1, "sub", "x"): 30,
    ("many", 1, "deep", 0, "y"): 32,
    ("many", 1, "deep", 1, "y"): 34,
}


@pytest.mark.parametrize(("path", "line"), PLACES.items())
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_key_stands_on_the_line_where_it_is_written(path: Path, line: int, end: str) -> None:
    assert lines(EVERYTHING.replace("\n", end))[path] == line


def test_every_key_has_a_line_and_nothing_else_has() -> None:
    assert set(lines(EVERYTHING)) == set(_paths(tomllib.loads(EVERYTHING)))


@pytest.mark.parametrize(
    "text", ['a = """x"""""\nb = 1', "a = ''''x'''''\nb = 1", 'a = "\\\\"\nb = 1', "a = '\\'\nb = 1"]
)
def test_the_end_of_a_text_is_found_whatever_quotes_stand_before_it(text: str) -> None:
    assert lines(text) == {("a",): 1, ("b",): 2}
    assert set(tomllib.loads(text)) == {"a", "b"}


SCALARS = st.one_of(
    st.integers(0, 99).map(str),
    st.sampled_from(["true", '"]"', "'}'", '"a,b=\\""', "1.5", "2027-03-02T00:00:00", '"""\n]\n"""', "'''\n{'''"]),
)
NAMES = st.sampled_from(["a", "b-1", '"c.d"', "'='", "e.f"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: "[\n" + ",# ,]\n".join(each) + "\n]"),
        st.dictionaries(NAMES, inner, max_size=3).map(
            lambda each: "{" + ", ".join(f"{key} = {value}" for key, value in each.items()) + "}"
        ),
    ),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, VALUES, max_size=4), st.dictionaries(NAMES, VALUES, max_size=3))
def test_the_scanner_finds_the_keys_that_the_reader_finds(top: dict[str, str], below: dict[str, str]) -> None:
    text = "".join(f"{key} = {value} # x\n" for key, value in top.items())
    for _ in range(2):
        text += "[[tables]]\n" + "".join(f"{key} = {value}\n" for key, value in below.items())
    assert set(lines(text)) == set(_paths(tomllib.loads(text)))


def _paths(value: Any, path: Path = ()) -> list[Path]:
    """Every path of a document that has been read."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    own = [path] if path else []
    return own + [found for key, member in below for found in _paths(member, (*path, key))]
