"""A batch writer: sets one preference for many people, waits out moves, and reads back what it cannot be sure of."""

import time
from collections.abc import Mapping

from cutover_client.client import Client
from cutover_client.errors import NotSent, OutcomeUnknown
from cutover_client.routes import Refused
from examples.systems import Places, place, read

TRIES = 20


def write_all(client: Client, places: Places, key: str, choices: Mapping[str, str]) -> list[str]:
    """Set each person's choice; the people for whom it did not come to stand."""
    return [person for person, choice in choices.items() if not write_one(client, places, key, (person, choice))]


def write_one(client: Client, places: Places, key: str, wanted: tuple[str, str]) -> bool:
    """Whether the choice stands at the owner in the end. Nobody looked at an older value: any epoch will do."""
    person, choice = wanted
    for _ in range(TRIES):
        try:
            with client.writing(key) as permit:
                return permit.send("PUT", place(places, permit.system, person, key), body={"choice": choice}).accepted
        except (Refused, NotSent) as not_written:
            if not_written.retry_after is None:  # retired, or not adopted yet: asking again does not help
                return False
            time.sleep(not_written.retry_after)
        except OutcomeUnknown:
            present = client.route(key).read_from
            if present is not None and read(places, present, person, key) == choice:
                return True
    return False
