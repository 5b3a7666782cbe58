"""The ledger: everything that happened, in words, with a filter, and whether it is whole."""

import json
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.ledger import Entry
from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.asked import context, number_asked
from app.entrypoints.pages.ledger_filter import filter_of
from app.entrypoints.pages.ledger_words import ACTS, keys_of, label_of_act, sentence_of
from app.services.ledger_book import END, Sought

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry as the page shows it: its sentence, and where it leads, as pairs of address and words."""

    entry: Entry
    label: str
    sentence: str
    links: tuple[tuple[str, str], ...]
    details: str


@may(Role.VIEWER)
def ledger() -> Response:
    """Entries, the newest first; `?before=` goes on behind the last one shown, whatever was written meanwhile."""
    found, before = filter_of(request.args), number_asked("before", END, END)
    context.verification.go_on()
    with context.store.reading() as unit:
        now, head = unit.now(), unit.ledger.head()
        seen = [] if found.faults else list(_newest(unit.ledger, found.sought, before))
    page, more = seen[:AT_ONCE], len(seen) > AT_ONCE
    body = render_template(
        "ledger.html",
        now=now,
        head=head,
        shown=[_shown(entry) for entry in page],
        older=_address({**found.entered, "before": page[-1].number}) if more else None,
        is_first=before == END,
        entered=found.entered,
        faults=found.faults,
        wrong=dict(found.faults),
        acts=sorted(((act, words) for act, (words, _) in ACTS.items()), key=lambda pair: pair[1]),
        keys=sorted(((key, title_of(key)) for key in context.catalogue.preferences), key=lambda pair: pair[1]),
        verification=context.verification,
    )
    return current_app.make_response((body, 422 if found.faults else 200))


def title_of(key: str) -> str:
    """What people call a preference; one without a file by its key."""
    found = context.catalogue.preferences.get(key)
    return found.title if found else key


def _newest(book: Any, sought: Sought, before: int) -> list[Entry]:
    found: list[Entry] = list(book.search(sought, beyond=before, newest_first=True, limit=AT_ONCE + 1))
    return found


def _shown(entry: Entry) -> Shown:
    details = json.dumps(entry.body, indent=2, sort_keys=True, ensure_ascii=False)
    return Shown(entry, label_of_act(entry.act), sentence_of(entry, title_of), tuple(_links(entry)), details)


def _links(entry: Entry) -> list[tuple[str, str]]:
    """The pages of the move, plan and preferences of an entry."""
    links: list[tuple[str, str]] = []
    move, plan = entry.body.get("move"), entry.body.get("plan")
    if isinstance(move, int):
        links.append((url_for("pages.move", number=move), f"Move {move}"))
    if isinstance(plan, str):
        links.append((url_for("pages.plan", key=plan), f"Plan {plan}"))
    return [*links, *((url_for("pages.preference", key=key), title_of(key)) for key in keys_of(entry))]


def _address(asked: dict[str, Any]) -> str:
    return url_for("pages.ledger", **asked)
