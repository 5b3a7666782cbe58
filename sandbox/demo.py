"""`make demo`: ownership moves on real contracts under live traffic, and an audit says what came of it."""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import requests
from rich.console import Console
from rich.live import Live

from sandbox.audit import Result, audit
from sandbox.evidence import gather
from sandbox.live import lines, next_step, table
from sandbox.processes import NotStarted
from sandbox.programs import NotReady
from sandbox.stage import ROOT, Stage, Trouble, stage, start_front_ends

PEOPLE = 2000
PLAN = "demo"
WARM_UP = 3.0
MOVES_WITHIN = 180.0
LOOK_EVERY = 0.5
RESULT = (
    *("moved", "undone", "writes_acknowledged", "accepted_by_both", "lost", "wrong_side"),
    *("pause_ms_p50", "pause_ms_max", "writes_unknown", "asked_to_retry"),
)

console = Console(highlight=False)


def main() -> int:
    """Play the demonstration; 0 only when the plan came to its end and the audit is clean."""
    parser = argparse.ArgumentParser(prog="make demo ARGS=…", description="A cutover with stand-ins, in a minute.")
    parser.add_argument("--exit", action="store_true", help="end by itself after the report")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"how many invented people ({PEOPLE})")
    parser.add_argument("--keep", action="store_true", help="keep the files of the run, and say where they are")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="cutover-demo-"))
    try:
        return _play(folder, asked)
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130
    except (NotStarted, NotReady, Trouble, requests.RequestException) as trouble:
        console.print(f"The demonstration cannot go on. {trouble}", markup=False)
        return 1
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)


def _play(folder: Path, asked: argparse.Namespace) -> int:
    console.print(f"Starting MHV, VA Profile, {asked.people} invented people and the service …")
    with stage(folder, asked.people) as running, ExitStack() as closing:
        console.print(f"The page (this link signs you in, once): {running.sign_in}", soft_wrap=True)
        start_front_ends(running, closing)
        time.sleep(WARM_UP)
        running.post(f"/api/v1/plans/{PLAN}/start", {"reason": "The demonstration shows it."})
        ended = _watch(running)
        running.stop_front_ends()
        result = audit(gather(folder, ROOT / "flags"))
        held = [step for step in ended["steps"] if step["state"] != "done"]
        _report(result, held)
        if asked.keep:
            console.print(f"The files of the run are in {folder}", soft_wrap=True)
        if not asked.exit:
            console.print(f"\nThe page stays up until Ctrl-C: {running.url}", soft_wrap=True)
        print("RESULT " + json.dumps({name: asdict(result)[name] for name in RESULT}), flush=True)
        if not asked.exit:
            signal.pause()
    return 0 if result.is_clean and not held and result.moved and result.undone else 1


def _watch(running: Stage) -> dict[str, Any]:
    """Show the table until every step has ended or one is held; the plan as it is then."""
    end = time.monotonic() + MOVES_WITHIN
    said = ""
    with Live(console=console, auto_refresh=False, transient=False) as live:
        while True:
            plan: dict[str, Any] = running.get(f"/api/v1/plans/{PLAN}")
            ownership: dict[str, Any] = running.get("/api/v1/ownership")
            if console.is_terminal:
                live.update(table(running, plan, ownership), refresh=True)
            elif (now := next_step(plan).split(" in ")[0].rstrip(".")) != said:
                said = now
                console.print(f"{now}.", *lines(running, ownership), sep="\n  ", soft_wrap=True)
            over = plan["state"] != "running" or any(step["state"] == "held" for step in plan["steps"])
            if over or time.monotonic() > end:
                return plan
            time.sleep(LOOK_EVERY)


def _report(result: Result, held: list[dict[str, Any]]) -> None:
    """Say in words what the logs and the contents of both systems show."""
    console.print("\n[bold]What the two systems' own logs and contents say, against what people were told[/bold]")
    console.print(f"  moves seen in the logs            {result.moved} to VA.gov, {result.undone} back to MHV")
    console.print(f"  writes acknowledged               {result.writes_acknowledged}")
    console.print(f"  writes asked to retry             {result.asked_to_retry}")
    console.print(f"  writes whose outcome is unknown   {result.writes_unknown}")
    console.print(f"  accepted by both systems          {result.accepted_by_both}")
    console.print(f"  accepted on the wrong side        {result.wrong_side}")
    console.print(f"  acknowledged and lost             {result.lost}")
    if result.pause_ms_p50 is None:
        console.print("  pause                             nobody was asked to wait")
    else:
        console.print(
            f"  pause of a preference             {result.pause_ms_p50} ms (longest {result.pause_ms_max} ms)"
        )
    console.print(
        "  Moves carry no data in this version: each choice is looked for in the system that accepted it.",
        soft_wrap=True,
    )
    for fault in result.faults[:10]:
        console.print(f"  [red]{fault}[/red]")
    for step in held:
        console.print(f"  [red]Step {step['id']} is {step['state']}: {step['why'] or 'it did not end in time'}[/red]")
    console.print("[green]The audit is clean.[/green]" if result.is_clean else "[red]The audit is NOT clean.[/red]")


if __name__ == "__main__":
    sys.exit(main())
