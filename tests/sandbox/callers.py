"""Callers of the stand-ins, and readers of their logs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from sandbox.log import Accept, Line, Refuse, read_log

FIRST_VA, FIRST_MHV = 1_000_001, 9_000_001
RX = "v1/usermgmt/notification/rx"
EMAIL = "v1/usermgmt/notification/email"
MESSAGES = "v1/sm/patient/preferences/notification"
USER_MANAGEMENT_SESSION, MESSAGES_SESSION = "v1/usermgmt/auth/session", "v1/sm/patient/session"


@dataclass(frozen=True)
class Target:
    """A running stand-in and its file."""

    url: str
    store: Path

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """One request; the answer whatever it is."""
        return requests.request(method, f"{self.url}/{path}", headers=headers, json=body, timeout=20)

    def faults(self, *faults: Mapping[str, Any]) -> Any:
        """Replace the faults."""
        return self.ask("POST", "sandbox/faults", body={"faults": list(faults)})


@dataclass(frozen=True)
class MhvCaller:
    """One person's calls to MHV. `number` counts people from 0."""

    target: Target
    number: int = 0

    def opened(self, path: str = USER_MANAGEMENT_SESSION) -> Any:
        """The answer to the request for a session."""
        return self.target.ask("GET", path, {"appToken": "sandbox", "mhvCorrelationId": str(FIRST_MHV + self.number)})

    def ask(self, method: str, path: str, body: Any = None, **stamp: str) -> Any:
        """One call in a session of its own."""
        session = self.opened(MESSAGES_SESSION if "/sm/" in path else USER_MANAGEMENT_SESSION)
        return self.target.ask(method, path, {"Token": session.headers["token"], **headers(stamp)}, body)


@dataclass(frozen=True)
class VaCaller:
    """One person's calls to VA Profile. `number` counts people from 0."""

    target: Target
    number: int = 0
    system: Mapping[str, str] = field(default_factory=lambda: {"Cufsystemname": "VETSGOV"})

    @property
    def path(self) -> str:
        """Where the person's permissions are."""
        who = f"2.16.840.1.113883.4.349/{FIRST_VA + self.number}%5EPI%5E200VETS%5EUSDVA"
        return f"communication-hub/communication/v1/{who}/communication-permissions"

    def read(self) -> Any:
        """The answer to a read."""
        return self.target.ask("GET", self.path, self.system)

    def send(self, method: str, bio: Any, **stamp: str) -> Any:
        """The answer to a write."""
        return self.target.ask(method, self.path, {**self.system, **headers(stamp)}, {"bio": bio})

    def bio(self, **changes: Any) -> dict[str, Any]:
        """A bio that is right: medical images, by e-mail, yes; with changes."""
        right = {
            "allowed": True,
            "communicationChannelId": 2,
            "communicationItemId": 10,
            "vaProfileId": FIRST_VA + self.number,
            "sourceDate": "2026-01-31T12:00:00Z",
        }
        return {**right, **changes}


def headers(stamp: Mapping[str, str]) -> dict[str, str]:
    """`write_id="x"` as the header Cutover-Write-Id."""
    return {f"Cutover-{name.replace('_', '-').title()}": value for name, value in stamp.items()}


def new_id() -> str:
    """A write id that nobody else has."""
    return uuid4().hex


def lines_of(store: Path, write_id: str) -> list[Line]:
    """The lines of the log about one write, in order."""
    lines = [entry.line for entry in read_log(store)]
    return [line for line in lines if isinstance(line, Accept | Refuse) and line.write_id == write_id]
