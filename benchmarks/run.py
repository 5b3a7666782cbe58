"""`make bench`: every subject, or those that ARGS names, and one RESULT line."""

import argparse
from collections.abc import Callable, Iterator, Mapping

from benchmarks import board, compare, history, pause
from benchmarks.row import Row, result, table
from sandbox.chaos.cluster import NoServer
from sandbox.chaos.run import stop_once
from sandbox.chaos.stage import Trouble

SUBJECTS: Mapping[str, Callable[[], Iterator[Row]]] = {
    "pause": pause.rows,
    "history": history.rows,
    "compare": compare.rows,
    "board": board.rows,
}


def main() -> int:
    """Measure; 0 when every budget is met."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description="The budgets of the product, measured.")
    parser.add_argument("subject", nargs="*", choices=[[], *SUBJECTS], help=f"one of {', '.join(SUBJECTS)}; else all")
    asked = parser.parse_args().subject or list(SUBJECTS)
    stop_once()
    try:
        rows = [one for name in asked for one in SUBJECTS[name]()]
    except (TimeoutError, NoServer, Trouble, history.Misjudged, compare.Otherwise, board.Unsound) as trouble:
        print(f"The measurement could not be brought to its end, and nothing is told of it: {trouble}", flush=True)
        return 1
    for line in table(rows):
        print(line)
    print(f"RESULT {result(rows)}", flush=True)
    return 0 if all(one.met for one in rows) else 1
