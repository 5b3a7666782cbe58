"""No two files stand for one thing. A key that was spelled in two ways, and both seemed to work, cost others dearly."""

import pytest

from app.domain.catalogue import Fault
from app.domain.preference_set import read_preferences
from tests.domain.file_texts import PREFERENCE, changed, preference_source

OTHER = changed(
    changed(changed(PREFERENCE, "item = 41", "item = 42"), "Reports ready", "Letters sent"), "item = 51", "item = 52"
)
OTHER = changed(OTHER, 'path = "reports"', 'path = "letters"')


def together(other: str, key: str = "letters", environment: str = "production") -> tuple[set[str], list[Fault]]:
    """The keys that are read, and the faults, of the usual file and another one."""
    sources = [preference_source(), preference_source(other, key)]
    preferences, faults = read_preferences(sources, environment)
    return set(preferences), faults


def test_two_files_for_two_things_are_both_read() -> None:
    assert together(OTHER) == ({"reports", "letters"}, [])


@pytest.mark.parametrize("key", ["report_s", "rreports", "repports", "re_poorts_"])
def test_a_name_spelled_in_two_ways_is_refused_in_both_files(key: str) -> None:
    keys, faults = together(OTHER, key)
    assert keys == set()
    assert {fault.file for fault in faults} == {"flags/reports.toml", f"flags/{key}.toml"}
    assert all("name of this file" in fault.what for fault in faults)


def test_names_that_differ_in_a_number_are_two_names() -> None:
    sources = [preference_source(key="part_1"), preference_source(OTHER, "part_11")]
    assert read_preferences(sources, "production")[1] == []


# what is changed in the other file, the environment, line and key of the fault in each file
SAME = [
    (("Letters sent", "reports  ready"), "production", [(1, "title"), (1, "title")]),
    (("item = 42", "item = 41"), "production", [(18, "systems.va_gov.item")] * 2),
    (("item = 52", "item = 51"), "staging", [(22, "environments.staging.systems.va_gov.item")] * 2),
    (('path = "letters"', 'path = "reports"'), "production", [(15, "systems.mhv.path")] * 2),
]


@pytest.mark.parametrize(("change", "environment", "places"), SAME)
def test_one_thing_under_two_names_is_refused_in_both_files(
    change: tuple[str, str], environment: str, places: list[tuple[int, str]]
) -> None:
    keys, faults = together(changed(OTHER, *change), environment=environment)
    assert keys == set()
    assert [(fault.line, fault.key) for fault in faults] == places
    assert "of letters" in faults[0].what
    assert "of reports" in faults[1].what


def test_what_is_the_same_in_another_environment_only_does_no_harm_here() -> None:
    assert together(changed(OTHER, "item = 52", "item = 51"))[1] == []


def test_one_item_in_two_channels_is_two_things() -> None:
    text = changed(changed(OTHER, "item = 42\nchannel = 2", "item = 41\nchannel = 1"), '"email"', '"text"')
    assert together(text)[1] == []


def test_two_files_with_one_contract_of_mhv_are_refused() -> None:
    contract = 'contract = "rx"\n'
    first = changed(PREFERENCE, 'contract = "assumed"\npath = "reports"\n', contract)
    second = changed(OTHER, 'contract = "assumed"\npath = "letters"\n', contract)
    preferences, faults = read_preferences([preference_source(first), preference_source(second, "letters")], "here")
    assert preferences == {}
    assert [(fault.line, fault.key) for fault in faults] == [(14, "systems.mhv.contract")] * 2


def test_a_faulty_file_takes_no_other_with_it() -> None:
    keys, faults = together(changed(OTHER, '"live"', '"dead"'))
    assert keys == {"reports"}
    assert {fault.file for fault in faults} == {"flags/letters.toml"}


def test_many_copies_of_a_file_are_answered_shortly() -> None:
    sources = [preference_source(key=f"copy_{number}") for number in range(300)]
    preferences, faults = read_preferences(sources, "production")
    assert preferences == {}
    assert len({fault.file for fault in faults}) == 300
    assert len(faults) < 1_000
