"""A stand-in for VA Profile's communication hub, where VA.gov keeps its preferences.

`python -m sandbox.va_profile --help`. Nothing set is answered as a success with an error code inside, as it really is.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from wsgiref.types import WSGIEnvironment

from flask import Flask, request
from flask.typing import ResponseReturnValue

from cutover_client.bodies import body_of
from sandbox.faults import Faults
from sandbox.fencing import fence_of
from sandbox.people import Permission, is_one_of, people
from sandbox.reporting import Pusher, report_key
from sandbox.serving import main
from sandbox.stand_in import Call, Refused, Settings, about, accepted, application, is_whole, sent_object, write_id
from sandbox.store import Change, Origin, Record, Store, create
from sandbox.va_items import CHANNELS, EMAIL, ITEMS, place, preference

BASE = "/communication-hub/communication/v1"
# The carets arrive as %5E: the server has decoded them when the path is compared.
PERMISSIONS = f"{BASE}/2.16.840.1.113883.4.349/<int:person>^PI^200VETS^USDVA/communication-permissions"

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
# A sender's clock may be a little ahead of ours.
_LEEWAY = timedelta(minutes=5)
_SUCCESS = "COMPLETED_SUCCESS"

# Only CP310 was seen. The other codes are this stand-in's own.
NOTHING_SET = {"code": "CP310", "key": "PermissionNotFound", "text": "Permission not found", "severity": "ERROR"}
NOT_OURS = (403, "SBX403", "The header Cufsystemname does not name a known system")
NO_PERSON = (404, "SBX404", "There is no such person")
BAD_BIO = (400, "SBX400", "The bio is missing, incomplete, or has members of the wrong kind")
BAD_DATE = (400, "SBX401", "The sourceDate is no instant in UTC, or lies in the future")
BAD_ITEM = (400, "SBX402", "There is no such communication item and channel")
EXISTS = (400, "SBX405", "There is a permission for this item and channel already")
UNKNOWN = (400, "SBX406", "There is no such communication permission")


@dataclass(frozen=True, slots=True)
class VaSettings(Settings):
    """As of every stand-in, and where to push each change: with a `report_url`, signed with the key in `report_key`.

    The key is made if it is not there; its public half is beside it. `report_delay` is in seconds.
    """

    report_url: str | None = None
    report_key: Path | None = None
    report_delay: float = 0.0


def create_app(settings: VaSettings, faults_file: Path) -> Flask:
    """The stand-in as a WSGI application. Raises OtherOrigin when its file was made for something else."""
    prepare(settings)
    faults = Faults(faults_file)
    store = Store(settings.store, faults.between)
    fence = fence_of("va_gov", settings, store, _written)
    return fence.around(application(store, faults, [*_VaProfile(store, settings).calls(), *fence.calls()], _messages))


def prepare(settings: VaSettings) -> None:
    """Make the file and the key of reports, unless they are there."""
    if settings.report_key is not None:
        report_key(settings.report_key)
    origin = Origin("va_profile", settings.people, settings.seed, settings.salt)
    create(settings.store, origin, lambda: _first_records(settings))


def _first_records(settings: Settings) -> Iterator[Record]:
    number = 0
    for person in people(settings.people, settings.seed):
        for permission in person.permissions:
            number += 1
            yield _first_record(number, person.va_profile_id, permission)


def _first_record(number: int, person: int, permission: Permission) -> Record:
    at = _instant(permission.set_at)
    more = {"createDate": at, "updateDate": at, "sourceDate": at, "txAuditId": f"first-{number}"}
    where = (permission.item, permission.channel)
    return Record(person, place(*where), permission.allowed, preference(*where), number=number, more=more)


class _VaProfile:
    def __init__(self, store: Store, settings: VaSettings) -> None:
        self._store = store
        self._pusher = _pusher(settings)
        self._people = settings.people

    def calls(self) -> Iterable[Call]:
        yield Call("GET", f"{BASE}/communication-items", "items", self._items)
        yield Call("GET", PERMISSIONS, "read_permissions", self._read)
        yield Call("POST", PERMISSIONS, "create_permission", self._create)
        yield Call("PUT", PERMISSIONS, "update_permission", self._update)

    def _items(self) -> ResponseReturnValue:
        _require_system()
        return _answer({"bios": [item.shown() for item in ITEMS.values()]})

    def _read(self, person: int) -> ResponseReturnValue:
        self._require_person(person)
        bios = [_bio(record) for record in self._store.records(person)]
        return _answer({"bios": bios} if bios else {"messages": [NOTHING_SET]})

    def _create(self, person: int) -> ResponseReturnValue:
        self._require_person(person)
        bio = _sent_bio(person)
        with self._store.change() as change:
            if change.record(person, _place(bio)) is not None:
                raise Refused(*EXISTS)
            record = _record(bio, change.next_number(), None)
            self._put(change, record)
        return self._told(record)

    def _update(self, person: int) -> ResponseReturnValue:
        self._require_person(person)
        bio = _sent_bio(person)
        with self._store.change() as change:
            found = change.record(person, _place(bio))
            if found is None or found.number is None or found.number != bio.get("communicationPermissionId"):
                raise Refused(*UNKNOWN)
            record = _record(bio, found.number, found.more["createDate"])
            self._put(change, record)
        return self._told(record)

    def _put(self, change: Change, record: Record) -> None:
        change.put([record], accepted(self._store, record.value is True))

    def _told(self, record: Record) -> ResponseReturnValue:
        """Answer a change that is made, and report it: not before, since it might be undone."""
        if self._pusher is not None:
            self._pusher.tell(_bio(record))
        return _answer({"bio": _bio(record)}, record.more["txAuditId"])

    def _require_person(self, person: int) -> None:
        _require_system()
        if not is_one_of(person, self._people):
            raise Refused(*NO_PERSON)
        about(person=person)


def _written(call: str, environ: WSGIEnvironment) -> str | None:
    """One of our preferences, if the bio names its item and channel. Whatever else is sent is none, or is refused."""
    if call not in ("create_permission", "update_permission"):
        return None
    try:
        sent = json.loads(body_of(environ))
    except (ValueError, RecursionError):
        return None
    bio = sent.get("bio") if isinstance(sent, dict) else None
    if not isinstance(bio, dict):
        return None
    item: Any = bio.get("communicationItemId")
    channel: Any = bio.get("communicationChannelId")
    is_ours = is_whole(item) and is_whole(channel) and item in ITEMS and channel == EMAIL
    return ITEMS[item].preference if is_ours else None


def _pusher(settings: VaSettings) -> Pusher | None:
    if settings.report_url is None or settings.report_key is None:
        return None
    return Pusher(settings.report_url, settings.report_key, settings.report_delay)


def _require_system() -> None:
    if request.headers.get("Cufsystemname") != "VETSGOV":
        raise Refused(*NOT_OURS)


def _sent_bio(person: int) -> Mapping[str, Any]:
    """The bio of a write, once all of it is right."""
    bio = (sent_object() or {}).get("bio")
    if not isinstance(bio, dict):
        raise Refused(*BAD_BIO)
    item: Any = bio.get("communicationItemId")
    channel: Any = bio.get("communicationChannelId")
    if not (is_whole(item) and is_whole(channel) and isinstance(bio.get("allowed"), bool)):
        raise Refused(*BAD_BIO)
    if item not in ITEMS or channel not in ITEMS[item].channels:
        raise Refused(*BAD_ITEM)
    about(preference(item, channel))
    if bio.get("vaProfileId") != person or not isinstance(bio.get("sensitive", False), bool):
        raise Refused(*BAD_BIO)
    if not _is_past(bio.get("sourceDate")):
        raise Refused(*BAD_DATE)
    return bio


def _is_past(text: object) -> bool:
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return False
    try:
        return datetime.fromisoformat(text) <= datetime.now(UTC) + _LEEWAY
    except ValueError:
        return False


def _place(bio: Mapping[str, Any]) -> str:
    return place(bio["communicationItemId"], bio["communicationChannelId"])


def _record(bio: Mapping[str, Any], number: int, created: str | None) -> Record:
    now = _instant(datetime.now(UTC))
    more = {"createDate": created or now, "updateDate": now, "sourceDate": bio["sourceDate"], "txAuditId": str(uuid4())}
    if "sensitive" in bio:
        more["sensitive"] = bio["sensitive"]
    named = preference(bio["communicationItemId"], bio["communicationChannelId"])
    return Record(bio["vaProfileId"], _place(bio), bio["allowed"], named, write_id(), number, more)


def _bio(record: Record) -> dict[str, Any]:
    item, channel = map(int, record.place.split("/"))
    return {
        "communicationPermissionId": record.number,
        "vaProfileId": record.person,
        "communicationChannelId": channel,
        "communicationItemId": item,
        "communicationChannelName": CHANNELS[channel],
        "communicationItemCommonName": ITEMS[item].name,
        "allowed": record.value,
        "sourceSystem": "VETSGOV",
        **record.more,
    }


_Answer = tuple[dict[str, Any], dict[str, str]]


def _answer(members: Mapping[str, Any], audit: str | None = None, status: str = _SUCCESS) -> _Answer:
    audit = audit or str(uuid4())
    return {**members, "txAuditId": audit, "status": status}, {"Vaprofiletxauditid": audit}


def _messages(refused: Refused) -> ResponseReturnValue:
    message = {"code": refused.code, "key": "Refused", "text": refused.why, "severity": "ERROR"}
    body, headers = _answer({"messages": [message]}, status="COMPLETED_FAILURE")
    return body, refused.status, headers


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    main("VA Profile", VaSettings, prepare, create_app)
