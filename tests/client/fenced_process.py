"""One process of a system with a fence: `python -m tests.client.fenced_process FOLDER ACT [EPOCH]`.

write   threads that write under the epoch that stands in FOLDER/now, until FOLDER/stop is there
stall   one write under EPOCH that says "inside" once it is admitted, and goes on when FOLDER/go is there
raise   one raise after the other, from EPOCH on; each epoch is said once it is confirmed
"""

import random
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Thread

from tests.client.fenced import System

THREADS = 4


def say(word: object) -> None:
    """Tell the test."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def write(folder: Path) -> None:
    """Answers of all threads, counted by status, at the end."""
    system = System(folder, during=lambda: time.sleep(random.choice((0, 0.01, 0.15))))
    answers: Counter[int] = Counter()

    def go_on() -> None:
        while not (folder / "stop").exists():
            answers[system.write(int((folder / "now").read_text())).status] += 1

    threads = [Thread(target=go_on) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    say("ready")
    for thread in threads:
        thread.join()
    say(dict(answers))


def stall(folder: Path, epoch: int) -> None:
    """The status of the write, at the end."""

    def during() -> None:
        say("inside")
        while not (folder / "go").exists():
            time.sleep(0.01)

    say(System(folder, during=during).write(epoch).status)


def raise_on(folder: Path, epoch: int) -> None:
    """Until it is killed."""
    system = System(folder)
    while True:
        assert system.raise_to(epoch).status == 200
        say(epoch)
        epoch += 1


if __name__ == "__main__":
    where, act = Path(sys.argv[1]), sys.argv[2]
    if act == "write":
        write(where)
    else:
        {"stall": stall, "raise": raise_on}[act](where, int(sys.argv[3]))
