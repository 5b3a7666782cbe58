"""The ledger as a file: CSV that a spreadsheet shows and does not compute, and the API's members as JSON lines."""

import csv
import io
import json

import pytest
from flask.testing import FlaskClient

from app.domain.ownership import System
from app.domain.roles import Role
from app.entrypoints.pages.ledger_files import COLUMNS, PORTION, cell
from app.services.recording import By, record
from tests.entrypoints.invented import FIRST
from tests.entrypoints.world import World


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """Somebody who may only look."""
    world.adopt(FIRST.key)
    world.moved(System.VA_GOV, FIRST.key)
    return world.signed_in(Role.VIEWER)


def write(world: World, *reasons: str) -> None:
    """Entries with these reasons, in one unit."""
    with world.store.writing() as unit:
        for reason in reasons:
            record(unit, By("token:ada", reason), "plan_paused", {"plan": "invented"})


def rows(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    """The rows of the CSV file, as a reader of RFC 4180 finds them."""
    answer = browser.get(f"/ledger.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8"), newline=""), strict=True))


def test_the_csv_file_has_a_header_and_every_entry_in_its_order(world: World, browser: FlaskClient) -> None:
    answer = browser.get("/ledger.csv")
    assert answer.content_type == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ledger.csv"'
    assert answer.get_data().startswith(",".join(COLUMNS).encode() + b"\r\n")
    with world.store.reading() as unit:
        entries = list(unit.ledger.entries())
    found = rows(browser)
    assert [row["number"] for row in found] == [str(entry.number) for entry in entries]
    assert [row["hash"] for row in found] == [entry.hash for entry in entries]
    assert found[-2]["at"].endswith("Z")


def test_quotes_commas_lines_and_letters_of_every_kind_come_back_as_they_were(
    world: World, browser: FlaskClient
) -> None:
    reasons = ['She said "yes", twice', "two\nlines", "Grüße, 日本 🎈"]
    write(world, *reasons)
    assert [row["reason"] for row in rows(browser, "?plan=invented")] == reasons


@pytest.mark.parametrize("reason", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(world: World, browser: FlaskClient, reason: str) -> None:
    write(world, reason)
    assert rows(browser, "?plan=invented")[0]["reason"] == f"'{reason}"


@pytest.mark.parametrize("text", ["\t=1", "\r=1", " =1", "\n@x"])
def test_what_a_spreadsheet_would_trim_hides_no_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert cell("3 = 2 + 1") == "3 = 2 + 1"


def test_json_lines_have_exactly_the_members_of_the_api(world: World, browser: FlaskClient) -> None:
    write(world, "a line and\nanother")
    answer = browser.get("/ledger.jsonl")
    assert answer.content_type == "application/jsonl; charset=utf-8"
    lines = [json.loads(line) for line in answer.get_data().decode().rstrip("\n").split("\n")]
    token = {"Authorization": f"Bearer {world.token(Role.VIEWER)}"}
    told = world.app.test_client().get("/api/v1/ledger?limit=1000", headers=token).get_json()["entries"]
    assert lines == told[: len(lines)]
    assert len(lines) == len(told) - 1, "all but the token that was made in between"


def test_a_file_holds_what_the_filter_finds_across_portions(world: World, browser: FlaskClient) -> None:
    write(world, *(f"Reason {number}." for number in range(PORTION + 3)))
    write(world, "Another.")
    assert len(rows(browser, "?text=reason")) == PORTION + 3
    answer = browser.get("/ledger.jsonl?text=reason")
    assert len(answer.get_data().splitlines()) == PORTION + 3


def test_a_file_ends_where_the_ledger_ended_when_it_was_asked_for(world: World, browser: FlaskClient) -> None:
    write(world, *(f"Reason {number}." for number in range(PORTION + 3)))
    with browser.get("/ledger.jsonl?plan=invented", buffered=False) as answer:
        parts = answer.iter_encoded()
        first = next(parts)
        write(world, "Too late.")
        text = b"".join([first, *parts])
    assert len(text.splitlines()) == PORTION + 3
    assert b"Too late." not in text


def test_nothing_found_is_a_header_alone_or_no_line(browser: FlaskClient) -> None:
    assert rows(browser, "?plan=nothing") == []
    assert browser.get("/ledger.jsonl?plan=nothing").get_data() == b""


def test_a_file_is_for_whoever_is_signed_in(client: FlaskClient) -> None:
    assert client.get("/ledger.csv").status_code == 303
    assert client.get("/ledger.jsonl").status_code == 303
