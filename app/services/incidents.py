"""Incidents: what somebody must look at. Found twice is one; it is closed with a reason. They tell of no Veteran."""

from collections.abc import Iterable

from app.domain.evidence import Found, Incident
from app.domain.refusals import Refusal
from app.services.recording import LONGEST_REASON, By, record
from app.services.store import Unit

FINDER = "controller"
MOST = 200


def raise_incident(unit: Unit, found: Found) -> int | None:
    """Keep an incident with its ledger entry; its number, or None when it was found before, open or closed."""
    if unit.incidents.has(found):
        return None
    # The ledger first, as every change does: in the other order two units could wait for each other.
    unit.ledger.lock()
    number = unit.incidents.add(found)
    if number is None:
        return None
    body = {
        "incident": number,
        "kind": found.kind,
        "key": found.key,
        "system": found.system,
        "epoch": found.epoch,
        "reference": found.reference,
    }
    record(unit, By(FINDER, found.detail[:LONGEST_REASON]), "incident", body)
    return number


def close(unit: Unit, number: int, by: By) -> Incident:
    """Close an incident. Refusals `not_found`, `incident_closed`."""
    unit.ledger.lock()
    incident = unit.incidents.find(number)
    if incident is None:
        raise Refusal("not_found", f"There is no incident {number}.", "cutover incidents list shows them.")
    if not unit.incidents.close(number, unit.now()):
        detail = f"Incident {number} was closed before."
        raise Refusal("incident_closed", detail, "The ledger says by whom, and why.")
    record(unit, by, "incident_closed", {"incident": number, "kind": incident.what.kind, "key": incident.what.key})
    return unit.incidents.find(number) or incident


def open_incidents(unit: Unit, keys: Iterable[str]) -> list[Incident]:
    """The open incidents of some preferences, the newest first: while there is one, a person decides."""
    return unit.incidents.latest(MOST, only_open=True, keys=keys)
