"""The ledger as a file, CSV or JSON lines: what the filter finds, in its order, streamed."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator

from flask import Response, request, stream_with_context

from app.domain.ledger import Entry
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.asked import context
from app.entrypoints.pages.ledger import title_of
from app.entrypoints.pages.ledger_filter import filter_of
from app.entrypoints.pages.ledger_words import sentence_of
from app.entrypoints.pages.times import eastern
from app.services.ledger_book import Sought
from app.services.showing import entry_json
from app.services.store import Store

PORTION = 500
"""Entries that are read in one transaction: a slow reader must hold none open."""

COLUMNS = ("number", "at", "eastern", "actor", "act", "what", "reason", "revision", "body", "previous", "hash")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


@may(Role.VIEWER)
def ledger_csv() -> Response:
    """CSV as RFC 4180 has it, in UTF-8, with a header; no cell is a formula to a spreadsheet."""
    return _file("text/csv; charset=utf-8; header=present", "ledger.csv", _csv)


@may(Role.VIEWER)
def ledger_lines() -> Response:
    """One JSON object a line, with exactly the members of the API."""
    return _file("application/jsonl; charset=utf-8", "ledger.jsonl", _lines)


def _file(kind: str, name: str, written: Callable[[Iterable[list[Entry]]], Iterator[str]]) -> Response:
    found = filter_of(request.args)
    if found.faults:
        raise Refusal("invalid", " ".join(sentence for _, sentence in found.faults), "Mend the filter, then ask again.")
    with context.store.reading() as unit:
        last = unit.ledger.head().number
    told = written(_portions(context.store, found.sought, last))
    response = Response(stream_with_context(told), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _portions(store: Store, sought: Sought, last: int) -> Iterator[list[Entry]]:
    """Everything found up to the entry that was the last one when it was asked for."""
    behind = 0
    while True:
        with store.reading() as unit:
            found = list(unit.ledger.search(sought, beyond=behind, newest_first=False, limit=PORTION))
        yield [entry for entry in found if entry.number <= last]
        if len(found) < PORTION or found[-1].number >= last:
            return
        behind = found[-1].number


def _lines(portions: Iterable[list[Entry]]) -> Iterator[str]:
    for entries in portions:
        yield "".join(f"{json.dumps(entry_json(entry), ensure_ascii=False)}\n" for entry in entries)


def _csv(portions: Iterable[list[Entry]]) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\r\n"
    for entries in portions:
        text = io.StringIO()
        csv.writer(text).writerows([cell(value) for value in _row(entry)] for entry in entries)
        yield text.getvalue()


def _row(entry: Entry) -> tuple[str, ...]:
    told = entry_json(entry)
    body = json.dumps(told["body"], sort_keys=True, ensure_ascii=False)
    more = {"eastern": eastern(entry.at, seconds=True), "what": sentence_of(entry, title_of), "body": body}
    return tuple(str({**told, **more}[name]) for name in COLUMNS)


def cell(text: str) -> str:
    """A cell that a spreadsheet shows and does not compute: what begins like a formula gets an apostrophe before it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULAS) else text
