"""Clients: who may write, who is behind, who has stopped writing; unknown counts as behind."""

from dataclasses import replace

from app.domain.leases import Lease
from app.domain.ownership import System
from app.domain.roles import Role
from app.entrypoints.pages.clients import Line
from app.services.leasing import Renewal, renew
from tests.entrypoints.invented import FIRST, SECOND
from tests.entrypoints.pages.reading import Element
from tests.entrypoints.pages.test_moves import draining
from tests.entrypoints.pages.test_stopping import HOSTILE, main_of, page_of
from tests.entrypoints.world import World

KEY = FIRST.key


def leased(world: World, client: str, *keys: str, acknowledged: int = 0) -> None:
    """A client registers, or renews."""
    renew(world.store, Renewal(f"lease-{client}", client, "instance 1", keys or (KEY,), 30.0, acknowledged, "t"))


def rows(world: World) -> list[str]:
    """What the table says, row by row."""
    page = page_of(world.person(Role.VIEWER), "/clients")
    return [one.text for one in page.one("tbody").parts if isinstance(one, Element)]


def test_with_nobody_connected_the_page_says_so_and_explains_the_three_kinds(world: World) -> None:
    text = main_of(world.person(Role.VIEWER), "/clients")
    assert "No client is connected" in text
    for word in ("Lease holder", "Carries changes for others", "Advisory reader"):
        assert word in text
    assert "No preference does now." in text


def test_preferences_that_accept_advisory_writers_are_named(world: World) -> None:
    world.files.put(replace(FIRST, advisory_writers=True))
    world.context.keeper.reload()
    assert "These do: Parcel on its way (answers count for" in main_of(world.person(Role.VIEWER), "/clients")


def test_who_is_behind_stands_first_and_knows_an_older_revision(world: World) -> None:
    world.adopt(KEY, SECOND.key)
    leased(world, "a-client")
    world.moved(System.VA_GOV, SECOND.key)
    leased(world, "z-client")
    world.holder.renew()
    told = rows(world)
    assert told[0].startswith("a-client instance 1 Lease holder Behind by")
    assert any(row.startswith("z-client instance 1 Lease holder Up to date") for row in told)
    assert any(row.startswith("cutover process 1 Carries changes for others") for row in told)
    revision = world.standing().revision
    leased(world, "a-client", acknowledged=revision)
    assert all("Behind" not in row for row in rows(world))


def test_a_lease_that_has_run_out_is_behind(world: World) -> None:
    leased(world, "a-client")
    assert "Runs out" in rows(world)[0]
    world.clock.advance(31)
    [row] = rows(world)
    assert "Behind: its lease has run out, and it writes nothing any more" in row
    assert "Ran out" in row


def test_a_lease_of_which_nobody_knows_the_renewal_counts_as_behind() -> None:
    lease = Lease("l", "c", "i", (KEY,), 30.0, 9)
    line = Line(lease, "Lease holder", (), 0, None, False, ())
    assert line.is_behind
    assert line.stands == "Unknown, which counts as behind"


def test_while_a_move_drains_the_page_says_who_has_stopped_writing_and_who_is_waited_for(world: World) -> None:
    world.adopt(KEY)
    leased(world, "a-client")
    leased(world, "other", SECOND.key)
    number = draining(world)
    told = {row.split()[0]: row for row in rows(world)}
    assert f"Move {number} waits for it, 3" in told["a-client"]
    assert "Move" not in told["other"]
    leased(world, "a-client", acknowledged=world.standing().revision)
    told = {row.split()[0]: row for row in rows(world)}
    assert f"Has stopped writing for move {number}." in told["a-client"]


def test_a_hostile_name_of_a_client_is_shown_as_it_is(world: World) -> None:
    leased(world, HOSTILE)
    assert rows(world)[0].startswith(HOSTILE)
