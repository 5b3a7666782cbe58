"""Sessions of persons on the pages, from the command line."""

import click

from app.entrypoints.cli.line import CommandLine, as_json, because, by, pass_line, show, table
from app.services.persons import end, over_at
from app.services.showing import utc


@click.group()
def sessions() -> None:
    """Who is signed in on the pages."""


@sessions.command(name="list")
@as_json
@pass_line
def listed(line: CommandLine, as_json: bool) -> None:
    """Every session that lives: whose it is, what it may do by the settings of this command, and when it ends."""
    context = line.context()
    with context.store.reading() as unit:
        rows, now = unit.sessions.all(), unit.now()
    told = [
        {
            "id": row.id,
            "name": row.name,
            "subject": row.subject,
            "provider": row.provider,
            "roles": sorted(context.sign_in.roles_of(row.provider, row.groups)),
            "began": utc(row.began),
            "used": utc(row.used),
            "answered": utc(row.answered),
            "ends": utc(over_at(context.sign_in, row)),
        }
        for row in rows
        if now < over_at(context.sign_in, row)
    ]
    columns = ("id", "name", "subject", "roles", "began", "used", "ends")
    plain = [[", ".join(v) if isinstance(v := one[name], list) else v for name in columns] for one in told]
    show({"sessions": told}, json_wanted=as_json, plain=lambda: table(columns, plain))


@sessions.command(name="end")
@click.argument("who", metavar="ID|SUBJECT")
@because
@pass_line
def ending(line: CommandLine, who: str, reason: str) -> None:
    """End one session by its id, or every session of a person by their subject."""
    with line.context().store.writing() as unit:
        count = end(unit, who, by(reason))
    click.echo(f"{count} {'session is' if count == 1 else 'sessions are'} ended")


COMMANDS = (sessions,)
