"""Several lease holders in one process: each has a lease, a stream, a thread that writes, and a diary of its own."""

import random
import signal
import threading
from dataclasses import replace

from cutover_client.client import Client
from sandbox.chaos.client import Orders, given
from sandbox.chaos.contracts import NotNow
from sandbox.chaos.diary import opened
from sandbox.chaos.leased import Writer
from sandbox.chaos.person import Notebook

TRY_AGAIN = 0.005
"""Seconds after which somebody who was refused asks again: a pause is measured no finer."""


def main() -> None:
    """Hold and write until told to stop (SIGTERM)."""
    orders = given()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    threads = [threading.Thread(target=_hold, args=(orders, number, ended)) for number in range(orders.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _hold(orders: Orders, number: int, ended: threading.Event) -> None:
    mine = replace(orders, diary=orders.diary.replace(".jsonl", f"-{number:03d}.jsonl"))
    notebook = Notebook(opened(mine.diary, "lease"), mine.salt)
    visitor, systems = mine.visitor(number), mine.systems()
    name = f"{mine.name}-{number}"
    chance = random.Random(name)
    with Client(mine.urls, mine.token, client=name, keys=mine.keys) as client:
        writer = Writer(client)
        outcome = ""
        while not ended.wait(TRY_AGAIN if outcome == "failed" else mine.pause * 2 * chance.random()):
            choice = visitor.next()
            try:
                outcome = writer.write(notebook, choice, systems) if choice else ""
            except NotNow:
                outcome = ""


if __name__ == "__main__":
    main()
