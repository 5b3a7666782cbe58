"""VA Profile's stand-in pushes to the real service: our own write is right, a third party's is an incident."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.processes import running
from sandbox.programs import free_port, program, wait_ready
from sandbox.reporting import report_key
from sandbox.stage import CUTOVER, ROOT, Stage
from tests.sandbox.callers import FIRST_MHV, FIRST_VA, Target, VaCaller
from tests.sandbox.test_whole import KEY, wait_for

RX_ITEM, ALERTS_ITEM = 4, 9
ALERTS = "secure_messaging_alerts"


@contextmanager
def reported_stage(folder: Path, database_url: str) -> Iterator[tuple[Stage, Target]]:
    """The service with both stand-ins; VA Profile's reports what it accepts."""
    port, app_token = free_port(), secrets.token_hex(16)
    url = f"http://127.0.0.1:{port}"
    report = {"report_url": f"{url}/api/v1/reports/va-profile", "report_key": folder / "key", "report_delay": 0.05}
    with (
        running("mhv", folder / "mhv.db", app_token=app_token, people=50) as mhv,
        running("va_profile", folder / "va.db", people=50, **report) as va_profile,
    ):
        environment = {
            "CUTOVER_DATABASE_URL": database_url,
            "CUTOVER_ENVIRONMENT": "sandbox",
            "CUTOVER_SECRET_KEY": secrets.token_hex(32),
            "CUTOVER_FOLDER": str(ROOT),
            "CUTOVER_PORT": str(port),
            "MHV_URL": mhv.url,
            "MHV_APP_TOKEN": app_token,
            "MHV_SETTLE": "1s",
            "VA_PROFILE_URL": va_profile.url,
            "VA_PROFILE_SETTLE": "1s",
            "VA_PROFILE_REPORT_KEYS": str(report_key(folder / "key")),
            "CUTOVER_LEASE_TTL": "10s",
            "CUTOVER_WRITE_TIMEOUT": "2s",
            "CUTOVER_REPORT_DELAY": "0s",
        }
        made = Stage(folder, url, environment, "", 50)
        made.cutover("adopt", "--reason", "The test begins.")
        roles = [part for role in ("operator", "admin", "client") for part in ("--role", role)]
        created = made.cutover("token", "create", "--name", "tester", *roles, "--reason", "A test.")
        made.operator = created["token"]
        with program([str(CUTOVER), "serve"], folder / "service.log", environment) as started:
            wait_ready(started, f"{url}/readyz", folder / "service.log")
            yield made, Target(va_profile.url, folder / "va.db")


def eventually(ask: Callable[[], Any]) -> Any:
    """What it answers, once it answers something."""
    end = time.monotonic() + 40
    while not (found := ask()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def carry(stage: Stage, number: int) -> None:
    """Make a choice for a person, through the service."""
    ids = {"X-VA-Profile-Id": str(FIRST_VA + number), "X-MHV-Correlation-Id": str(FIRST_MHV + number)}
    headers = {**ids, "Authorization": f"Bearer {stage.operator}"}
    address = f"{stage.url}/api/v1/preferences/{KEY}"
    held = requests.get(address, headers=headers, timeout=10).json()
    answer = requests.put(address, headers=headers, json={"choice": "off", "epoch": held["epoch"]}, timeout=10)
    assert answer.status_code == 200, answer.text


def counts(stage: Stage) -> dict[tuple[str | None, str], int]:
    """The reports, counted."""
    return {(one["key"], one["verdict"]): one["count"] for one in stage.get("/api/v1/reports")["reports"]}


def write_directly(target: Target, number: int, item: int, channel: int = 2) -> None:
    """A third party writes to VA Profile, past everybody."""
    caller = VaCaller(target, number)
    bios = caller.read().json().get("bios", ())
    held = [bio for bio in bios if (bio["communicationItemId"], bio["communicationChannelId"]) == (item, channel)]
    wanted = caller.bio(communicationItemId=item, communicationChannelId=channel)
    if held:
        number = held[0]["communicationPermissionId"]
        answer = caller.send("PUT", {**wanted, "communicationPermissionId": number})
    else:
        answer = caller.send("POST", wanted)
    assert answer.status_code == 200, answer.text


@pytest.mark.timeout(240)
def test_a_write_of_ours_is_right_and_one_of_a_third_party_is_an_incident(tmp_path: Path, database_url: str) -> None:
    with reported_stage(tmp_path, database_url) as (stage, va_profile):
        asked = {"preferences": [KEY], "to": "va_gov", "expect": {KEY: 1}, "reason": "It is time."}
        assert wait_for(stage, stage.post("/api/v1/moves", asked)["id"])["outcome"] == "done"
        carry(stage, 7)
        write_directly(va_profile, 8, RX_ITEM)
        write_directly(va_profile, 9, ALERTS_ITEM)  # MHV owns it
        write_directly(va_profile, 9, RX_ITEM, channel=1)  # text messages are no preference of ours
        expected = {(KEY, "right"): 1, (KEY, "unknown"): 1, (ALERTS, "wrong"): 1, (None, "ignored"): 1}
        eventually(lambda: counts(stage) == expected)
        found = counts(stage)
        (incident,) = stage.get("/api/v1/incidents?open=1")["incidents"]
        assert stage.cutover("incidents", "list", "--open")["incidents"] == [incident]
        assert stage.cutover("ledger", "verify")["intact"]
    assert found == expected
    assert (incident["kind"], incident["key"], incident["system"]) == ("wrong_side", ALERTS, "va_gov")
    said = (tmp_path / "service.log").read_bytes()
    for number in (7, 8, 9):
        assert str(FIRST_VA + number).encode() not in said
