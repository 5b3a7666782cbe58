"""Incidents and counts of reports from the command line."""

from app.domain.evidence import Found, Kind, Reported, Verdict
from app.domain.ownership import System
from app.services.incidents import raise_incident
from tests.entrypoints.cli.running import Cutover
from tests.entrypoints.world import World


def found(world: World, reference: str) -> int | None:
    """Something is found."""
    with world.store.writing() as unit:
        detail = "VA.gov accepted it."
        return raise_incident(unit, Found(Kind.WRONG_SIDE, "parcel_on_its_way", "va_gov", reference, detail))


def test_incidents_are_listed_and_closed(world: World, cutover: Cutover) -> None:
    number = found(world, "tx-1")
    plain = cutover("incidents", "list", "--open")
    assert "wrong_side" in plain.out
    assert "VA.gov accepted it." in plain.out
    closed = cutover("incidents", "close", str(number), "--reason", "Looked at.")
    assert (closed.status, closed.out) == (0, f"incident {number} is closed\n")
    assert cutover("incidents", "list", "--open", "--json").json == {"incidents": []}
    assert [one["reference"] for one in cutover("incidents", "list", "--json").json["incidents"]] == ["tx-1"]
    again = cutover("incidents", "close", str(number), "--reason", "Again.")
    assert (again.status, "[incident_closed]" in again.err) == (1, True)


def test_a_reason_is_needed(world: World, cutover: Cutover) -> None:
    assert cutover("incidents", "close", str(found(world, "tx-1"))).status == 2


def test_reports_are_counted(world: World, cutover: Cutover) -> None:
    with world.store.writing() as unit:
        for number in range(3):
            unit.reports.add(Reported(System.VA_GOV, f"tx-{number}", "a_key", Verdict.RIGHT, unit.now()))
        unit.reports.add(Reported(System.VA_GOV, "tx-9", None, Verdict.UNKNOWN, unit.now()))
    told = cutover("reports", "--json").json["reports"]
    assert {(one["key"], one["verdict"], one["count"]) for one in told} == {
        ("a_key", "right", 3),
        (None, "ignored", 1),
    }
    assert "ignored" in cutover("reports").out
