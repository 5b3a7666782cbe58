"""Writes to both systems by their real contracts, by whoever may send them: under a permit, or without one."""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from sandbox.people import Person

Send = Callable[[str, str, Mapping[str, str], Mapping[str, Any]], tuple[int, bytes]]
"""Method, whole address, headers, body → status and body. What it raises is its own."""

_NOTIFICATION = "v1/usermgmt/notification"
_MESSAGES = "v1/sm/patient/preferences/notification"
_WHO = "2.16.840.1.113883.4.349/{}%5EPI%5E200VETS%5EUSDVA"
_TIMEOUT = 3.0


class NotNow(Exception):
    """What a write needs to know first could not be read. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Flag:
    """What a preference's file says: MHV's contract and path, VA Profile's item, what each choice is stored as."""

    contract: str
    path: str
    item: int
    stored: Mapping[str, Mapping[str, Any]]


def flags(folder: Path, environment: str) -> Mapping[str, Flag]:
    """The preferences that both systems can hold."""
    found = {}
    for file in sorted(folder.glob("*.toml")):
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        local = told.get("environments", {}).get(environment, {}).get("systems", {})
        systems = {name: {**told.get("systems", {}).get(name, {}), **local.get(name, {})} for name in ("mhv", "va_gov")}
        if told["status"] == "live" and all(systems.values()):
            mhv = systems["mhv"]
            path = {"rx": "rx", "images": "bbmi"}.get(mhv["contract"], mhv.get("path", ""))
            found[file.stem] = Flag(mhv["contract"], path, systems["va_gov"]["item"], told["choices"])
    return found


@dataclass
class Systems:
    """Both systems as one thread of a client reaches them. Sessions are kept, as any client would."""

    mhv: str
    va_profile: str
    app_token: str
    flags: Mapping[str, Flag]
    session: requests.Session = field(default_factory=requests.Session)
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    _ready: dict[str, Any] = field(default_factory=dict)

    def prepare(self, system: str, person: Person, key: str) -> None:
        """Read what a write of this person will need, so that the write itself is short. Raises NotNow."""
        try:
            if system == "va_gov":
                self._ready["permission"] = self._permission(person, self.flags[key].item)
            else:
                self._ready["headers"] = {"Token": self._token(person, key)}
                self._ready["address"] = self._address(key)
        except (requests.RequestException, ValueError, KeyError) as trouble:
            raise NotNow(type(trouble).__name__) from None

    def write(self, system: str, person: Person, key: str, name: str, send: Send) -> tuple[int, bytes]:
        """Make a choice at a system that was prepared for; the answer to the last request that it takes."""
        flag = self.flags[key]
        value = flag.stored[name][system]
        if system == "va_gov":
            return self._write_permission(person, flag.item, value, send)
        headers: Mapping[str, str] = self._ready["headers"]
        if flag.contract == "secure_messaging":
            body = {"emailAddress": self._ready["address"], "notifyMe": value}
            return send("POST", f"{self.mhv}/{_MESSAGES}", headers, body)
        if flag.contract == "rx":
            answer = send(
                "POST", f"{self.mhv}/{_NOTIFICATION}/email", headers, {"emailAddress": self._ready["address"]}
            )
            if answer[0] >= 300:
                return answer
        return send("POST", f"{self.mhv}/{_NOTIFICATION}/{flag.path}", headers, {"flag": value})

    def _write_permission(self, person: Person, item: int, value: bool, send: Send) -> tuple[int, bytes]:
        bio = {
            "allowed": value,
            "communicationChannelId": 2,
            "communicationItemId": item,
            "vaProfileId": person.va_profile_id,
            "sourceDate": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        found = self._ready["permission"]
        if found is not None:
            bio["communicationPermissionId"] = found
        headers = {"Cufsystemname": "VETSGOV"}
        return send("POST" if found is None else "PUT", self._permissions(person), headers, {"bio": bio})

    def _permissions(self, person: Person) -> str:
        who = _WHO.format(person.va_profile_id)
        return f"{self.va_profile}/communication-hub/communication/v1/{who}/communication-permissions"

    def _permission(self, person: Person, item: int) -> int | None:
        answer = self.session.get(self._permissions(person), headers={"Cufsystemname": "VETSGOV"}, timeout=_TIMEOUT)
        answer.raise_for_status()
        for bio in answer.json().get("bios", []):
            if (bio["communicationItemId"], bio["communicationChannelId"]) == (item, 2):
                return int(bio["communicationPermissionId"])
        return None

    def _token(self, person: Person, key: str) -> str:
        path = "v1/sm/patient/session" if self._is_message(key) else "v1/usermgmt/auth/session"
        kept = (path, person.mhv_correlation_id)
        if kept not in self._tokens:
            headers = {"appToken": self.app_token, "mhvCorrelationId": person.mhv_correlation_id}
            answer = self.session.get(f"{self.mhv}/{path}", headers=headers, timeout=_TIMEOUT)
            answer.raise_for_status()
            self._tokens[kept] = answer.headers["token"]
        return self._tokens[kept]

    def _address(self, key: str) -> str:
        contract = self.flags[key].contract
        if contract not in ("rx", "secure_messaging"):
            return ""
        path = _MESSAGES if contract == "secure_messaging" else f"{_NOTIFICATION}/email"
        answer = self.session.get(f"{self.mhv}/{path}", headers=self._ready["headers"], timeout=_TIMEOUT)
        answer.raise_for_status()
        return str(answer.json()["emailAddress"])

    def _is_message(self, key: str) -> bool:
        return self.flags[key].contract == "secure_messaging"


def is_done(system: str, answer: tuple[int, bytes]) -> bool:
    """Whether an answer says that the choice was made: MHV may answer 200 with an error, VA Profile with messages."""
    status, body = answer
    if not 200 <= status < 300:
        return False
    try:
        told = json.loads(body or b"{}")
    except ValueError:
        return False
    return "errorCode" not in told if system == "mhv" else "bio" in told
