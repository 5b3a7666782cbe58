"""Leases over HTTP: who may write, under which permit, and who is connected."""

from typing import Any

import jwt
import pytest

from app.adapters.keys.signing import EdDsaKeys
from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.roles import Role
from app.services import leasing
from app.services.leasing import Renewal
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused
from tests.entrypoints.world import SPANS, World

LEASE = "0123456789abcdef-one"


def asked(*keys: str, **said: Any) -> dict[str, Any]:
    """What a process sends."""
    return {"client": "portal", "instance": "process 7", "keys": list(keys or (FIRST_KEY,)), **said}


def put(caller: Api, body: dict[str, Any], lease: str = LEASE) -> Any:
    """Register or renew."""
    return caller.ask("PUT", f"/leases/{lease}", json=body)


def claims(world: World, token: str) -> dict[str, Any]:
    """What a permit says, once its signature was checked with the keys that anybody may ask for."""
    keys = world.app.test_client().get("/.well-known/jwks.json").get_json()["keys"]
    found = {key["kid"]: jwt.PyJWK(key) for key in keys}
    told: dict[str, Any] = jwt.decode(token, found[jwt.get_unverified_header(token)["kid"]], algorithms=["EdDSA"])
    return told


@pytest.fixture
def writer(either_world: World) -> Api:
    """A client that writes by itself; once on SQLite and once on PostgreSQL."""
    return api(either_world, Role.CLIENT)


def test_a_registration_is_answered_with_the_durations_the_revision_and_the_routes(
    either_world: World, writer: Api
) -> None:
    answer = writer.post("/leases", asked(FIRST_KEY, "unknown_key"))
    told = answer.get_json()
    assert answer.status_code == 201
    assert (told["ttl"], told["renew_every"], told["write_timeout"]) == (SPANS.ttl, 10.0, SPANS.write_timeout)
    assert (told["settle"], told["revision"]) == (dict(SPANS.settle), either_world.standing().revision)
    first, unknown = told["routes"]
    assert (first["key"], first["state"], first["read_from"], first["write_to"], first["epoch"]) == (
        *(FIRST_KEY, "held", "mhv", "mhv", 1),
    )
    assert (unknown["state"], unknown["write_to"], unknown["permit"]) == ("unowned", None, None)


def test_a_permit_names_its_lease_preference_system_epoch_and_use(either_world: World, writer: Api) -> None:
    told = put(writer, asked()).get_json()
    permit = claims(either_world, told["routes"][0]["permit"])
    assert permit.pop("exp") >= either_world.clock.now().timestamp() + SPANS.ttl
    assert permit == {
        "iss": "cutover",
        "sub": LEASE,
        "key": FIRST_KEY,
        "system": "mhv",
        "epoch": 1,
        "use": "write",
    }


def test_a_registration_without_an_id_is_another_lease_each_time(writer: Api) -> None:
    first, second = (writer.post("/leases", asked()).get_json()["lease"] for _ in range(2))
    assert first != second
    assert len(first) >= 32


def test_a_registration_that_is_sent_again_under_its_own_id_is_the_same_lease(writer: Api, either_world: World) -> None:
    for _ in range(2):
        assert put(writer, asked()).get_json()["lease"] == LEASE
    with either_world.store.reading() as unit:
        assert [lease.id for lease in unit.leases.all()] == [LEASE]


def test_a_freeze_is_told_at_the_next_renewal_and_its_acknowledgement_ends_the_wait(
    either_world: World, writer: Api
) -> None:
    put(writer, asked())
    either_world.drive(either_world.begin(System.VA_GOV, FIRST_KEY).id, Stage.DRAIN)
    told = put(writer, asked()).get_json()
    assert (told["routes"][0]["state"], told["routes"][0]["write_to"], told["routes"][0]["permit"]) == (
        *("moving", None, None),
    )
    viewer = api(either_world, Role.VIEWER, name="eve")
    (waited,) = viewer.get("/leases").get_json()["leases"]
    assert [wait["move"] for wait in waited["waited_for"]] == [1]
    assert waited["behind"] == 1
    put(writer, asked(acknowledged=told["revision"]))
    (done,) = viewer.get("/leases").get_json()["leases"]
    assert (done["waited_for"], done["behind"], done["kind"]) == ([], 0, "client")


def test_a_released_lease_is_waited_for_no_more(either_world: World, writer: Api) -> None:
    put(writer, asked())
    answer = writer.ask("DELETE", f"/leases/{LEASE}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert api(either_world, Role.VIEWER, name="eve").get("/leases").get_json()["leases"] == []


def test_nobody_acknowledges_or_releases_for_another(either_world: World, writer: Api) -> None:
    put(writer, asked())
    stranger = api(either_world, Role.CLIENT, name="mallory")
    refused(put(stranger, asked(acknowledged=99)), "not_allowed")
    refused(stranger.ask("DELETE", f"/leases/{LEASE}"), "not_allowed")
    with either_world.store.reading() as unit:
        assert [lease.token is not None for lease in unit.leases.all()] == [True]


def test_nobody_takes_over_the_lease_of_the_service_itself(either_world: World, writer: Api) -> None:
    leasing.renew(either_world.store, Renewal(LEASE, "cutover", "process 1", (FIRST_KEY,), SPANS.ttl, 0))
    refused(put(writer, asked(acknowledged=99)), "not_allowed")


def test_a_token_that_is_limited_to_some_preferences_leases_no_others(either_world: World) -> None:
    limited = api(either_world, Role.CLIENT, name="small", keys=[SECOND_KEY])
    refused(put(limited, asked(FIRST_KEY)), "not_allowed")
    assert put(limited, asked(SECOND_KEY)).status_code == 200


@pytest.mark.parametrize("lease", ["short", "x" * 81, "with%20blank-0123456789"])
def test_an_id_that_could_be_guessed_or_not_kept_is_refused(writer: Api, lease: str) -> None:
    refused(put(writer, asked(), lease), "malformed")


@pytest.mark.parametrize(
    "said",
    [
        *({"keys": []}, {"keys": ["Rx"]}, {"keys": "one"}, {"client": ""}, {"client": 7}, {"instance": "a\n"}),
        *({"acknowledged": -1}, {"acknowledged": "7"}, {"acknowledged": 2**40}, {"unheard": 1}),
    ],
)
def test_what_a_process_may_not_say_is_refused(writer: Api, said: dict[str, Any]) -> None:
    refused(put(writer, {**asked(), **said}), "invalid")


def test_a_client_cannot_acknowledge_what_there_is_not_yet(either_world: World, writer: Api) -> None:
    put(writer, asked())
    put(writer, asked(acknowledged=2**31 - 1))
    with either_world.store.reading() as unit:
        (lease,) = unit.leases.all()
        assert lease.acknowledged == unit.ledger.head().revision


def test_the_key_set_is_open_and_holds_no_private_half(either_world: World, writer: Api) -> None:
    put(writer, asked())
    answer = either_world.app.test_client().get("/.well-known/jwks.json")
    (key,) = answer.get_json()["keys"]
    assert (answer.status_code, key["kty"], key["crv"], "d" in key) == (200, "OKP", "Ed25519", False)


def test_a_changed_secret_stops_no_writer_of_systems_that_check_no_permits(either_world: World, writer: Api) -> None:
    put(writer, asked())
    either_world.context.signer.keys = EdDsaKeys("another invented secret, long enough")
    told = put(writer, asked())
    assert (told.status_code, told.get_json()["routes"][0]["permit"]) == (200, None)
    either_world.context.driver.fences.fenced = frozenset(System)
    refused(put(writer, asked()), "key_sealed")


def test_what_a_process_tells_of_its_writes_is_kept_once(either_world: World, writer: Api) -> None:
    put(writer, asked())
    late = [{"key": FIRST_KEY, "epoch": 0, "write_id": "a-late-write"}]
    audits = [{"key": FIRST_KEY, "epoch": 1, "audit": "name-1"}]
    for _ in range(2):
        assert put(writer, asked(late=late, audits=audits)).status_code == 200
    either_world.context.notes.flush()
    with either_world.store.reading() as unit:
        assert unit.audits.find(System.MHV, "name-1") is not None
    viewer = api(either_world, Role.VIEWER, name="eve")
    (incident,) = viewer.get("/incidents").get_json()["incidents"]
    assert (incident["kind"], incident["reference"]) == ("late_answer", "a-late-write")
