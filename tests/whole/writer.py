"""A process that writes through the client package, as a test tells it: `python -m tests.whole.writer ORDERS`.

    start                    takes a lease; says `started` once it knows where to write
    write KEY CHOICE NUMBER  makes a choice of the person with this number; says `ok`, `failed` or `unknown`

It takes no lease before it is told to start: the successor of a process can be loaded and waiting when that is killed.
"""

import sys
from dataclasses import dataclass

from cutover_client.client import Client
from sandbox.chaos.client import Orders, given
from sandbox.chaos.contracts import Systems
from sandbox.chaos.diary import opened
from sandbox.chaos.leased import Writer
from sandbox.chaos.person import Choice, Notebook
from sandbox.people import person


@dataclass(frozen=True)
class Told:
    """What each word does."""

    client: Client
    notebook: Notebook
    systems: Systems
    keys: tuple[str, ...]

    def start(self) -> str:
        """Take a lease, and hear where each preference is written."""
        self.client.start()
        for key in self.keys:
            self.client.route(key)
        return "started"

    def write(self, key: str, choice: str, number: str) -> str:
        """Make one person's choice at the owner."""
        return Writer(self.client).write(self.notebook, Choice(person(int(number), 1), key, choice), self.systems)


def main() -> None:
    """Do what standard input says until it ends, and answer each line with one."""
    orders: Orders = given()
    client = Client(orders.urls, orders.token, client=orders.name, keys=orders.keys)
    told = Told(client, Notebook(opened(orders.diary, "lease"), orders.salt), orders.systems(), tuple(orders.keys))
    print("loaded", flush=True)  # noqa: T201 - it answers on standard output
    for line in sys.stdin:
        word, *more = line.split()
        print(told.start() if word == "start" else told.write(*more), flush=True)  # noqa: T201
    client.stop()


if __name__ == "__main__":
    main()
