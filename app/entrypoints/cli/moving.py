"""Moves from the command line. The command carries its move on itself, so no server is needed."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from app.domain.catalogue import SURFACES
from app.domain.moves import Move, Outcome, Terms
from app.domain.ownership import NOBODY, System
from app.domain.refusals import Refusal
from app.entrypoints.cli.line import NUMBER, REFUSED, CommandLine, as_json, because, by, pass_line, show, table
from app.services.context import Context
from app.services.moving import Wish, call_off, start, undoing
from app.services.rehearsing import rehearse
from app.services.showing import move_json
from app.services.store import Unit

Asking = TypeVar("Asking", bound=Callable[..., Any])

LONGEST_EPOCH = 10
TARGETS = [*(system.value for system in System), NOBODY.value]


_OPTIONS = (
    click.argument("keys", nargs=-1, required=True, metavar="KEY..."),
    click.option("--to", "target", type=click.Choice(TARGETS), required=True, help="nobody: retire it."),
    click.option(
        "--expect", "expected", multiple=True, metavar="KEY=EPOCH", help="The epoch that you saw; else as it is."
    ),
    click.option(
        "--surface",
        "surfaces",
        multiple=True,
        type=click.Choice(SURFACES),
        help="Where it can be changed afterwards; else as it is.",
    ),
    click.option("--dry-run", is_flag=True, help="Ask the same questions and change nothing."),
    because,
    as_json,
)


def asking(command: Asking) -> Asking:
    """What is asked of whoever wants a move, whether it is started or proposed."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command(name="move")
@asking
@pass_line
def moving(line: CommandLine, /, **asked: Any) -> int:
    """Move preferences to another owner, all or none."""
    context = line.context(moving=True)
    wish = wish_asked(context, asked)
    if asked["dry_run"]:
        return ended(rehearse(context.store, context.catalogue, context.checks, wish), json_wanted=asked["as_json"])
    with context.store.writing() as unit:
        move = start(unit, context.catalogue, wish)
    return carry(context, move, json_wanted=asked["as_json"])


@click.command()
@click.argument("number", type=NUMBER, metavar="MOVE")
@because
@as_json
@pass_line
def undo(line: CommandLine, number: int, reason: str, as_json: bool) -> int:
    """Take a move back: another move, the other way."""
    context = line.context(moving=True)
    with context.store.writing() as unit:
        wish = undoing(unit, _found(unit, number), by(reason))
        move = start(unit, context.catalogue, wish)
    return carry(context, move, json_wanted=as_json)


@click.group()
def moves() -> None:
    """Look at moves, and call one off."""


@moves.command(name="list")
@click.option("--limit", type=NUMBER, default=20, show_default=True)
@as_json
@pass_line
def listed(line: CommandLine, limit: int, as_json: bool) -> None:
    """Moves, the newest first."""
    with line.context().store.reading() as unit:
        told = [move_json(move) for move in unit.moves.latest(max(1, limit))]

    def plain() -> None:
        columns = ("move", "preferences", "from", "to", "stage", "outcome", "asked by", "reason")
        table(columns, [_row(one) for one in told])

    show({"moves": told}, json_wanted=as_json, plain=plain)


@moves.command(name="show")
@click.argument("number", type=NUMBER, metavar="MOVE")
@as_json
@pass_line
def shown(line: CommandLine, number: int, as_json: bool) -> None:
    """One move: its stages, and who is being waited for."""
    context = line.context()
    with context.store.reading() as unit:
        move = _found(unit, number)
    told = move_json(move, context.driver.waited_for(move))
    show(told, json_wanted=as_json, plain=lambda: _plain(told))


@moves.command(name="call-off")
@click.argument("number", type=NUMBER, metavar="MOVE")
@because
@pass_line
def calling_off(line: CommandLine, number: int, reason: str) -> None:
    """End a move before its activation: the old owner writes again."""
    with line.context().store.writing() as unit:
        move = call_off(unit, _found(unit, number), by(reason))
    click.echo(f"Move {move.id} is called off. {', '.join(move.preferences)}: the old owner writes again.")


def wish_asked(context: Context, asked: Mapping[str, Any]) -> Wish:
    """The move that was asked for, decided on the epochs that were given, or else on those of now."""
    keys: tuple[str, ...] = asked["keys"]
    surfaces = dict.fromkeys(keys, tuple(asked["surfaces"])) if asked["surfaces"] else {}
    decided = by(asked["reason"])
    terms = Terms(decided.actor, decided.reason, surfaces)
    to = NOBODY if asked["target"] == NOBODY else System(asked["target"])
    return Wish(keys, to, _expected(context, keys, asked["expected"]), terms)


def carry(context: Context, move: Move, *, json_wanted: bool) -> int:
    """Carry a move on until its new owner is watched, and show how it stands; the exit status."""
    context.worker.drive_to_watch(context.clock.sleep)
    with context.store.reading() as unit:
        return ended(_found(unit, move.id), json_wanted=json_wanted)


def ended(move: Move, *, json_wanted: bool) -> int:
    """Show how a move stands; the exit status."""
    told = move_json(move)
    show(told, json_wanted=json_wanted, plain=lambda: _plain(told))
    return REFUSED if move.outcome is Outcome.CALLED_OFF else 0


def _found(unit: Unit, number: int) -> Move:
    move = unit.moves.find(number)
    if move is None:
        raise Refusal("not_found", f"There is no move {number}.", "cutover moves list shows them.")
    return move


def _expected(context: Context, keys: tuple[str, ...], given: tuple[str, ...]) -> dict[str, int]:
    """The epochs that were given, or else those that stand there now."""
    if not given:
        with context.store.reading() as unit:
            return {key: row.epoch for key, row in unit.ownerships.of(keys).items()}
    pairs = [one.rpartition("=") for one in given]
    if not all(key and epoch.isdecimal() and len(epoch) <= LONGEST_EPOCH for key, _, epoch in pairs):
        raise click.BadParameter("say KEY=EPOCH, with the epoch as a whole number", param_hint="--expect")
    return {key: int(epoch) for key, _, epoch in pairs}


def _plain(told: dict[str, Any]) -> None:
    stages = [(one["name"], one["state"], one["ended"], _sentence(one["detail"])) for one in told["stages"]]
    table(("stage", "state", "ended (UTC)", ""), stages)
    for one in told["waiting_for"]:
        click.echo("waits for " + ", ".join(f"{name} {value}" for name, value in one.items() if name != "for"))
    what = told["outcome"] or ("dry run: nothing was changed" if told["id"] is None else "under way")
    click.echo(f"move {told['id'] or '–'}: {', '.join(told['preferences'])} → {told['to']}: {what.replace('_', ' ')}")


def _sentence(detail: dict[str, Any]) -> str:
    if "answers" in detail:
        return " ".join(answer["sentence"] for answer in detail["answers"])
    return str(detail.get("called_off") or detail.get("why") or detail.get("records") or "")


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    first = (one["id"], ", ".join(one["preferences"]), one["from"], one["to"], one["stage"], one["outcome"])
    return (*first, one["actor"], one["reason"])


COMMANDS = (moving, undo, moves)
