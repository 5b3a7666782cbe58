"""What every stand-in has beside its contract: health, marks, refusals, and what a write says about itself."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from flask import Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

from sandbox.faults import Faults
from sandbox.log import Accept, Mark, Refuse, Stored
from sandbox.store import Store

_NAME = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_EPOCH = re.compile(r"[0-9]{1,18}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a stand-in is started with: its file, the number of people and their seed, the salt of the log's hashes.

    Several processes may share a file. Without a salt one is drawn when the file is made. `fence` is "permits" or
    "none"; `jwks` is the address or the file of the keys that permits are checked with. What the fence was told stands
    in a folder beside the file.
    """

    store: Path
    people: int = 2000
    seed: int = 1
    salt: str | None = None
    fence: str = "none"
    jwks: str = ""


class Refused(Exception):
    """A no, in the system's own words: HTTP status, its code, a sentence without ids."""

    def __init__(self, status: int, code: str, why: str) -> None:
        super().__init__(why)
        self.status, self.code, self.why = status, code, why


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a contract: method, path, the name that faults know it by, what answers it."""

    method: str
    path: str
    name: str
    view: Callable[..., ResponseReturnValue]


def application(
    store: Store, faults: Faults, calls: Iterable[Call], body: Callable[[Refused], ResponseReturnValue]
) -> Flask:
    """The stand-in: its calls, and what every stand-in has. `body` says no in the system's own shape."""
    app = Flask(__name__)
    marks = Call("POST", "/.well-known/cutover/marks", "marks", lambda: _marks(store))
    calls = [*calls, marks]
    for call in calls:
        app.add_url_rule(call.path, call.name, call.view, methods=[call.method], provide_automatic_options=False)
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok", "process": os.getpid()})
    faults.install(app, frozenset(call.name for call in calls))

    @app.errorhandler(Refused)
    def _refused(refused: Refused) -> ResponseReturnValue:
        if request.method != "GET":
            _log_refusal(store, refused)
        return body(refused)

    return app


def about(preference: str | None = None, person: int | None = None) -> None:
    """Note what the request is about as soon as it is known, so that a refusal can say it."""
    if preference is not None:
        g.preference = preference
    if person is not None:
        g.person = person


def accepted(store: Store, value: Stored | None, part: Literal["choice", "address"] = "choice") -> Accept:
    """The line for a write that the present request makes, about what `about` noted."""
    copies = _usable(request.headers, "Cutover-Copies", _NAME)
    return Accept(
        kind="write" if copies is None else "copy",
        preference=g.preference,
        person=store.hashed(g.person),
        write_id=write_id(),
        epoch=sent_epoch(),
        part=part,
        value=value,
        copies=copies,
    )


def write_id(headers: Headers | None = None) -> str | None:
    """The id that the caller gave its write; None without a usable one. Of the present request, if no other."""
    return _usable(request.headers if headers is None else headers, "Cutover-Write-Id", _NAME)


def sent_epoch(headers: Headers | None = None) -> int | None:
    """The epoch that the caller says it writes under; None without a usable one."""
    text = _usable(request.headers if headers is None else headers, "Cutover-Epoch", _EPOCH)
    return None if text is None else int(text)


def sent_object() -> Mapping[str, Any] | None:
    """The JSON object that was sent; None when anything else was."""
    found = request.get_json(force=True, silent=True)
    return found if isinstance(found, dict) else None


def is_whole(value: Any) -> bool:
    """Whether a member is a whole number; JSON's true is none, though Python takes it for 1."""
    return isinstance(value, int) and not isinstance(value, bool)


def _marks(store: Store) -> ResponseReturnValue:
    sent = sent_object() or {}
    epochs = sent.get("epochs")
    if set(sent) != {"epochs"} or not isinstance(epochs, dict) or not epochs:
        return _not_marked()
    if not all(_KEY.fullmatch(key) and is_whole(epoch) and epoch >= 0 for key, epoch in epochs.items()):
        return _not_marked()
    with store.change() as change:
        return {"marks": {key: change.log(Mark(key, epoch)) for key, epoch in epochs.items()}}


def _not_marked() -> tuple[Response, int]:
    return jsonify(why='Send {"epochs": {"<preference>": <epoch, a whole number>}}.'), 400


def _log_refusal(store: Store, refused: Refused) -> None:
    person = g.get("person")
    hashed = None if person is None else store.hashed(person)
    with store.change() as change:
        change.log(Refuse(refused.code, refused.why, g.get("preference"), hashed, write_id(), sent_epoch()))


def _usable(headers: Headers, name: str, pattern: re.Pattern[str]) -> str | None:
    # Anything may be sent there, a person's id too: only what looks right gets into the log.
    value = headers.get(name, "")
    return value if pattern.fullmatch(value) else None
