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

LOOK_AGAIN = 0.01
"""Seconds between two looks of somebody who was refused, whether the client may write again: a pause is measured no
finer. Looking asks the memory of the client alone: two hundred that tried to write would keep the machine busy with
refusals, and measure those."""


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
        while not ended.wait(mine.pause * 2 * chance.random()):
            try:
                while (choice := visitor.next()) and writer.write(notebook, choice, systems) == "failed":
                    while client.route(choice.key).write_to is None and not ended.is_set():
                        ended.wait(LOOK_AGAIN)
            except NotNow:
                continue


if __name__ == "__main__":
    main()
