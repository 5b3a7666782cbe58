"""Who owns what, as every client asks it: the shape, the entity tag, and the long poll."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.domain.moves import Stage
from app.domain.ownership import NOBODY, System
from app.domain.roles import Role
from app.services.waiting import MOST_WAITING, waiting_place
from tests.entrypoints.api.asking import FIRST_KEY, ONLY_NEW, SECOND_KEY, Api, api, refused
from tests.entrypoints.invented import FIRST
from tests.entrypoints.world import World
from tests.fakes.clock import FakeClock

KINDS: dict[str, tuple[type, ...]] = {
    "key": (str,),
    "title": (str,),
    "state": (str,),
    "owner": (str, type(None)),
    "target": (str, type(None)),
    "read_from": (str, type(None)),
    "write_to": (str, type(None)),
    "epoch": (int,),
    "valid_for": (int,),
    "surfaces": (list,),
    "notice": (dict,),
    "move": (int, type(None)),
}
NOTICE: dict[str, tuple[type, ...]] = {
    "level": (str,),
    "text": (str, type(None)),
    "from": (str, type(None)),
    "until": (str, type(None)),
    "instead": (str, type(None)),
}


class RunningClock(FakeClock):
    """A clock on which six tenths of a second pass with every look."""

    def monotonic(self) -> float:
        """See `services.clock.Clock`."""
        self.advance(0.6)
        return super().monotonic()


@dataclass
class Crowd:
    """Keeps every place of those that wait taken."""

    places: ExitStack

    def sit_down(self) -> None:
        """Take them all."""
        for _ in range(MOST_WAITING):
            self.places.enter_context(waiting_place())


def _shaped(member: dict[str, Any]) -> None:
    for names, told in ((KINDS, member), (NOTICE, member["notice"])):
        wrong = {name: told.get(name) for name, kinds in names.items() if type(told.get(name, ...)) not in kinds}
        assert wrong == {}


def _member(asker: Api, key: str) -> dict[str, Any]:
    found: dict[str, Any] = asker.get(f"/ownership/{key}").get_json()
    return found


def test_every_member_that_clients_rely_on_is_there_with_its_type(either_world: World) -> None:
    told = api(either_world, Role.VIEWER).get("/ownership").get_json()

    assert set(told) == {"revision", "preferences"}
    assert [one["key"] for one in told["preferences"]] == sorted(either_world.files.preferences)
    for member in told["preferences"]:
        _shaped(member)


def test_one_preference_is_the_same_member_with_the_revision(adopted: World, viewer: Api) -> None:
    everything = viewer.get("/ownership").get_json()

    for member in everything["preferences"]:
        assert _member(viewer, member["key"]) == {"revision": everything["revision"], **member}


def test_a_held_preference_is_read_and_written_at_its_owner(adopted: World, viewer: Api) -> None:
    told = _member(viewer, FIRST_KEY)

    assert {name: told[name] for name in ("state", "owner", "target", "read_from", "write_to", "epoch", "move")} == {
        "state": "held",
        "owner": "mhv",
        "target": None,
        "read_from": "mhv",
        "write_to": "mhv",
        "epoch": 1,
        "move": None,
    }
    assert told["notice"] == {"level": "none", "text": None, "from": None, "until": None, "instead": None}
    assert told["surfaces"] == ["mhv_profile"]
    assert told["valid_for"] == FIRST.advisory_ttl.total_seconds()


def test_what_nobody_holds_has_no_reader_and_no_writer(adopted: World, viewer: Api) -> None:
    told = _member(viewer, ONLY_NEW)

    assert (told["state"], told["owner"], told["read_from"], told["write_to"]) == ("unowned", None, None, None)


def test_a_freeze_is_told_with_its_move_its_target_and_a_notice_for_veterans(adopted: World, viewer: Api) -> None:
    move = adopted.begin(System.VA_GOV, FIRST_KEY)
    adopted.drive(move.id, Stage.DRAIN)

    told = _member(viewer, FIRST_KEY)

    assert (told["state"], told["target"], told["move"]) == ("moving", "va_gov", move.id)
    assert (told["read_from"], told["write_to"]) == ("mhv", None)
    assert told["notice"]["level"] == "blocked"
    assert told["notice"]["text"]
    _shaped(told)


def test_a_retired_preference_has_no_reader_and_no_writer(adopted: World, viewer: Api) -> None:
    adopted.drive(adopted.begin(NOBODY, FIRST_KEY).id)

    told = _member(viewer, FIRST_KEY)

    assert (told["state"], told["read_from"], told["write_to"]) == ("retired", None, None)


def test_an_unknown_preference_is_refused_with_the_nearest_name(adopted: World, viewer: Api) -> None:
    assert SECOND_KEY in refused(viewer.get("/ownership/visit_remindres"), "preference_unknown")["mend"]


def test_the_entity_tag_names_the_revision_and_a_hash(adopted: World, viewer: Api) -> None:
    answer = viewer.get("/ownership")

    assert re.fullmatch(rf'"{answer.get_json()["revision"]}-[0-9a-f]{{8,64}}"', answer.headers["ETag"])


def test_what_was_seen_already_is_not_sent_again(adopted: World, viewer: Api) -> None:
    for path in ("/ownership", f"/ownership/{FIRST_KEY}"):
        seen = viewer.get(path).headers["ETag"]
        again = viewer.get(path, {"If-None-Match": seen})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", seen)


def test_a_move_changes_the_entity_tag(adopted: World, viewer: Api) -> None:
    seen = viewer.get("/ownership").headers["ETag"]
    adopted.moved(System.VA_GOV, FIRST_KEY)

    answer = viewer.get("/ownership", {"If-None-Match": seen})

    assert (answer.status_code, answer.headers["ETag"] != seen) == (200, True)


@pytest.mark.parametrize("change", ["title", "another_file", "file_gone"])
def test_the_entity_tag_differs_when_the_files_change_at_the_same_revision(
    adopted: World, viewer: Api, change: str
) -> None:
    before = viewer.get("/ownership")
    if change == "title":
        adopted.files.put(replace(FIRST, title="Parcel under way"))
    elif change == "another_file":
        adopted.files.put(replace(FIRST, key="invented_later"))
    else:
        del adopted.files.preferences[FIRST_KEY]
    adopted.context.keeper.reload()

    after = viewer.get("/ownership", {"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert after.get_json()["revision"] == before.get_json()["revision"]
    assert after.headers["ETag"] != before.headers["ETag"]


def test_another_process_makes_the_same_bytes_and_the_same_tag(either_world: World) -> None:
    other = World(either_world.url, files=either_world.files)
    other.context.keeper.reload()
    token = either_world.token(Role.VIEWER)

    answers = [Api(world, token).get("/ownership") for world in (either_world, other)]
    other.store.close()

    assert answers[0].data == answers[1].data
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_a_waiting_question_is_answered_when_somebody_moves(either_world: World) -> None:
    asker, mover = api(either_world, Role.VIEWER), api(either_world, Role.OPERATOR)
    seen = asker.get("/ownership").headers["ETag"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(asker.get, "/ownership?wait=30", {"If-None-Match": seen})
        number = mover.start(FIRST_KEY).get_json()["id"]
        assert not waiting.done()  # a move that has changed no row yet wakes it up, and it goes on waiting
        either_world.drive(number)
        answer = waiting.result(timeout=20)

    assert (answer.status_code, answer.headers["ETag"] != seen) == (200, True)


def test_a_question_whose_tag_differs_already_does_not_wait(adopted: World, viewer: Api) -> None:
    answer = viewer.get("/ownership?wait=30", {"If-None-Match": '"0-old"'})

    assert (answer.status_code, adopted.clock.elapsed) == (200, 0.0)


def test_a_wait_that_sees_no_change_ends_with_304(sqlite_url: str) -> None:
    world = World(sqlite_url, clock=RunningClock())
    asker = api(world, Role.VIEWER)
    seen = asker.get("/ownership").headers["ETag"]

    answer = asker.get("/ownership?wait=1", {"If-None-Match": seen})
    world.store.close()

    assert (answer.status_code, answer.data) == (304, b"")


def test_a_wait_without_a_tag_is_answered_at_once(adopted: World, viewer: Api) -> None:
    assert viewer.get("/ownership?wait=30").status_code == 200


def test_beyond_the_cap_a_waiting_question_is_refused_and_a_plain_one_is_not(adopted: World, viewer: Api) -> None:
    seen = {"If-None-Match": viewer.get("/ownership").headers["ETag"]}
    with ExitStack() as places:
        Crowd(places).sit_down()
        answer = viewer.get("/ownership?wait=30", seen)
        assert viewer.get("/ownership", seen).status_code == 304

    assert refused(answer, "too_many_waiting")["retry_after"] == 5
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("wait", ["31", "-1", "1.5", "", "ten", "1" * 5000, "٣", "1\n"])
def test_a_wait_that_is_no_number_up_to_thirty_is_refused(adopted: World, viewer: Api, wait: str) -> None:
    answer = viewer.ask("GET", "/ownership", query_string={"wait": wait})

    assert "wait" in refused(answer, "malformed")["detail"]


def test_adoption_happens_once_and_says_what_it_left(world: World, viewer: Api) -> None:
    admin = api(world, Role.ADMIN)

    first = admin.post("/ownership/adopt", {"reason": "Invented."}).get_json()
    second = admin.post("/ownership/adopt", {"reason": "Invented."}).get_json()

    assert set(first["adopted"]) == {FIRST_KEY, SECOND_KEY, "summary_by_mail"}
    assert set(first["left"]) == {ONLY_NEW}
    assert (second["adopted"], set(second["left"])) == ({}, set(world.files.preferences))
    assert _member(viewer, FIRST_KEY)["owner"] == "mhv"
    named = admin.post("/ownership/adopt", {"preferences": [FIRST_KEY], "reason": "Invented."})
    refused(named, "already_adopted")
    named = admin.post("/ownership/adopt", {"preferences": [ONLY_NEW], "reason": "Invented."})
    refused(named, "nothing_to_adopt")


def test_an_administrator_restores_what_was_retired_to_its_last_owner(adopted: World) -> None:
    admin = api(adopted, Role.ADMIN)
    adopted.moved(System.VA_GOV, FIRST_KEY)
    adopted.drive(adopted.begin(NOBODY, FIRST_KEY).id)
    epoch = adopted.row(FIRST_KEY).epoch

    stale = admin.post("/ownership/restore", {"expect": {FIRST_KEY: epoch - 1}, "reason": "Invented."})
    answer = admin.post("/ownership/restore", {"expect": {FIRST_KEY: epoch}, "reason": "Invented."})
    again = admin.post("/ownership/restore", {"expect": {SECOND_KEY: 1}, "reason": "Invented."})

    refused(stale, "epoch_stale")
    assert (answer.status_code, answer.get_json()["preferences"][0]["owner"]) == (200, "va_gov")
    refused(again, "transition_illegal")
