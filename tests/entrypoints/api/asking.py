"""How a test asks the API as one caller, and what every refusal must look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from app.domain.refusals import CODES
from app.domain.roles import Role
from tests.entrypoints.world import World

PROBLEM = ("type", "title", "status", "code", "detail", "mend")
IDS = {"X-VA-Profile-Id": "1000001", "X-MHV-Correlation-Id": "2000001"}
STAGES = ["check", "seed", "freeze", "close", "drain", "catch_up", "activate", "watch"]
FIRST_KEY, SECOND_KEY, HELD_BACK, ONLY_NEW = "parcel_on_its_way", "visit_reminders", "summary_by_mail", "results_ready"


@dataclass(frozen=True)
class Api:
    """The API as the holder of one token sees it."""

    world: World
    token: str

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **body: Any) -> TestResponse:
        """One request. `path` is behind /api/v1; `json` or `data` is its body."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self.world.app.test_client().open(f"/api/v1{path}", method=method, headers=sent, **body)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Look."""
        return self.ask("GET", path, headers)

    def post(self, path: str, json: Any, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Change."""
        return self.ask("POST", path, headers, json=json)

    def put(self, key: str, json: Any, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Make a choice for the invented person."""
        return self.ask("PUT", f"/preferences/{key}", {**IDS, **(headers or {})}, json=json)

    def start(self, *keys: str, **said: Any) -> TestResponse:
        """Ask for a move to VA.gov, decided on the epochs as they are."""
        body = wish(self.world, *keys)
        return self.post("/moves", {**body, **said})


def wish(world: World, *keys: str) -> dict[str, Any]:
    """The body of a move to VA.gov that is decided on what stands there now."""
    expect = {key: world.row(key).epoch for key in keys}
    return {"preferences": list(keys), "to": "va_gov", "expect": expect, "reason": "Invented."}


def api(world: World, *roles: Role, name: str = "ada", keys: list[str] | None = None) -> Api:
    """The API as somebody with these roles sees it."""
    return Api(world, world.token(*roles, name=name, keys=keys))


def refused(answer: TestResponse, code: str) -> dict[str, Any]:
    """The members of a refusal, which must be a complete problem with this code and the status that belongs to it."""
    assert answer.content_type == "application/problem+json", answer.text
    told: dict[str, Any] = answer.get_json(force=True)
    assert (told["code"], answer.status_code) == (code, CODES[code][0]), told
    assert told["status"] == answer.status_code
    assert told["type"].endswith(f"#{code}")
    assert all(isinstance(told[name], str) and told[name] for name in PROBLEM if name != "status"), told
    assert "Traceback" not in answer.text
    return told
