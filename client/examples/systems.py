"""The two systems as the examples know them: where they are, and how a choice is read. Yours has its own contract."""

from collections.abc import Mapping

import requests

Places = Mapping[str, str]
"""The base address of each system, by its name in the controller: `mhv`, `va_gov`."""


def place(places: Places, system: str, person: str, key: str) -> str:
    """Where one person's choice stands in one system."""
    return f"{places[system]}/people/{person}/{key}"


def read(places: Places, system: str, person: str, key: str) -> str | None:
    """The choice that a system holds; None when nothing was ever set. Raises requests.RequestException."""
    answer = requests.get(place(places, system, person, key), timeout=5)
    if answer.status_code == 404:
        return None
    answer.raise_for_status()
    return str(answer.json()["choice"])
