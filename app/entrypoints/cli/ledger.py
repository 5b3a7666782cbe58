"""The ledger from the command line."""

from dataclasses import asdict

import click

from app.domain.ledger import verify
from app.entrypoints.cli.line import NUMBER, REFUSED, CommandLine, as_json, pass_line, show, table
from app.services.showing import entry_json


@click.group()
def ledger() -> None:
    """Everything that happened, and whether the record of it is whole."""


@ledger.command(name="list")
@click.option("--after", type=NUMBER, default=0, help="Begin behind this number.")
@click.option("--limit", type=NUMBER, default=50, show_default=True)
@as_json
@pass_line
def listed(line: CommandLine, after: int, limit: int, as_json: bool) -> None:
    """Entries in their order."""
    with line.context().store.reading() as unit:
        told = [entry_json(entry) for entry in unit.ledger.entries(after, max(1, limit))]
    columns = ("number", "at", "actor", "act", "reason")
    rows = [tuple(one[name] for name in columns) for one in told]
    show({"entries": told}, json_wanted=as_json, plain=lambda: table(columns, rows))


@ledger.command(name="verify")
@click.option("--head", metavar="HASH", help="Compare with a head that was noted elsewhere.")
@as_json
@pass_line
def verified(line: CommandLine, head: str | None, as_json: bool) -> int:
    """Find any change, reordering, removal or cut tail."""
    with line.context().store.reading() as unit:
        verdict = verify(unit.ledger.entries(), unit.ledger.head(), head)

    def plain() -> None:
        click.echo(f"{verdict.entries} entries, {'intact' if verdict.intact else 'NOT INTACT'}. {verdict.why or ''}")
        click.echo(f"head {verdict.head}")

    show(asdict(verdict), json_wanted=as_json, plain=plain)
    return 0 if verdict.intact else REFUSED


COMMANDS = (ledger,)
