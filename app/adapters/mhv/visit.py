"""Calls to MHV on behalf of one person, within one operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.adapters.http.exchange import NoAnswer, Operation, Refused
from app.adapters.http.transport import Transport
from app.adapters.mhv.refusals import UNAVAILABLE, error_code, sentence
from app.adapters.mhv.sessions import Door, Sessions, session_from
from app.domain.people import Person
from cutover_client.wire.messages import Answer, Request


@dataclass(frozen=True, slots=True)
class Desk:
    """What all visits share."""

    transport: Transport
    sessions: Sessions
    app_token: str = field(repr=False)


class Visit:
    """One person's calls. Every method raises NoAnswer or Refused.

    `stamp` are the headers that every write carries. A session that could not be opened is not asked for again by the
    same visit: with six preferences, one failing door would else use up the deadline of all.
    """

    def __init__(
        self, desk: Desk, operation: Operation, person: Person, stamp: Mapping[str, str] | None = None
    ) -> None:
        self.operation = operation
        self._desk = desk
        self._person = person.mhv_correlation_id
        self._stamp = stamp or {}
        self._tokens: dict[Door, str] = {}
        self._shut: dict[Door, NoAnswer | Refused] = {}

    def get(self, door: Door, name: str) -> dict[str, Any]:
        """Read one thing behind a door: a JSON object."""
        request = Request("GET", door.path(name))
        answer = self._asked(door, request)
        found = answer.object()
        if found is None:
            raise self._desk.transport.unusable(self.operation, request)
        return found

    def post(self, door: Door, name: str, body: Mapping[str, object]) -> None:
        """Write one thing. Some parts of MHV answer a success with an empty body, others with {"status":"success"}."""
        request = Request("POST", door.path(name), self._stamp, body, writes=True)
        answer = self._asked(door, request)
        if answer.body.strip() and (answer.object() or {}).get("status") != "success":
            raise self._desk.transport.unusable(self.operation, request)

    def _asked(self, door: Door, request: Request) -> Answer:
        token = self._token(door)
        answer = self._with(token, request)
        if answer.status == 401:
            # The session ended before its time. Nothing was done, so the same may be asked again, once.
            self._desk.sessions.forget(door, self._person, token)
            self._tokens.pop(door)
            answer = self._with(self._token(door), request)
        return self._judged(request, answer)

    def _with(self, token: str, request: Request) -> Answer:
        headers = {**request.headers, "Token": token}
        told = Request(request.method, request.path, headers, request.body, request.writes)
        return self._desk.transport.ask(self.operation, told)

    def _judged(self, request: Request, answer: Answer) -> Answer:
        code = error_code(answer)
        if code is None and answer.accepted:
            return answer
        if code in UNAVAILABLE:
            raise self._desk.transport.unusable(self.operation, request)
        raise Refused(sentence(code, answer.status))

    def _token(self, door: Door) -> str:
        if door in self._shut:
            raise self._shut[door]
        token = self._tokens.get(door) or self._desk.sessions.token(door, self._person)
        if token is None:
            try:
                token = self._opened(door)
            except (NoAnswer, Refused) as error:
                self._shut[door] = error
                raise
        self._tokens[door] = token
        return token

    def _opened(self, door: Door) -> str:
        headers = {"appToken": self._desk.app_token, "mhvCorrelationId": self._person}
        request = Request("GET", door.session, headers)
        answer = self._judged(request, self._desk.transport.ask(self.operation, request))
        token = answer.headers.get("token")
        if not token:
            raise self._desk.transport.unusable(self.operation, request)
        self._desk.sessions.keep(door, self._person, session_from(token, answer.headers.get("expires")))
        return token
