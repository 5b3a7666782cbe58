"""Sessions of persons, as an administrator sees and ends them."""

from app.domain.roles import Role
from tests.entrypoints.cli.running import Cutover
from tests.entrypoints.world import World

WHY = ("--reason", "Invented.")


def test_sessions_are_told_with_whose_they_are_and_when_they_end_and_without_a_secret(
    world: World, cutover: Cutover
) -> None:
    world.person(Role.OPERATOR, name="Ada Invented")
    (told,) = cutover("sessions", "list", "--json").json["sessions"]
    assert (told["name"], told["subject"], told["roles"]) == ("Ada Invented", "dev-ada-invented", ["operator"])
    assert told.keys() == {"id", "name", "subject", "provider", "roles", "began", "used", "answered", "ends"}
    assert "dev-ada-invented" in cutover("sessions", "list").out
    world.clock.advance(30 * 60)
    assert cutover("sessions", "list", "--json").json["sessions"] == []


def test_one_session_ends_by_its_id_and_the_others_of_its_person_go_on(world: World, cutover: Cutover) -> None:
    first, second = world.person(Role.VIEWER), world.person(Role.VIEWER)
    told = cutover("sessions", "list", "--json").json["sessions"]
    assert cutover("sessions", "end", told[0]["id"], *WHY).out == "1 session is ended\n"
    assert sorted((first.get("/").status_code, second.get("/").status_code)) == [200, 303]


def test_every_session_of_a_person_ends_by_their_subject_and_it_stands_in_the_ledger(
    world: World, cutover: Cutover
) -> None:
    first, second, other = world.person(Role.VIEWER), world.person(Role.VIEWER), world.person(Role.VIEWER, name="ben")
    assert cutover("sessions", "end", "dev-ada", *WHY).out == "2 sessions are ended\n"
    assert [one.get("/").status_code for one in (first, second, other)] == [303, 303, 200]
    entry = cutover("ledger", "list", "--json").json["entries"][-1]
    assert (entry["act"], entry["body"], entry["reason"]) == (
        "sessions_ended",
        {"of": "dev-ada", "count": 2},
        "Invented.",
    )
    assert "[not_found]" in cutover("sessions", "end", "dev-ada", *WHY).err
