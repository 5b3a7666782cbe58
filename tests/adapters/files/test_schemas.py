"""The schemas for editors: as checked in, true to what the reader accepts, strict about shapes where they can be."""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft4Validator, meta

from app.domain.catalogue import Fault
from app.domain.milestone_file import MILESTONES
from app.domain.plan_schema import milestones_schema, plan_schema, rendered
from app.domain.plan_shape import PLAN
from app.domain.scalars import Findings
from app.domain.shapes import Kind, Named, Several, Table, Tables
from app.domain.toml_lines import Path as Place

FOLDER = Path(__file__).resolve().parents[3] / "cutover_plans"
FILES = sorted(FOLDER.glob("*.toml"))
SCHEMAS = {"plan": plan_schema(), "milestones": milestones_schema()}
KINDS: dict[str, Kind] = {"plan": PLAN, "milestones": MILESTONES}
VALIDATORS = {name: Draft4Validator(schema) for name, schema in SCHEMAS.items()}


def which(path: Path) -> str:
    """The schema of a file."""
    return "milestones" if path.stem == "milestones" else "plan"


def as_json(value: Any) -> Any:
    """A TOML document as an editor gives it to a schema: JSON has no dates, so they are text."""
    if isinstance(value, dict):
        return {name: as_json(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_json(member) for member in value]
    return value.isoformat() if isinstance(value, date | time) else value


def fits(name: str, document: Any) -> bool:
    """Whether a schema accepts a document."""
    return VALIDATORS[name].is_valid(as_json(document))


def is_read(name: str, document: Any) -> bool:
    """Whether the reader finds nothing wrong in the shape of a document."""
    findings = Findings(lambda path, what, mend: Fault("x.toml", None, str(path), what, mend))
    KINDS[name].read(document, (), findings)
    return findings.faults == []


def shipped(path: Path) -> dict[str, Any]:
    """The document of a file that comes with the product."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_20_the_file_of_a_schema_is_what_is_generated_from_what_the_reader_goes_by(name: str) -> None:
    path = FOLDER / f"{name}.schema.json"
    mend = f"cutover plans schema{' --milestones' if name == 'milestones' else ''} > cutover_plans/{path.name}"
    assert path.read_text(encoding="utf-8") == rendered(SCHEMAS[name]), f"Make it anew: {mend}"
    assert meta.is_valid(SCHEMAS[name])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_file_names_its_schema_first_and_fits_it(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split("\n")[0]
    assert first == f"#:schema ./{which(path)}.schema.json"
    assert fits(which(path), shipped(path))


def tables(kind: object, here: Place = ()) -> Iterator[tuple[Place, Table]]:
    """Every table of a shape, and where it stands: names that a file chooses are called one, tables in a row 0."""
    if isinstance(kind, Table):
        yield here, kind
        for rule in kind.rules:
            yield from tables(rule.kind, (*here, rule.name))
    elif isinstance(kind, Named):
        yield from tables(kind.of, (*here, "one"))
    elif isinstance(kind, Tables):
        yield from tables(kind.of, (*here, 0))


FULL: dict[str, Any] = {
    "plan": tomllib.loads(
        """
        title = "Everything"
        time_zone = "UTC"
        blackout = [{ from = 2026-12-23, until = 2027-01-03T00:00:00Z, why = "freeze" }]
        [defaults]
        window = { days = ["tue"], from = 00:00:00, until = 04:00:00 }
        notice = { warning = "14d", blocked = "1h", text = "From {date}.", instead = "Call." }
        [[steps]]
        id = "a"
        preferences = ["x"]
        to = "va_gov"
        needs = { steps = [], milestones = ["m"], checks = ["c:d"] }
        window = { days = ["tue"], from = 00:00:00, until = 04:00:00 }
        notice = { text = "Soon." }
        not_before = 2027-03-02 00:00:00
        """
    ),
    "milestones": {"one": {"title": "One", "likely": date(2027, 3, 1)}},
}


def at(document: Any, place: Place) -> Any:
    """What stands somewhere in a document."""
    for part in place:
        document = document[part]
    return document


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_key_that_is_not_known_is_refused_in_every_table(name: str) -> None:
    assert fits(name, FULL[name])
    assert is_read(name, FULL[name])
    found = list(tables(KINDS[name]))
    assert len(found) >= {"plan": 8, "milestones": 1}[name]
    for place, _ in found:
        document = deepcopy(FULL[name])
        at(document, place)["no_such_key"] = "x"
        assert not fits(name, document), place
        assert not is_read(name, document), place


def test_every_key_that_must_be_there_is_missed_by_both() -> None:
    for name, kind in KINDS.items():
        for place, table in tables(kind):
            for rule in table.rules:
                if rule.required:
                    document = deepcopy(FULL[name])
                    del at(document, place)[rule.name]
                    assert not fits(name, document), (place, rule.name)
                    assert not is_read(name, document), (place, rule.name)


STEP: Place = ("steps", 0)
# where, and what stands there
FAULTY: list[tuple[Place, Any]] = [
    (("title",), 3),
    (("title",), ""),
    (("title",), "x" * 501),
    (("approach",), "E"),
    (("time_zone",), "EST"),
    (("time_zone",), "America"),
    (("blackout",), {}),
    (("blackout",), []),
    (("blackout", 0, "from"), time(1)),
    (("blackout", 0, "until"), "soon"),
    (("steps",), []),
    (("steps",), {"id": "a"}),
    ((*STEP, "id"), "Capital"),
    ((*STEP, "id"), "x" * 61),
    ((*STEP, "preferences"), []),
    ((*STEP, "preferences"), "x"),
    ((*STEP, "preferences"), ["x", "x"]),
    ((*STEP, "preferences"), [f"x{number}" for number in range(51)]),
    ((*STEP, "to"), "cerner"),
    ((*STEP, "to"), True),
    ((*STEP, "surfaces"), ["va_gov"]),
    ((*STEP, "not_before"), date(2027, 3, 2)),
    ((*STEP, "wait"), "2 weeks"),
    ((*STEP, "wait"), 14),
    ((*STEP, "approvals"), 11),
    ((*STEP, "approvals"), True),
    ((*STEP, "approvals"), 1.0),
    ((*STEP, "on_failure"), "retry"),
    ((*STEP, "seed"), "all"),
    ((*STEP, "needs"), ["a"]),
    ((*STEP, "needs", "checks"), ["two words"]),
    ((*STEP, "window", "days"), []),
    ((*STEP, "window", "from"), "midnight"),
    ((*STEP, "window", "from"), date(2027, 3, 2)),
    ((*STEP, "notice", "text"), "On {day}."),
    ((*STEP, "notice", "text"), "On {date."),
]


@pytest.mark.parametrize(("place", "value"), FAULTY)
def test_schema_and_reader_agree_that_a_shape_is_wrong(place: Place, value: Any) -> None:
    document = deepcopy(FULL["plan"])
    at(document, place[:-1])[place[-1]] = value
    assert not is_read("plan", document)
    assert not fits("plan", document)


# What an editor cannot know: JSON has no dates, so one in quotes looks like one without; and a pattern counts no years.
@pytest.mark.parametrize(
    ("place", "value"),
    [((*STEP, "not_before"), "2027-03-02T00:00:00"), ((*STEP, "wait"), "11000d"), (("title",), "a\nb")],
)
def test_what_a_schema_cannot_say_the_reader_refuses(place: Place, value: Any) -> None:
    document = deepcopy(FULL["plan"])
    at(document, place[:-1])[place[-1]] = value
    assert fits("plan", document)
    assert not is_read("plan", document)


VALUES = st.one_of(
    st.sampled_from(["x", "", "30s", "va_gov", "tue", "{date}", 0, 3, -1, 1.5, True, [], {}, ["x"], [{}], [["x"]]]),
    st.sampled_from([date(2027, 3, 2), time(4, 30), datetime(2027, 3, 2), datetime.fromisoformat("2027-03-02T00:00Z")]),  # noqa: DTZ001 - as files have it
)


def places(document: Any, here: Place = ()) -> Iterator[Place]:
    """Every place of a document."""
    members = document.items() if isinstance(document, dict) else enumerate(document)
    for part, value in members:
        yield (*here, part)
        if isinstance(value, dict | list):
            yield from places(value, (*here, part))


@settings(max_examples=300)
@given(st.data(), st.sampled_from(FILES))
def test_a_schema_never_refuses_what_is_read(data: st.DataObject, path: Path) -> None:
    document, name = shipped(path), which(path)
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(list(places(document))))
        inside = at(document, place[:-1])
        if data.draw(st.booleans()):
            inside[place[-1]] = data.draw(VALUES)
        else:
            del inside[place[-1]]
        if not document:
            return
    if is_read(name, document):
        assert fits(name, document)


def test_every_kind_of_list_says_how_long_it_may_be() -> None:
    told = Several(PLAN.rules[0].kind, least=1, most=2).schema()  # type: ignore[arg-type]  # a title is a scalar
    assert (told["minItems"], told["maxItems"], told["uniqueItems"]) == (1, 2, True)
