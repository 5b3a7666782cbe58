"""The searches by hand: `python -m tests.models`, and `--large` for those that take a quarter of an hour."""

import sys

from tests.models.runs import BEYOND, LARGE, MUTANTS, SAFE, Run


def tell(run: Run) -> bool:
    """Make a search and write a row of the table; whether it ended as it must."""
    result = run.search()
    found = "safe" if result.breach is None else f"{len(result.story)} actions: {result.breach}"
    reach = "all" if result.whole else f"to {result.depth} actions"
    cells = (
        run.name,
        run.scope.told(),
        f"{result.states:,}",
        reach if run.breach is None else "",
        f"{result.seconds:.0f}",
    )
    sys.stdout.write(f"| {' | '.join(cells)} | {found} |\n")
    if "--stories" in sys.argv and result.breach is not None:
        sys.stdout.write(f"\n{result.told()}\n\n")
    sys.stdout.flush()
    return result.breach == run.breach


def main() -> int:
    """Every search; 1 when one did not end as it must."""
    sys.stdout.write(
        "| what is searched, or left out | bounds | states | reach | seconds | found |\n|---|---|---|---|---|---|\n"
    )
    safe = LARGE if "--large" in sys.argv else SAFE
    wrong = sum(not tell(run) for run in (*safe, *MUTANTS, *BEYOND))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
