"""Judging a recording of any run: no database, no settings, no server."""

import gc
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from app.domain.history.members import Malformed
from app.domain.history.reading import LONGEST_LINE
from app.domain.history.verdict import Verdict, judge
from app.domain.refusals import Refusal
from app.entrypoints.cli.line import REFUSED, as_json, show, table

COUNTS = (
    ("moves", "moves"),
    ("moved", "preferences moved to VA.gov"),
    ("undone", "preferences moved to MHV"),
    ("called_off", "moves called off"),
    ("writes", "writes that people began"),
    ("acknowledged", "writes acknowledged"),
    ("unknown", "writes whose outcome is unknown"),
    ("asked_to_retry", "writes asked to retry"),
    ("accepted", "writes accepted"),
    ("accepted_by_both", "reigns in which both systems accepted"),
    ("violations", "violations"),
    ("wrong_side", "of them accepted on the wrong side"),
    ("breaches", "breaches"),
    ("breaches_reported", "of them reported by the controller"),
    ("undecidable", "undecidable"),
    ("lost", "acknowledged and lost"),
    ("stuck", "stuck"),
    ("noted", "beyond any promise"),
    ("pause_ms_p50", "pause in ms, median"),
    ("pause_ms_p99", "pause in ms, 99 of 100 are shorter"),
    ("pause_ms_max", "pause in ms, longest"),
)


@click.group()
def history() -> None:
    """Judge what happened, from logs alone."""


@history.command(name="check")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def checked(file: Path, as_json: bool) -> int:
    """Judge a recording (docs/history.md describes it) of this product's runs or of anybody's.

    Exit status: 0 when it is clean; 1 when something is violated, lost, stuck or cannot be decided, or when the
    recording was refused.
    """
    verdict = _judged(file)
    show(verdict.as_json(), json_wanted=as_json, plain=lambda: _plain(verdict))
    return 0 if verdict.clean else REFUSED


def _judged(file: Path) -> Verdict:
    name = "".join(sign if sign.isprintable() else "?" for sign in file.name)
    # A million small objects without any circle among them: the collector would walk them again and again for nothing.
    gc.disable()
    try:
        return judge(_lines(file))
    except OSError as error:
        why = (error.strerror or "the reason is not known").lower()
        raise Refusal("recording_unreadable", f"{name}: {why}.", "Name a file that can be read.") from None
    except Malformed as fault:
        raise Refusal("recording_malformed", f"{name}:{fault.line}: {fault.why}", fault.mend) from None
    finally:
        gc.enable()


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of the file, none of them much longer than a line may be."""
    with file.open("rb") as opened:
        yield from iter(partial(opened.readline, LONGEST_LINE + 2), b"")


def _plain(verdict: Verdict) -> None:
    told = verdict.as_json()
    table(("", f"{verdict.events} lines"), [(words, told[name]) for name, words in COUNTS])
    for fault in verdict.faults:
        click.echo(fault)
    if verdict.faults_left_out:
        click.echo(f"… and {verdict.faults_left_out} more.")
    click.echo("The recording is clean." if verdict.clean else "The recording is NOT clean.")


COMMANDS = (history,)
