"""The catalogue in force: a wrong file opens nothing, a lost one changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from app.domain.catalogue import Fault
from app.domain.refusals import Refusal
from app.services.keeping import Keeper, Loaded
from tests.services.world import ALERTS, RX, VA_GOV, World, preference

WRONG = "this is wrong"


@dataclass
class FakeFiles:
    """Preference files in memory: a text is the title of its preference. See `services.keeping.PreferenceFiles`."""

    texts: dict[str, str] = field(default_factory=lambda: {RX: "Refills", ALERTS: "Alerts"})

    def load(self) -> Loaded:
        """See `services.keeping.PreferenceFiles`."""
        return self.read(self.texts)

    def read(self, texts: Mapping[str, str]) -> Loaded:
        """See `services.keeping.PreferenceFiles`."""
        faults = tuple(Fault(f"flags/{key}.toml", 1, None, WRONG, "") for key, text in texts.items() if text == WRONG)
        good = {key: preference(key, title=text) for key, text in texts.items() if text != WRONG}
        return Loaded(good, {key: text for key, text in texts.items() if key in good}, faults)


def titles(keeper: Keeper) -> dict[str, str]:
    """What is in force."""
    return {key: one.title for key, one in keeper.current.preferences.items()}


def test_the_files_are_in_force_as_soon_as_somebody_asks(world: World) -> None:
    keeper = Keeper(FakeFiles(), world.store)
    assert titles(keeper) == {RX: "Refills", ALERTS: "Alerts"}
    assert (keeper.current.missing, keeper.current.faults) == (frozenset(), ())


def test_a_changed_file_is_in_force_after_a_reload_and_not_before(world: World) -> None:
    files = FakeFiles()
    keeper = Keeper(files, world.store)
    keeper.reload()
    files.texts[RX] = "Refills and more"
    assert titles(keeper)[RX] == "Refills"
    keeper.reload()
    assert titles(keeper)[RX] == "Refills and more"


@pytest.mark.parametrize("restarted", [False, True], ids=["in the same process", "in a new one"])
def test_with_a_faulty_file_the_last_good_catalogue_stays_in_force_and_says_so(world: World, restarted: bool) -> None:
    files = FakeFiles()
    keeper = Keeper(files, world.store)
    keeper.reload()
    files.texts = {RX: WRONG, ALERTS: "Changed, too"}
    if restarted:
        keeper = Keeper(files, world.store)
    for _ in range(2):
        keeper.reload()
        assert titles(keeper) == {RX: "Refills", ALERTS: "Alerts"}
        assert [fault.what for fault in keeper.current.faults] == [WRONG]
        assert keeper.current.missing == frozenset(), "a wrong file is there"


def test_a_mended_file_is_in_force_again(world: World) -> None:
    files = FakeFiles()
    keeper = Keeper(files, world.store)
    keeper.reload()
    files.texts[RX] = WRONG
    keeper.reload()
    files.texts[RX] = "Mended"
    keeper.reload()
    assert titles(keeper)[RX] == "Mended"
    assert keeper.current.faults == ()


@pytest.mark.parametrize("restarted", [False, True], ids=["in the same process", "in a new one"])
@pytest.mark.parametrize("faulty", [False, True], ids=["the other is good", "the other is wrong"])
def test_a_vanished_file_is_carried_on_and_cannot_be_moved(world: World, restarted: bool, faulty: bool) -> None:
    files = FakeFiles()
    keeper = Keeper(files, world.store)
    keeper.reload()
    del files.texts[RX]
    if faulty:
        files.texts[ALERTS] = WRONG
    if restarted:
        keeper = Keeper(files, world.store)
    keeper.reload()
    assert titles(keeper) == {RX: "Refills", ALERTS: "Alerts"}
    assert keeper.current.missing == {RX}
    with pytest.raises(Refusal) as refused:
        keeper.current.require_movable(RX, VA_GOV)
    assert refused.value.code == "file_missing"
    keeper.current.require_movable(ALERTS, VA_GOV)


def test_a_file_that_came_back_can_be_moved_again(world: World) -> None:
    files = FakeFiles()
    keeper = Keeper(files, world.store)
    keeper.reload()
    del files.texts[RX]
    keeper.reload()
    files.texts[RX] = "Back"
    keeper.reload()
    keeper.current.require_movable(RX, VA_GOV)
    assert titles(keeper)[RX] == "Back"


def test_faulty_files_at_the_very_first_start_put_nothing_in_force(world: World) -> None:
    keeper = Keeper(FakeFiles({RX: WRONG, ALERTS: "Alerts"}), world.store)
    assert titles(keeper) == {}
    assert len(keeper.current.faults) == 1
    with pytest.raises(Refusal) as refused:
        keeper.current.preference(ALERTS)
    assert refused.value.code == "catalogue_faulty"


def test_a_process_with_older_files_changes_no_owner_and_deletes_nothing(world: World) -> None:
    world.adopt()
    world.flip(VA_GOV, RX)
    Keeper(FakeFiles(), world.store).reload()
    rows, head = world.rows(RX, ALERTS), world.head
    older = Keeper(FakeFiles({ALERTS: "Older"}), world.store)
    older.reload()
    assert (world.rows(RX, ALERTS), world.head) == (rows, head)
    assert titles(older) == {RX: "Refills", ALERTS: "Older"}
