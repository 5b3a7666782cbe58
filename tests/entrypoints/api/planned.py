"""What tests of plans over the API have in common: pieces of texts, and how a dry run is asked for."""

from typing import Any

from tests.entrypoints.api.asking import Api

WHY = {"reason": "Invented."}
LIVE = '[live]\ntitle = "It is live"\nearliest = 2027-03-04\nlikely = 2027-03-10\nlatest = 2027-04-01\n'
ON_PAGE = 'surfaces = ["va_gov_profile"]'
NIGHT = 'window = { days = ["wed", "sat"], from = 00:00:00, until = 04:00:00 }'


def preview(ada: Api, key: str = "one") -> dict[str, Any]:
    """A dry run, which must leave the ledger as it was."""
    with ada.world.store.reading() as unit:
        before = unit.ledger.head()
    answer = ada.get(f"/plans/{key}/preview")
    assert answer.status_code == 200, answer.text
    with ada.world.store.reading() as unit:
        assert unit.ledger.head() == before
    told: dict[str, Any] = answer.get_json()
    return told


def at(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Which steps would be done, and when."""
    return [(one["step"], one["at"]) for one in told["actions"]]
