"""Damages the shipped files by the hundred thousand and reads them. By hand, in two processes:

python -m tests.adapters.files.fuzz --files 1000000 --seed 7

It ends with 1 at the first file that was not read or told as faults that help, and prints that file.
"""

import argparse
import json
from collections import Counter
from multiprocessing import Pool
from random import Random
from time import perf_counter
from traceback import format_exc

from tests.adapters.files.mutations import FOLDERS, damaged, require_sensible

AT_ONCE = 2_000
SLOWEST = 2.0
"""Seconds; one of these files takes some milliseconds."""


def run(part: tuple[int, int, int]) -> Counter[str]:
    """Damage and read some files, by seed, the number of the part, and how many. Counts of what came of them."""
    seed, number, files = part
    chance, found = Random(f"{seed} {number}"), Counter[str]()
    for _ in range(files):
        contents, judged = chance.choice(FOLDERS)
        key = chance.choice(sorted(contents))
        text = damaged(contents[key], chance).decode(errors="replace")
        began = perf_counter()
        try:
            faults = judged(key, text)
            for fault in faults:
                require_sensible(fault, text)
        except Exception as error:  # noqa: BLE001 - whatever it is, this is what is looked for
            raise SystemExit(f"{format_exc()}\n{key} of part {number}: {error!r}\n{text!r}") from None
        took = perf_counter() - began
        if took > SLOWEST:
            raise SystemExit(f"{key} of part {number} took {took:.1f} s\n{text!r}")
        found["refused" if faults else "read"] += 1
        found["faults"] += len(faults)
        found["slowest_ms"] = max(found["slowest_ms"], round(took * 1000))
    return found


def main() -> None:
    """Read the arguments, run, and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    began, whole, slowest = perf_counter(), Counter[str](), 0
    parts = [(asked.seed, at, min(AT_ONCE, asked.files - at)) for at in range(0, asked.files, AT_ONCE)]
    with Pool(2) as pool:
        for found in pool.imap_unordered(run, parts):
            slowest = max(slowest, found.pop("slowest_ms"))
            whole += found
    told = {"files": whole["read"] + whole["refused"], **whole, "tracebacks": 0, "slowest_ms": slowest}
    print("RESULT", json.dumps({**told, "seconds": round(perf_counter() - began)}))


if __name__ == "__main__":
    main()
