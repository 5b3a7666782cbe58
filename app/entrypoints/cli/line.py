"""What every command needs: the process behind it, who runs it, and how answers and refusals are printed."""

import json
import os
import pwd
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import click
from rich.console import Console
from rich.table import Table

from app.domain.refusals import Refusal
from app.services.context import Context
from app.services.recording import By
from app.services.store import Lost, Unreachable

REFUSED, WRONG_USAGE, NOT_REACHABLE = 1, 2, 3
"""Exit statuses; 0 is done."""

WIDEST = 1000
"""Columns of a table that no person looks at on a terminal."""

UNREACHABLE_CODES = {"database_unreachable", "system_unreachable"}


class CommandLine(Protocol):
    """What `bootstrap` gives to the commands. Nothing is read or opened before a command asks for it."""

    def context(self, *, moving: bool = False) -> Context:
        """A context on the database that the settings name; `moving` needs the systems too."""

    def faults(self) -> Sequence[str]:
        """Everything that is wrong in settings, preference files and plans, as serving would find it."""

    def warnings(self) -> Sequence[str]:
        """What is not wrong, and could lose a commit that was answered: the settings of the database's server."""

    def migrate(self) -> None:
        """Bring the database up to date."""

    def serve(self) -> None:
        """Serve until told to stop."""


NUMBER = click.IntRange(0, 2**31 - 1)
"""A number that the database can hold."""

pass_line = click.pass_obj
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
because = click.option("--reason", required=True, help="Why; the ledger keeps it for ever. No data of Veterans.")


def by(reason: str) -> By:
    """Whoever runs the command, by the name that the operating system knows."""
    return By(f"cli:{pwd.getpwuid(os.getuid()).pw_name}", reason)


def show(value: Any, *, json_wanted: bool, plain: Callable[[], None]) -> None:
    """Print an answer for a program or for a person."""
    if json_wanted:
        click.echo(json.dumps(value, ensure_ascii=False))
    else:
        plain()


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; None is shown as a dash."""
    drawn = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        drawn.add_row(*("–" if cell is None else str(cell) for cell in row))
    # Without a terminal there is no width to keep to, and a key that is folded into two lines is found by no search.
    width = None if sys.stdout.isatty() else WIDEST
    console = Console(highlight=False, markup=False, emoji=False, width=width)
    console.print(drawn)


def tell(error: Exception) -> int:
    """Say on standard error why something was not done; the exit status."""
    if isinstance(error, Refusal):
        click.echo(f"{error.title}. {error.detail}\n{error.mend} [{error.code}]", err=True)
        return NOT_REACHABLE if error.code in UNREACHABLE_CODES else REFUSED
    if isinstance(error, Lost):
        click.echo("Somebody else was first. Nothing was done. Look at it as it is now. [epoch_stale]", err=True)
        return REFUSED
    if isinstance(error, Unreachable):
        click.echo("The database cannot be reached. Nothing can move. [database_unreachable]", err=True)
        return NOT_REACHABLE
    raise error
