"""`make demo`: ownership moves on real contracts under live traffic, and the history checker says what came of it."""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import requests
from rich.console import Console
from rich.live import Live

from sandbox.live import lines, next_step, table
from sandbox.processes import NotStarted
from sandbox.programs import NotReady
from sandbox.stage import Stage, Trouble, stage, start_front_ends

PEOPLE = 2000
PLAN = "demo"
WARM_UP = 3.0
MOVES_WITHIN = 180.0
LOOK_EVERY = 0.5
SIGN_IN = "  The development sign-in is on: anybody on this machine, and nobody else, signs in as an invented person."
RESULT = {
    "moved": "moved",
    "undone": "undone",
    "writes_acknowledged": "acknowledged",
    "accepted_by_both": "accepted_by_both",
    "lost": "lost",
    "wrong_side": "wrong_side",
    "pause_ms_p50": "pause_ms_p50",
    "pause_ms_max": "pause_ms_max",
    "writes_unknown": "unknown",
    "asked_to_retry": "asked_to_retry",
}
"""The members of the RESULT line, and those of the verdict that they come from."""
REPORTED = {
    "writes acknowledged": "acknowledged",
    "writes asked to retry": "asked_to_retry",
    "writes whose outcome is unknown": "unknown",
    "accepted by both systems": "accepted_by_both",
    "accepted on the wrong side": "wrong_side",
    "acknowledged and lost": "lost",
    "violations of any kind": "violations",
    "cannot be decided": "undecidable",
    "still frozen at the end": "stuck",
}

console = Console(highlight=False)


def main() -> int:
    """Play the demonstration; 0 only when the plan came to its end and the recording is clean."""
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
    with stage(folder, asked.people, settings={"CUTOVER_DEVELOPMENT_SIGN_IN": "on"}) as running, ExitStack() as closing:
        console.print(f"The page: {running.url}", soft_wrap=True)
        console.print(SIGN_IN, soft_wrap=True)
        start_front_ends(running, closing)
        time.sleep(WARM_UP)
        running.post(f"/api/v1/plans/{PLAN}/start", {"reason": "The demonstration shows it."})
        ended = _watch(running)
        running.stop_front_ends()
        verdict = running.judge()
        held = [step for step in ended["steps"] if step["state"] != "done"]
        _report(verdict, held)
        if asked.keep:
            console.print(f"The files of the run are in {folder}", soft_wrap=True)
        if not asked.exit:
            console.print(f"\nThe page stays up until Ctrl-C: {running.url}", soft_wrap=True)
        print("RESULT " + json.dumps({name: verdict[source] for name, source in RESULT.items()}), flush=True)
        if not asked.exit:
            signal.pause()
    return 0 if verdict["clean"] and not held and verdict["moved"] and verdict["undone"] else 1


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


def _report(verdict: dict[str, Any], held: list[dict[str, Any]]) -> None:
    """Say in words what the checker found in the recording."""
    console.print("\n[bold]What the two systems' own logs and contents say, against what people were told[/bold]")
    console.print(f"  moves in the ledger               {verdict['moved']} to VA.gov, {verdict['undone']} back to MHV")
    for words, name in REPORTED.items():
        console.print(f"  {words:<33} {verdict[name]}")
    if verdict["pause_ms_p50"] is None:
        console.print("  pause                             nobody was asked to wait")
    else:
        pause, longest = verdict["pause_ms_p50"], verdict["pause_ms_max"]
        console.print(f"  pause of a preference             {pause} ms (longest {longest} ms)")
    note = "  Moves carry no data in this version: each choice is looked for in the system that accepted it."
    console.print(note, soft_wrap=True)
    for fault in verdict["faults"]:
        console.print(f"  [red]{fault}[/red]", soft_wrap=True)
    if verdict["faults_left_out"]:
        console.print(f"  [red]… and {verdict['faults_left_out']} more[/red]")
    for step in held:
        console.print(f"  [red]Step {step['id']} is {step['state']}: {step['why'] or 'it did not end in time'}[/red]")
    clean = "[green]The recording is clean.[/green]" if verdict["clean"] else "[red]The recording is NOT clean.[/red]"
    console.print(clean)


if __name__ == "__main__":
    sys.exit(main())
