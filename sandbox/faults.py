"""What can be made to go wrong, switched while the stand-in runs: POST /sandbox/faults replaces all faults at once.

    {"faults": [{"endpoint": "write_rx", "kind": "fail", "status": 503, "times": 2}]}

`endpoint` is a name of the stand-in's own table of calls, or "*" for each of them. Without `times` a fault stays until
it is replaced. The answer lists what is left; GET asks for it. Faults belong to one stand-in, whichever of its
processes is asked, and end with it.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from sandbox.fault_file import Fault, FaultFile

LONGEST_HANG = 120.0
_PATIENCE = 0.02

KINDS: Mapping[str, frozenset[str]] = {
    "delay": frozenset({"milliseconds"}),  # waits, then goes on: also applied when the caller is gone by then
    "hold": frozenset(),  # waits until the faults are replaced, then goes on in the same way
    "fail": frozenset({"status", "body"}),  # answers with this status; nothing is applied
    "mask": frozenset({"status"}),  # applied, and answered with this status
    "close": frozenset(),  # applied, and the connection breaks instead of an answer
    "hang": frozenset(),  # applied, and no answer until the faults are replaced
    "dribble": frozenset(),  # applied, and answered a byte a second until the faults are replaced
    "crash": frozenset(),  # a process dies between the effect of a write and its line; the stand-in ends with it
}
"""Each kind of fault and the members that it has beside `endpoint` and `times`. `body` may be left out."""


class NoSuchFault(Exception):
    """What was asked for cannot be done. The message says why."""


class Faults:
    """The faults of one stand-in, as one of its processes meets them. They stand in `file`."""

    def __init__(self, file: Path) -> None:
        self._file = FaultFile(file)
        self._endpoints: frozenset[str] = frozenset()

    def install(self, app: Flask, endpoints: frozenset[str]) -> None:
        """Let these endpoints of the application go wrong, and open the address that switches faults."""
        self._endpoints = endpoints
        app.add_url_rule("/sandbox/faults", "faults", self._switch, methods=["GET", "POST"])
        app.before_request(self._before)
        app.after_request(self._after)

    def between(self) -> None:
        """Between the effect of a write and its line in the log."""
        if has_request_context() and _hit("crash"):
            os.kill(os.getpid(), signal.SIGKILL)

    def _switch(self) -> tuple[dict[str, Any], int]:
        if request.method == "POST":
            try:
                self._file.replace(list(self._asked_for(request.get_json(silent=True))))
            except NoSuchFault as error:
                return {"why": str(error)}, 400
        return {"faults": [fault.shown() for fault in self._file.faults() if fault.left != 0]}, 200

    def _asked_for(self, body: Any) -> Iterator[Fault]:
        if not isinstance(body, dict) or set(body) != {"faults"} or not isinstance(body["faults"], list):
            raise NoSuchFault('Send {"faults": [...]}; an empty list ends them all.')
        for asked in body["faults"]:
            if not isinstance(asked, dict):
                raise NoSuchFault("A fault is an object.")
            yield _fault(asked, self._endpoints)

    def _before(self) -> Response | None:
        g.version, hits = self._file.struck(self._strikes)
        g.faults = {fault.kind: fault.more for fault in hits}
        if delay := _hit("delay"):
            time.sleep(delay["milliseconds"] / 1000)
        if _hit("hold"):
            self._wait(g.version, LONGEST_HANG)
        if fail := _hit("fail"):
            return _failed(fail)
        return None

    def _strikes(self, fault: Fault) -> bool:
        return request.endpoint in self._endpoints and fault.endpoint in ("*", request.endpoint)

    def _after(self, response: Response) -> Response:
        if mask := _hit("mask"):
            return Response(status=mask["status"])
        if _hit("hang"):
            self._wait(g.version, LONGEST_HANG)
        if _hit("hang") or _hit("close"):
            return _streamed(response, _Broken())
        if _hit("dribble"):
            return _streamed(response, self._dribbled(response.get_data(), g.version))
        return response

    def _dribbled(self, content: bytes, version: int) -> Iterator[bytes]:
        for byte in content or b" ":
            self._wait(version, 1)
            yield bytes([byte])

    def _wait(self, version: int, seconds: float) -> None:
        """Wait so long, or until the faults are replaced."""
        until = time.monotonic() + seconds
        while self._file.version() == version and time.monotonic() < until:
            time.sleep(_PATIENCE)


def _hit(kind: str) -> Mapping[str, Any] | None:
    more: Mapping[str, Any] | None = g.get("faults", {}).get(kind)
    # A fault without members of its own is a hit too, and an empty mapping would read as none.
    return None if more is None else {"kind": kind, **more}


def _fault(asked: Mapping[str, Any], endpoints: frozenset[str]) -> Fault:
    endpoint, kind, times = asked.get("endpoint"), asked.get("kind"), asked.get("times")
    if not isinstance(endpoint, str) or endpoint not in {"*", *endpoints}:
        raise NoSuchFault(f'No endpoint of that name. There are: "*", {", ".join(sorted(endpoints))}.')
    if not isinstance(kind, str) or kind not in KINDS:
        raise NoSuchFault(f"No fault of that kind. There are: {', '.join(KINDS)}.")
    if times is not None and not _is_whole(times, 1, 1_000_000):
        raise NoSuchFault("`times` is a whole number from 1, or is left out.")
    more = {name: value for name, value in asked.items() if name not in ("endpoint", "kind", "times")}
    wrong = {name for name in KINDS[kind] | set(more) if not _is_right(kind, name, more)}
    if wrong:
        raise NoSuchFault(f"Missing, unknown or impossible for {kind}: {', '.join(sorted(wrong))}.")
    return Fault(endpoint, kind, times, more)


_RULES: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "milliseconds": lambda more: _is_whole(more.get("milliseconds"), 1, 600_000),
    "status": lambda more: _is_whole(more.get("status"), 200, 599),
    "body": lambda more: "body" not in more or isinstance(more["body"], dict),
}


def _is_right(kind: str, name: str, more: Mapping[str, Any]) -> bool:
    return name in KINDS[kind] and _RULES[name](more)


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _failed(fail: Mapping[str, Any]) -> Response:
    if "body" not in fail:
        return Response(status=fail["status"])
    return Response(json.dumps(fail["body"]), fail["status"], mimetype="application/json")


def _streamed(response: Response, chunks: Iterator[bytes]) -> Response:
    length = len(response.get_data())
    streamed = Response(chunks, response.status_code, response.headers)
    # An empty answer would be whole before the first byte: a byte is promised that never comes.
    streamed.headers["Content-Length"] = str(max(1, length))
    return streamed


class _Broken(Iterator[bytes]):
    """An answer that breaks off before its first byte."""

    def __next__(self) -> bytes:
        raise ConnectionAbortedError("the answer is lost, as was asked for")
