"""Webhooks from the command line. What is due is sent by the processes that serve."""

from collections.abc import Sequence

import click

from app.domain.hooks import Format
from app.entrypoints.cli.line import NUMBER, CommandLine, as_json, because, by, pass_line, show, table
from app.services.hooking import (
    MOST_AT_ONCE,
    Subscription,
    add,
    delivery_json,
    remove,
    require,
    resend,
    webhook_json,
)


@click.group()
def webhooks() -> None:
    """Who is told of moves, steps and changes of ownership, and what was sent."""


@webhooks.command(name="list")
@as_json
@pass_line
def listed(line: CommandLine, as_json: bool) -> None:
    """Every webhook, without its secret, and of its address only the host."""
    with line.context().store.reading() as unit:
        told = [webhook_json(one) for one in unit.webhooks.all()]
    columns = ("id", "url", "format", "events", "created", "disabled", "why")
    rows = [tuple(" ".join(one[name]) if name == "events" else one[name] for name in columns) for one in told]
    show({"webhooks": told}, json_wanted=as_json, plain=lambda: table(columns, rows))


@webhooks.command(name="add")
@click.argument("url")
@click.option("--format", "kind", type=click.Choice([one.value for one in Format]), default="json", show_default=True)
@click.option(
    "--event", "events", multiple=True, metavar="PATTERN", help='For example "step.*"; all when none is named.'
)
@because
@as_json
@pass_line
def adding(line: CommandLine, /, url: str, kind: str, events: Sequence[str], **asked: str) -> None:
    """Tell a receiver of what happens from now on. Its secret is shown here and nowhere else."""
    context = line.context()
    with context.store.writing() as unit:
        wanted = Subscription(url, Format(kind), events or ("*",))
        webhook, secret = add(unit, context.seal, wanted, by(asked["reason"]))

    def plain() -> None:
        click.echo(f"webhook {webhook.id}")
        click.echo(secret)

    show({**webhook_json(webhook), "secret": secret}, json_wanted=bool(asked["as_json"]), plain=plain)


@webhooks.command(name="remove")
@click.argument("number", type=NUMBER)
@because
@pass_line
def removing(line: CommandLine, number: int, reason: str) -> None:
    """Send nothing more to a webhook, and forget what was sent to it."""
    with line.context().store.writing() as unit:
        remove(unit, number, by(reason))
    click.echo(f"webhook {number} is removed")


@webhooks.command()
@click.argument("number", type=NUMBER)
@click.option("--before", type=NUMBER, help="Only of entries before this number.")
@click.option("--limit", type=click.IntRange(1, MOST_AT_ONCE), default=50, show_default=True)
@as_json
@pass_line
def deliveries(line: CommandLine, number: int, before: int | None, limit: int, as_json: bool) -> None:
    """What was and is on its way to a webhook, the newest first."""
    with line.context().store.reading() as unit:
        require(unit, number)
        told = [delivery_json(one) for one in unit.webhooks.deliveries(number, limit, before)]
    columns = ("number", "type", "state", "attempts", "next", "status", "error")
    rows = [tuple(one[name] for name in columns) for one in told]
    show({"deliveries": told}, json_wanted=as_json, plain=lambda: table(columns, rows))


@webhooks.command(name="resend")
@click.argument("webhook", type=NUMBER)
@click.argument("number", type=NUMBER)
@pass_line
def resending(line: CommandLine, webhook: int, number: int) -> None:
    """Send the event of a ledger entry to a webhook once more."""
    with line.context().store.writing() as unit:
        resend(unit, webhook, number)
    click.echo(f"entry {number} is due for webhook {webhook}; a process that serves sends it")


COMMANDS = (webhooks,)
