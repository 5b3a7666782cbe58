"""The address where a fence is raised: PUT {"epochs": {"<key>": 8}}, with a signed token for each preference."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from cutover_client.admission import RAISES
from cutover_client.bodies import BodyRefused, body_of
from cutover_client.clocks import Clock, MachineClock
from cutover_client.epochs import KEY, Epochs
from cutover_client.marking import OnMark, Raised, raise_to
from cutover_client.permits import Keys, claims_of, require_here
from cutover_client.problems import refused, told
from cutover_client.routes import Refused

PATH = "/.well-known/cutover/epochs"
_LONGEST_BODY, _MOST_KEYS, _HIGHEST = 65_536, 1_000, 2**62
_MEND = 'Send {"epochs": {"<preference>": <epoch>}} and one token of use "raise" for each of them.'


@dataclass
class RaiseEndpoint:
    """A WSGI application: 200 {"marks": {"<key>": <sequence>}} once all of them are confirmed.

    409 `epoch_passed` names what stands already, of those that were asked to go back; the others are raised then, and
    `marks` names them. 503 `writes_under_way` has raised nothing.
    """

    system: str
    epochs: Epochs
    keys: Keys
    on_mark: OnMark
    clock: Clock = field(default_factory=MachineClock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one raise."""
        if environ.get("REQUEST_METHOD") != "PUT":
            return told(
                start_response, 405, {"code": "malformed", "detail": "A fence is raised by PUT.", "mend": _MEND}
            )
        try:
            wanted = _wanted(body_of(environ, _LONGEST_BODY))
            self._require_signed(wanted, environ.get("HTTP_CUTOVER_PERMIT", ""))
            return _answer(start_response, wanted, raise_to(self.epochs, wanted, self.on_mark))
        except BodyRefused as error:
            return told(start_response, error.status, {"code": "malformed", "detail": str(error), "mend": _MEND})
        except Refused as refusal:
            return refused(start_response, refusal)

    def _require_signed(self, wanted: Mapping[str, int], tokens: str) -> None:
        """Every preference has a token of its own, for exactly its epoch. All are checked before anything is raised."""
        now = self.clock.instant().wall
        claims = [claims_of(token.strip(), self.keys, now) for token in tokens.split(",")[: _MOST_KEYS + 1]]
        signed = {each.key: each for each in claims}
        for key, epoch in wanted.items():
            if key not in signed:
                raise Refused("permit_missing", f"No token was sent for {key}. Nothing was raised.", _MEND)
            require_here(signed[key], self.system, key, RAISES)
            if signed[key].epoch != epoch:
                detail = f"The token for {key} is for another epoch. Nothing was raised."
                raise Refused("permit_elsewhere", detail, _MEND, {"key": key})


def _answer(start_response: StartResponse, wanted: Mapping[str, int], raised: Raised) -> Iterable[bytes]:
    if not raised.passed:
        return told(start_response, 200, {"marks": dict(raised.marks)})
    names = ", ".join(key for key in wanted if key in raised.passed)
    members = {
        "code": "epoch_passed",
        "detail": f"This system was told a later epoch of {names}; that one stands.",
        "mend": "A fence that knows more than the controller: a person decides who owns it.",
        "epochs": dict(raised.passed),
        "marks": dict(raised.marks),
    }
    return told(start_response, 409, members)


def _wanted(body: bytes) -> dict[str, int]:
    try:
        told_of = json.loads(body)
    except (ValueError, RecursionError):
        told_of = None
    epochs = told_of.get("epochs") if isinstance(told_of, dict) and set(told_of) == {"epochs"} else None
    if not isinstance(epochs, dict) or not 0 < len(epochs) <= _MOST_KEYS:
        raise _malformed()
    if not all(KEY.fullmatch(key) and _is_epoch(epoch) for key, epoch in epochs.items()):
        raise _malformed()
    return epochs


def _is_epoch(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _HIGHEST


def _malformed() -> Refused:
    return Refused("malformed", "The request names no epochs. Nothing was raised.", _MEND)
