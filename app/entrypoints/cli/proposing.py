"""Moves by hand that need approvals, from the command line."""

from typing import Any

import click

from app.entrypoints.cli.line import NUMBER, CommandLine, as_json, because, by, pass_line, show, table
from app.entrypoints.cli.moving import asking, carry, ended, wish_asked
from app.services.planning.proposing import (
    MOST,
    Proposed,
    approve,
    latest,
    look,
    override,
    proposal_json,
    propose,
    withdraw,
)
from app.services.rehearsing import rehearse


@click.command(name="propose")
@asking
@pass_line
def proposing(line: CommandLine, /, **asked: Any) -> int:
    """Propose a move by hand to those who approve. It starts with the last approval that is needed."""
    context = line.context(moving=asked["dry_run"])
    wish = wish_asked(context, asked)
    if asked["dry_run"]:
        move = rehearse(context.store, context.catalogue, context.checks, wish, approved=True)
        return ended(move, json_wanted=asked["as_json"])
    with context.store.writing() as unit:
        seen = propose(unit, context.catalogue, wish, by(asked["reason"]))
    told = proposal_json(seen)
    show(told, json_wanted=asked["as_json"], plain=lambda: _plain(told))
    return 0


@click.group()
def proposals() -> None:
    """Look at moves that were proposed, approve one, or withdraw one."""


@proposals.command(name="list")
@click.option("--limit", type=click.IntRange(1, MOST), default=20, show_default=True)
@as_json
@pass_line
def listed(line: CommandLine, limit: int, as_json: bool) -> None:
    """Proposals, the newest first."""
    with line.context().store.reading() as unit:
        told = [proposal_json(one) for one in latest(unit, limit)]

    def plain() -> None:
        columns = ("proposal", "state", "preferences", "to", "approvals", "proposed by", "expires (UTC)", "move")
        table(columns, [_row(one) for one in told])

    show({"proposals": told}, json_wanted=as_json, plain=plain)


@proposals.command(name="show")
@click.argument("number", type=NUMBER, metavar="PROPOSAL")
@as_json
@pass_line
def shown(line: CommandLine, number: int, as_json: bool) -> None:
    """One proposal, and who has approved it."""
    with line.context().store.reading() as unit:
        told = proposal_json(look(unit, number))
    show(told, json_wanted=as_json, plain=lambda: _plain(told))


@proposals.command(name="approve")
@click.argument("number", type=NUMBER, metavar="PROPOSAL")
@because
@pass_line
def approving(line: CommandLine, number: int, reason: str) -> int:
    """Approve a move that somebody else proposed. The last approval starts it, and carries it on."""
    context = line.context(moving=True)
    with context.store.writing() as unit:
        seen = approve(unit, context.catalogue, number, by(reason))
    return _started(line, seen)


@proposals.command(name="withdraw")
@click.argument("number", type=NUMBER, metavar="PROPOSAL")
@because
@pass_line
def withdrawing(line: CommandLine, number: int, reason: str) -> None:
    """Take a proposal back."""
    with line.context().store.writing() as unit:
        withdraw(unit, number, by(reason))
    click.echo(f"Proposal {number} is withdrawn.")


@proposals.command(name="override")
@click.argument("number", type=NUMBER, metavar="PROPOSAL")
@because
@pass_line
def overriding(line: CommandLine, number: int, reason: str) -> int:
    """Break the glass: start a proposed move without the approvals that are missing. The ledger keeps it for ever."""
    context = line.context(moving=True)
    with context.store.writing() as unit:
        seen = override(unit, context.catalogue, number, by(reason))
    return _started(line, seen)


def _started(line: CommandLine, seen: Proposed) -> int:
    _plain(proposal_json(seen))
    return 0 if seen.move is None else carry(line.context(moving=True), seen.move, json_wanted=False)


def _plain(told: dict[str, Any]) -> None:
    for one in told["approvals"]:
        click.echo(f"approved by {one['by']}: {one['reason']}")
    count = f"{len(told['approvals'])} of {told['needed']} approvals"
    what = f"move {told['move']}" if told["move"] else told["state"]
    click.echo(f"proposal {told['id']}: {', '.join(told['preferences'])} → {told['to']}: {count}, {what}")


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    given = f"{len(one['approvals'])} of {one['needed']}"
    return (
        one["id"],
        one["state"],
        ", ".join(one["preferences"]),
        one["to"],
        given,
        one["by"],
        one["expires"],
        one["move"],
    )


COMMANDS = (proposing, proposals)
