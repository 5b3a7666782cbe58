"""MHV and VA Profile as `servers.serving` can play them: right by default, and wrong exactly where a test says."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.adapters.mhv.system import MhvSystem
from app.adapters.va_profile.system import VaProfileSystem
from tests.adapters.systems.samples import ADDRESS, CLOCK, TOKEN
from tests.adapters.systems.servers import Behaviour, Received, Server, answer, serving

MANY_YEARS = "Fri, 31 Dec 2100 23:59:59 GMT"
LABELS = {"0": "None", "1": "Each message", "2": "Once daily"}


@dataclass(frozen=True)
class Fault:
    """What happens in place of an answer; `applied` when the system does what it was asked all the same."""

    behaviour: Behaviour
    applied: bool = False


@dataclass
class Double:
    """What both have: faults by short line ("POST rx"), the first of each used first."""

    faults: dict[str, list[Fault]] = field(default_factory=dict)
    marks: int = 0

    def __call__(self, received: Received) -> Behaviour:
        planned = self.faults.get(received.line)
        fault = planned.pop(0) if planned else None
        if fault is not None and not fault.applied:
            return fault.behaviour
        proper = self._marked(received) if received.line == "POST marks" else self.proper(received)
        return proper if fault is None else fault.behaviour

    def plan(self, line: str, *faults: Fault | Behaviour) -> None:
        """The next requests of that line meet these faults."""
        found = [fault if isinstance(fault, Fault) else Fault(fault) for fault in faults]
        self.faults.setdefault(line, []).extend(found)

    def _marked(self, received: Received) -> Behaviour:
        first, keys = self.marks + 1, list(received.body["epochs"])
        self.marks += len(keys)
        return answer(200, {"marks": {key: first + place for place, key in enumerate(keys)}})

    def proper(self, received: Received) -> Behaviour:
        """What the system does when nothing is wrong."""
        raise NotImplementedError


@dataclass
class Mhv(Double):
    """MHV. `flags` by path, `notify` is the number of the choice; `expires` goes with every new session."""

    flags: dict[str, bool | None] = field(default_factory=lambda: {"rx": True, "bbmi": True, "appointments": True})
    notify: int | None = 2
    address: str | None = ADDRESS
    expires: str = MANY_YEARS
    labels: dict[str, str] = field(default_factory=lambda: dict(LABELS))
    tokens: list[str] = field(default_factory=list)

    def proper(self, received: Received) -> Behaviour:
        """See Double."""
        if received.path.endswith("/session"):
            return self._session(received)
        if received.headers.get("token") not in self.tokens:
            return answer(401)
        name = received.path.rsplit("/", 1)[-1]
        if name == "list":
            return answer(200, self.labels)
        at = {"email": self._email, "notification": self._notification}
        return at[name](received.body) if name in at else self._flag(name, received.body)

    def _session(self, received: Received) -> Behaviour:
        if not received.headers.get("mhvcorrelationid") or not received.headers.get("apptoken"):
            return answer(401)
        self.tokens.append(f"token-{len(self.tokens)}")
        return answer(200, None, {"token": self.tokens[-1], "expires": self.expires})

    def _email(self, body: Any) -> Behaviour:
        if body is None:
            return answer(200, {"emailAddress": self.address})
        self.address = body["emailAddress"]
        return answer(200, {"status": "success"})

    def _flag(self, name: str, body: Any) -> Behaviour:
        if body is None:
            return answer(200, {"flag": self.flags[name]})
        self.flags[name] = body["flag"]
        return answer(200, {"status": "success"})

    def _notification(self, body: Any) -> Behaviour:
        if body is None:
            label = None if self.notify is None else self.labels[str(self.notify)]
            return answer(200, {"emailAddress": self.address, "notifyMe": label})
        self.notify = body["notifyMe"]
        return answer(200)


@dataclass
class VaProfile(Double):
    """VA Profile. `bios` by item and channel."""

    bios: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)

    def put(self, item: int, channel: int, allowed: bool) -> None:
        """Have somebody set one permission."""
        number = self.bios.get((item, channel), {}).get("communicationPermissionId", 20 + len(self.bios))
        told = {"communicationItemId": item, "communicationChannelId": channel, "allowed": allowed}
        self.bios[item, channel] = {"communicationPermissionId": number, "vaProfileId": 1000001, **told}

    def proper(self, received: Received) -> Behaviour:
        """See Double."""
        if received.method == "GET":
            return answer(200, {"status": "COMPLETED_SUCCESS", **self._held()})
        bio = received.body["bio"]
        place = (bio["communicationItemId"], bio["communicationChannelId"])
        exists = place in self.bios
        if exists != ("communicationPermissionId" in bio) or exists != (received.method == "PUT"):
            return answer(400, {"messages": [{"code": "CP309", "text": f"person {bio['vaProfileId']}"}]})
        self.put(*place, bio["allowed"])
        return answer(200, {"txAuditId": "body", "bio": bio}, {"Vaprofiletxauditid": "audit-7"})

    def _held(self) -> dict[str, Any]:
        if self.bios:
            return {"bios": list(self.bios.values())}
        return {"messages": [{"code": "CP310", "key": "PermissionNotFound", "severity": "ERROR"}]}


@contextmanager
def mhv(double: Mhv) -> Iterator[tuple[MhvSystem, Server]]:
    """The adapter, and the server that it asks."""
    with serving(double) as server:
        system = MhvSystem(server.url, TOKEN, CLOCK)
        yield system, server
        system.close()


@contextmanager
def va_profile(double: VaProfile) -> Iterator[tuple[VaProfileSystem, Server]]:
    """The adapter, and the server that it asks."""
    with serving(double) as server:
        system = VaProfileSystem(server.url, CLOCK)
        yield system, server
        system.close()


def last_parts(lines: Iterable[str]) -> list[str]:
    """Short lines without what opens a session."""
    return [line for line in lines if not line.endswith("session")]


def then(change: Callable[[], None], behaviour: Behaviour) -> Behaviour:
    """Do something before the answer leaves: somebody else was faster."""

    def behave(peer: Any) -> bool:
        change()
        return behaviour(peer)

    return behave


NO_IDS = re.compile(r"100000\d|@|invented-app-token|token-\d|127\.0\.0\.1|/v1/|communication-")
"""What no message for people may hold."""
