"""A line that cannot be judged is refused with its number and a mend, and nothing of it is repeated."""

import json
from typing import Any

import pytest

from app.domain.history.members import Malformed
from app.domain.history.reading import LONGEST_LINE
from app.domain.history.verdict import judge
from tests.domain.history.tape import KEY, Line, encoded, moved_once

SECRET = "1012345678V123456"


def refused(lines: list[bytes]) -> Malformed:
    """Why a recording is refused."""
    with pytest.raises(Malformed) as caught:
        judge(lines)
    fault = caught.value
    assert fault.why
    assert fault.mend
    assert SECRET not in fault.why + fault.mend
    return fault


@pytest.mark.parametrize(
    "line",
    [
        b"not JSON\n",
        b'{"log": "mhv", "seq\n',
        b"\xff\xfe\n",
        b"[]\n",
        b"7\n",
        b"null\n",
        b'{"log": "pigeon"}\n',
        b'{"log": ["mhv"]}\n',
        b"{}\n",
        b'{"log": "client", "at": NaN}\n',
        b"[" * 100_000 + b"\n",
        b'{"log": "' + b"x" * LONGEST_LINE + b'"}\n',
        b"9" * 5000 + b"\n",
        b'{"log": "process", "process": "p", "kind": "lease"}{}\n',
    ],
    ids=range(14),
)
def test_what_is_no_line_of_a_recording_is_refused_with_its_number(line: bytes) -> None:
    lines = moved_once().text()

    assert refused([*lines, line]).line == len(lines) + 1
    assert refused([lines[0], line, *lines[1:]]).line == 2


@pytest.mark.parametrize("lines", [[], [b"\n"], [b"\n", b" \n"]])
def test_an_empty_file_is_refused(lines: list[bytes]) -> None:
    assert "no line" in refused(lines).why


def test_a_recording_begins_with_its_header_and_has_one_alone() -> None:
    head, *lines = moved_once().text()

    assert refused(lines).line == 1
    assert refused([head, *lines, head]).line == len(lines) + 2


@pytest.mark.parametrize(
    "change",
    [
        {"format": "another"},
        {"version": 2},
        {"version": None},
        {"systems": None},
        {"systems": {"mhv": {"fence": "none"}}},
        {"systems": {"mhv": {"fence": "none"}, "va_gov": {"fence": "wood"}}},
        {"assumptions": "mostly"},
        {"assumptions": None},
        {"records": None},
        {"records": True},
        {"freeze_limit": "2m"},
        {"choices": []},
        {"choices": {KEY: {"off": 0}}},
        {"choices": {KEY: {"off": {"mhv": []}}}},
    ],
)
def test_a_header_that_leaves_something_open_is_refused(change: Line) -> None:
    tape = moved_once()
    tape.more = change

    assert refused(tape.text()).line == 1


ACCEPT: Line = {"log": "mhv", "sequence": 9, "line": "accept", "kind": "write", "preference": KEY, "person": SECRET}
ACCEPT |= {"write_id": "w", "epoch": 1, "part": "choice", "value": 1, "copies": None}
MARK: Line = {"log": "mhv", "sequence": 9, "line": "mark", "preference": KEY, "epoch": 2}
EVENT: Line = {
    "log": "client",
    "process": "p",
    "count": 1,
    "event": "begin",
    "write": "w",
    "key": KEY,
    "person": SECRET,
}
EVENT |= {"epoch": 1, "at": 1.5}
ROW = {"state": "held", "owner": "mhv", "target": None, "epoch": 1}
ENTRY: Line = {"log": "ledger", "number": 9, "act": "stop", "revision": 9, "at": "2027-03-02T05:00:00Z"}
ENTRY |= {"body": {"move": None, "preferences": {KEY: {"before": ROW, "after": ROW}}}}
HELD: Line = {"log": "contents", "system": "mhv", "preference": KEY, "person": SECRET, "write_id": None, "value": 1}
INCIDENT: Line = {"log": "incident", "key": KEY, "system": "mhv", "epoch": 1}
PROCESS: Line = {"log": "process", "process": "p", "kind": "lease"}

WRONG: list[tuple[Line, str, list[Any]]] = [
    (ACCEPT, "sequence", [None, -1, "1", 1.0, True]),
    (ACCEPT, "line", [None, "accepted", SECRET]),
    (ACCEPT, "kind", [None, "read"]),
    (ACCEPT, "preference", [None, "", "with blanks", "\u202e", "x" * 500, 7]),
    (ACCEPT, "person", [None, "", 7]),
    (ACCEPT, "write_id", ["", 7]),
    (ACCEPT, "epoch", [-1, "1", 1.5, True]),
    (ACCEPT, "part", [None, "half"]),
    (ACCEPT, "value", [[], {}]),
    (ACCEPT, "copies", ["", 7]),
    (MARK, "epoch", [None, -1, "2"]),
    (EVENT, "process", [None, "", "a b", 7]),
    (EVENT, "count", [None, 0, "1", True]),
    (EVENT, "event", [None, "refused", SECRET]),
    (EVENT, "write", [None, "", 7]),
    (EVENT, "key", [None, ""]),
    (EVENT, "at", [None, "now", True, 10**400]),
    (EVENT, "code", [7]),
    (EVENT, "owner", ["cerner", 7]),
    (ENTRY, "number", [None, 0, "1"]),
    (ENTRY, "act", [None, "", 7]),
    (ENTRY, "revision", [None, -1]),
    (ENTRY, "at", [None, "yesterday", "2027-03-02T05:00:00", 7]),
    (ENTRY, "body", [None, []]),
    (ENTRY, "body", [{"preferences": {KEY: 7}}, {"preferences": {KEY: {"before": ROW}}}]),
    (ENTRY, "body", [{"preferences": {"with blanks": {"before": ROW, "after": ROW}}}, {"move": "one"}]),
    (ENTRY, "body", [{"preferences": {KEY: {"before": {**ROW, "owner": "cerner"}, "after": ROW}}}]),
    (ENTRY, "body", [{"preferences": {KEY: {"before": ROW, "after": {**ROW, "epoch": None}}}}]),
    (HELD, "system", [None, "cerner"]),
    (HELD, "person", [None]),
    (HELD, "value", [[]]),
    (INCIDENT, "key", [None]),
    (INCIDENT, "system", [None]),
    (PROCESS, "kind", [None, "thread"]),
]


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [(line, name, value) for line, name, values in WRONG for value in values],
    ids=lambda value: "" if isinstance(value, dict) else ascii(value)[:40],
)
def test_a_member_that_is_not_what_it_must_be_is_named(line: Line, name: str, value: Any) -> None:
    head = encoded([moved_once().header()])

    judge(head + encoded([line]))
    fault = refused(head + encoded([{**line, name: value}]))

    assert fault.line == 2
    assert name == "body" or f"`{name}`" in fault.why or "behind its line" in fault.why


@pytest.mark.parametrize("name", ["sequence", "line", "kind", "preference", "person", "part", "value"])
def test_a_member_that_is_left_out_is_named(name: str) -> None:
    line = {member: value for member, value in ACCEPT.items() if member != name}

    assert f"`{name}`" in refused(encoded([moved_once().header(), line])).why


def test_members_that_nobody_described_are_passed_over() -> None:
    lines = [json.dumps({**json.loads(line), "weather": {"wind": [1]}}).encode() for line in moved_once().text()]

    assert judge(lines) == judge(moved_once().text())


@pytest.mark.parametrize("log", ["mhv", "client", "ledger"])
def test_a_log_whose_lines_stand_out_of_order_or_twice_is_refused(log: str) -> None:
    tape = moved_once()
    first = next(line for line in tape.lines if line["log"] == log)
    tape.lines.append(first)

    assert refused(tape.text()).line == len(tape.lines) + 1


def test_contents_that_are_told_twice_are_refused() -> None:
    lines = moved_once().text()

    assert refused([*lines, lines[-1]]).line == len(lines) + 1


def test_a_process_with_two_kinds_is_refused() -> None:
    tape = moved_once()
    for kind in ("lease", "lease", "advisory"):
        tape.add("process", process="front", kind=kind)

    assert refused(tape.text()).line == len(tape.lines) + 1
