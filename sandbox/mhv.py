"""A stand-in for My HealtheVet (MHV): sessions, then one contract for each preference. `python -m sandbox.mhv --help`.

The writes of medical images, appointments, newsletter and health summary were never seen: their contract is assumed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from sandbox.faults import Faults
from sandbox.fencing import fence_of
from sandbox.log import Stored
from sandbox.people import known_to_mhv, people
from sandbox.serving import main
from sandbox.stand_in import Call, Refused, Settings, about, accepted, application, is_whole, sent_object, write_id
from sandbox.store import Origin, Record, Store, create
from sandbox.tokens import bearer, issued

FLAGS: Mapping[str, str] = {
    "rx": "rx_refill_shipment",
    "bbmi": "medical_images_available",
    "appointments": "appointment_reminders",
    "newsletter": "mhv_newsletter",
    "healthsummary": "health_summary_sharing",
}
"""The preferences that are a yes or no, by the last part of their address."""

MESSAGES = "secure_messaging_alerts"
LABELS = ("None", "Each message", "Once daily")

# The address is the half of a write of the Rx preference that goes first: it stands behind the same fence.
_WRITTEN = {f"write_{flag}": key for flag, key in FLAGS.items()} | {
    "write_email": FLAGS["rx"],
    "write_messages": MESSAGES,
}

USER_MANAGEMENT, SECURE_MESSAGING = "usermgmt", "sm"
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

BAD_ADDRESS_RX = (400, "157", "Email Address is Invalid")
BAD_ADDRESS_SM = (400, "152", "Invalid Email Address")
UNEXPECTED = (400, "99", "Unexpected Error")
# Codes from 1000 on are this stand-in's own: what MHV says there was never seen.
NO_PERSON = (400, "1001", "The header mhvCorrelationId is missing")
BAD_APP_TOKEN = (403, "1002", "Unknown application token")
NO_SESSION = (401, "1003", "Unknown or expired session token")


@dataclass(frozen=True)
class MhvSettings(Settings):
    """Beside what every stand-in has: the token of the calling application, and how long a session lasts."""

    app_token: str = "sandbox"  # noqa: S105 - a stand-in has no secrets
    session_seconds: float = 600


def create_app(settings: MhvSettings, faults_file: Path) -> Flask:
    """The stand-in as a WSGI application. Raises OtherOrigin when its file was made for something else."""
    prepare(settings)
    faults = Faults(faults_file)
    store = Store(settings.store, faults.between)
    fence = fence_of("mhv", settings, store, _written)
    return fence.around(application(store, faults, [*_Mhv(store, settings).calls(), *fence.calls()], _envelope))


def prepare(settings: MhvSettings) -> None:
    """Make the file, unless it is there."""
    origin = Origin("mhv", settings.people, settings.seed, settings.salt)
    create(settings.store, origin, lambda: _first_records(settings))


def _first_records(settings: Settings) -> Iterator[Record]:
    for person in people(settings.people, settings.seed):
        who = person.va_profile_id
        for flag, value in person.flags.items():
            yield Record(who, flag, value, FLAGS[flag])
        yield Record(who, "messages", person.messages, MESSAGES)
        yield Record(who, "rx_address", person.email)
        yield Record(who, "messages_address", person.email)


def _written(call: str, environ: WSGIEnvironment) -> str | None:  # noqa: ARG001 - MHV's addresses say it all
    return _WRITTEN.get(call)


def _envelope(refused: Refused) -> ResponseReturnValue:
    return {"errorCode": int(refused.code), "developerMessage": "", "message": refused.why}, refused.status


class _Mhv:
    def __init__(self, store: Store, settings: MhvSettings) -> None:
        self._store = store
        self._settings = settings

    def calls(self) -> Iterable[Call]:
        notification, messages = "/v1/usermgmt/notification", "/v1/sm/patient/preferences/notification"
        yield Call("GET", "/v1/usermgmt/auth/session", "session", partial(self._session, USER_MANAGEMENT))
        yield Call("GET", "/v1/sm/patient/session", "session_sm", partial(self._session, SECURE_MESSAGING))
        yield Call("GET", f"{notification}/email", "read_email", self._read_address)
        yield Call("POST", f"{notification}/email", "write_email", self._write_address)
        for flag in FLAGS:
            yield Call("GET", f"{notification}/{flag}", f"read_{flag}", partial(self._read_flag, flag))
            yield Call("POST", f"{notification}/{flag}", f"write_{flag}", partial(self._write_flag, flag))
        yield Call("GET", messages, "read_messages", self._read_messages)
        yield Call("POST", messages, "write_messages", self._write_messages)
        yield Call("GET", f"{messages}/list", "list_messages", self._list_messages)

    def _session(self, door: str) -> ResponseReturnValue:
        if request.headers.get("appToken") != self._settings.app_token:
            raise Refused(*BAD_APP_TOKEN)
        correlation = request.headers.get("mhvCorrelationId")
        if not correlation:
            raise Refused(*NO_PERSON)
        person = known_to_mhv(correlation, self._settings.people)
        if person is None:
            # So it was seen: a session that cannot be opened is a 503 without a word.
            return Response(status=503)
        token, ends = issued(self._store.salt, door, person, self._settings.session_seconds)
        return Response(headers={"token": token, "expires": formatdate(ends, usegmt=True)})

    def _person(self, door: str) -> int:
        person = bearer(self._store.salt, door, request.headers.get("Token", ""))
        if person is None:
            raise Refused(*NO_SESSION)
        about(person=person)
        return person

    def _held(self, door: str) -> Mapping[str, Stored | str]:
        """What MHV holds for the person of the session, by place."""
        return {record.place: record.value for record in self._store.records(self._person(door))}

    def _read_flag(self, flag: str) -> ResponseReturnValue:
        return {"flag": self._held(USER_MANAGEMENT)[flag]}

    def _write_flag(self, flag: str) -> ResponseReturnValue:
        about(FLAGS[flag])
        person = self._person(USER_MANAGEMENT)
        value = _member("flag")
        if not isinstance(value, bool):
            raise Refused(*UNEXPECTED)
        with self._store.change() as change:
            change.put([Record(person, flag, value, FLAGS[flag], write_id())], accepted(self._store, value))
        return {"status": "success"}

    def _read_address(self) -> ResponseReturnValue:
        return {"emailAddress": self._held(USER_MANAGEMENT)["rx_address"]}

    def _write_address(self) -> ResponseReturnValue:
        about(FLAGS["rx"])
        person = self._person(USER_MANAGEMENT)
        address = _address(BAD_ADDRESS_RX)
        with self._store.change() as change:
            record = Record(person, "rx_address", address, write_id=write_id())
            change.put([record], accepted(self._store, None, "address"))
        return {"status": "success"}

    def _read_messages(self) -> ResponseReturnValue:
        held = self._held(SECURE_MESSAGING)
        return {"emailAddress": held["messages_address"], "notifyMe": LABELS[int(held["messages"])]}

    def _write_messages(self) -> ResponseReturnValue:
        about(MESSAGES)
        person = self._person(SECURE_MESSAGING)
        address, number = _address(BAD_ADDRESS_SM), _member("notifyMe")
        if not is_whole(number) or number not in range(len(LABELS)):
            raise Refused(*UNEXPECTED)
        records = [
            Record(person, "messages", number, MESSAGES, write_id()),
            Record(person, "messages_address", address, write_id=write_id()),
        ]
        with self._store.change() as change:
            change.put(records, accepted(self._store, number))
        return Response()

    def _list_messages(self) -> ResponseReturnValue:
        self._person(SECURE_MESSAGING)
        return {str(number): label for number, label in enumerate(LABELS)}


def _member(name: str) -> Any:
    sent = sent_object() or {}
    if name not in sent:
        raise Refused(*UNEXPECTED)
    return sent[name]


def _address(complaint: tuple[int, str, str]) -> str:
    address = _member("emailAddress")
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
        raise Refused(*complaint)
    return address


if __name__ == "__main__":
    main("MHV", MhvSettings, prepare, create_app)
