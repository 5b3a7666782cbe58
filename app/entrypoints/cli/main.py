"""The group of all commands, and how a run of one ends."""

import click

from app.domain.refusals import Refusal
from app.entrypoints.cli import (
    calendars,
    comparing,
    history,
    incidents,
    leases,
    ledger,
    milestones,
    moving,
    planning,
    plans,
    proposing,
    recovering,
    serving,
    sessions,
    status,
    stopping,
    tokens,
    webhooks,
)
from app.entrypoints.cli.line import CommandLine, tell
from app.services.store import Lost, Unreachable


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cutover() -> None:
    """Who owns each notification preference now, and how ownership moves.

    Exit status: 0 done, 1 refused or found wrong, 2 wrong usage, 3 not reachable.
    """


PARTS = (
    status,
    moving,
    proposing,
    plans,
    planning,
    comparing,
    calendars,
    milestones,
    stopping,
    leases,
    ledger,
    history,
    incidents,
    tokens,
    sessions,
    webhooks,
    recovering,
    serving,
)
for module in PARTS:
    for command in module.COMMANDS:
        cutover.add_command(command)


def run(line: CommandLine, arguments: list[str] | None = None) -> int:
    """Run one command; its exit status."""
    try:
        ended = cutover.main(args=arguments, prog_name="cutover", obj=line, standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except click.Abort:
        click.echo("Stopped. A service that runs carries on what was begun; without one, cutover tick does.", err=True)
        return 1
    except (Refusal, Lost, Unreachable) as error:
        return tell(error)
    return ended if isinstance(ended, int) else 0
