"""What a preference's file may say, and what is told about one that says something else."""

from datetime import timedelta

import pytest

from app.domain.catalogue import Fault, MhvBinding, Preference, Status, VaGovBinding
from app.domain.ownership import System
from app.domain.preference_file import read_preference
from tests.domain.file_texts import PREFERENCE, changed, preference_source


def good(text: str = PREFERENCE, environment: str = "production") -> Preference:
    """The preference of a file without faults."""
    read = read_preference(preference_source(text), environment)
    assert not isinstance(read, list), [str(fault) for fault in read]
    return read[0]


def faults(text: str, environment: str = "production") -> list[Fault]:
    """The faults of a file that has some."""
    read = read_preference(preference_source(text), environment)
    assert isinstance(read, list)
    return read


def test_a_file_is_read_as_it_says() -> None:
    preference = good()
    assert preference.key == "reports"
    assert preference.title == "Reports ready"
    assert preference.status is Status.LIVE
    assert preference.starts_with is System.MHV
    assert preference.surfaces == ("mhv_profile",)
    assert preference.systems == {System.MHV: MhvBinding("assumed", "reports"), System.VA_GOV: VaGovBinding(41, 2)}
    assert [choice.name for choice in preference.choices] == ["off", "on"]
    assert preference.value("on", System.MHV) is True


def test_what_a_file_leaves_out_has_the_documented_default() -> None:
    preference = good(changed(PREFERENCE, "approvals_by_hand = 1\n", ""))
    assert preference.approvals_by_hand == 1
    assert (preference.advisory_writers, preference.default_send) == (False, False)
    assert preference.advisory_ttl == timedelta(seconds=60)


def test_an_environment_changes_what_it_names_and_nothing_else() -> None:
    assert good(environment="staging").systems[System.VA_GOV] == VaGovBinding(51, 2)
    assert good(environment="staging").systems[System.MHV] == good().systems[System.MHV]


def test_an_environment_may_change_any_key() -> None:
    text = PREFERENCE + '[environments.sandbox]\napprovals_by_hand = 0\nsurfaces = []\nadvisory_ttl = "5m"\n'
    here = good(text, "sandbox")
    assert (here.approvals_by_hand, here.surfaces, here.advisory_ttl) == (0, (), timedelta(minutes=5))
    assert good(text).approvals_by_hand == 1


def test_a_system_that_only_another_environment_has_is_absent_here() -> None:
    text = changed(PREFERENCE, "[systems.va_gov]", "[environments.sandbox.systems.va_gov]")
    assert System.VA_GOV in good(text, "sandbox").systems
    assert set(good(text.replace("51", "51\nchannel = 2")).systems) == {System.MHV}


def test_a_start_without_a_system_is_written_none() -> None:
    assert good(changed(PREFERENCE, 'starts_with = "mhv"', 'starts_with = "none"')).starts_with is None


# what is changed, into what, line and key of the fault, words of it
BAD = [
    ("title = ", "titel = ", 1, "titel", "Did you mean title?"),
    ('title = "Reports ready"\n', "", None, "title", "missing"),
    ('"Reports ready"', "3", 1, "title", "not the number 3"),
    ('"Reports ready"', '"  "', 1, "title", "one line"),
    ('"Reports ready"', '"""a\nb"""', 1, "title", "one line"),
    ('channel = "email"', 'channel = "emial"', 2, "channel", "Did you mean email?"),
    ('"live"', '"alive"', 3, "status", "Did you mean live?"),
    ('"live"', "true", 3, "status", "not true"),
    ('starts_with = "mhv"', 'starts_with = "cerner"', 4, "starts_with", "Known here: mhv, va_gov, none."),
    ('feature = "reports"', 'feature = "All reports"', 5, "feature", "one word"),
    ('["mhv_profile"]', '"mhv_profile"', 6, "surfaces", "must be a list"),
    ('["mhv_profile"]', '["mhv_profil"]', 6, "surfaces[1]", "Did you mean mhv_profile?"),
    ('["mhv_profile"]', '["mhv_profile",\n"mhv_profile"]', 7, "surfaces[2]", "named twice"),
    ("hand = 1", "hand = true", 7, "approvals_by_hand", "not true"),
    ("hand = 1", "hand = 1.0", 7, "approvals_by_hand", "whole number"),
    ("hand = 1", "hand = 10", 7, "approvals_by_hand", "0 to 9"),
    ("hand = 1", "hand = 2027-01-01", 7, "approvals_by_hand", "2027-01-01"),
    ("hand = 1\n", 'hand = 1\nadvisory_ttl = "1 min"\n', 8, "advisory_ttl", "whole number"),
    ("hand = 1\n", "hand = 1\nadvisory_ttl = 60\n", 8, "advisory_ttl", "duration"),
    ("hand = 1\n", "hand = 1\nadvisory_writers = 0\n", 8, "advisory_writers", "true or false"),
    ("\n[choices]", "\n[choice]", 9, "choice", "Did you mean choices?"),
    ("on = { mhv = true, va_gov = true }\n", "", 9, "choices", "at least two"),
    ("on = { mhv", "On = { mhv", 11, "choices.On", "not a name"),
    ("on = { mhv = true, va_gov = true }", "on = true", 11, "choices.on", "must be a table"),
    ("on = { mhv = true, va_gov = true }", "on = { }", 11, "choices.on", "No system holds"),
    ("on = { mhv = true, va", "on = { mhv = 1, va", 11, "choices.on.mhv", "stores true or false"),
    (
        "on = { mhv = true, va_gov = true }",
        "on = { mhv = true, va_gov = 1 }",
        11,
        "choices.on.va_gov",
        "not the number 1",
    ),
    ("on = { mhv = true, va_gov = true }", "on = { mhv = true, vagov = true }", 11, "choices.on.vagov", "va_gov?"),
    (
        "on = { mhv = true, va_gov = true }",
        "on = { mhv = true, va_gov = false }",
        11,
        "choices.on",
        "VA.gov stores off and on alike",
    ),
    ("on = { mhv = true, va_gov = true }", "on = { mhv = true }", 9, "choices", "VA.gov is to hold"),
    ("[systems.mhv]", "[systems.mvh]", 13, "systems.mvh", "Did you mean mhv?"),
    ('contract = "assumed"', 'contract = "images"', 15, "systems.mhv.path", "Take path out"),
    ('contract = "assumed"', 'contract = "image"', 14, "systems.mhv.contract", "Did you mean images?"),
    ('path = "reports"\n', "", 13, "systems.mhv.path", "needs its path"),
    ('path = "reports"', 'path = "../session"', 15, "systems.mhv.path", "one word"),
    ('path = "reports"', 'path = "bbmi"', 15, "systems.mhv.path", 'contract = "images"'),
    ("item = 41\n", "", 17, "systems.va_gov.item", "missing"),
    ("item = 41", "item = 0", 18, "systems.va_gov.item", "1 to"),
    ("channel = 2", "channel = 1", 19, "systems.va_gov.channel", "is 2"),
    ("channel = 2", "channel = 2\nchanel = 2", 20, "systems.va_gov.chanel", "Did you mean channel?"),
    ("item = 51", 'item = "51"', 22, "environments.staging.systems.va_gov.item", "whole number"),
    ("item = 51", "itme = 51", 22, "environments.staging.systems.va_gov.itme", "Did you mean item?"),
    ("[environments.staging.systems.va_gov]", "[environment.staging]", 21, "environment", "no such key"),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), BAD)
def test_a_fault_names_file_line_key_what_and_mend(old: str, new: str, line: int | None, key: str, words: str) -> None:
    told = [fault for fault in faults(changed(PREFERENCE, old, new)) if fault.key == key]
    assert [(fault.file, fault.line) for fault in told] == [("flags/reports.toml", line)]
    assert words in str(told[0])
    assert told[0].what
    assert told[0].mend


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = changed(changed(PREFERENCE, '"live"', '"lively"'), "item = 41", "item = true")
    assert {fault.key for fault in faults(text)} == {"status", "systems.va_gov.item"}


def test_the_start_must_be_a_system_that_has_it_in_this_environment() -> None:
    text = changed(PREFERENCE, 'starts_with = "mhv"', 'starts_with = "va_gov"')
    text = changed(text, "[systems.va_gov]", "[environments.sandbox.systems.va_gov]")
    text = changed(text, "item = 51", "item = 51\nchannel = 2")
    assert good(text, "sandbox").starts_with is System.VA_GOV
    (told,) = faults(text)
    assert (told.line, told.key) == (4, "starts_with")
    assert told.what.startswith("VA.gov has no id or contract")


def test_a_fault_in_the_part_of_an_environment_is_told_where_it_stands() -> None:
    text = PREFERENCE + '[environments.sandbox.systems.mhv]\ncontract = "rx"\n'
    assert [(fault.line, fault.key) for fault in faults(text, "sandbox")] == [(15, "systems.mhv.path")]
    text = PREFERENCE + "[environments.sandbox.systems.va_gov]\nchannel = 1\n"
    told = faults(text, "sandbox")
    assert [(fault.line, fault.key) for fault in told] == [(24, "environments.sandbox.systems.va_gov.channel")]
    assert good(text) == good()


def test_what_is_misspelt_for_another_environment_is_told_before_it_is_needed() -> None:
    told = faults(changed(PREFERENCE, "item = 51", "item = 51\nchannel = 9"))
    assert [(fault.line, fault.key) for fault in told] == [(23, "environments.staging.systems.va_gov.channel")]


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_environments_that_are_no_table_are_refused(environment: str) -> None:
    text = "environments = 3\n" + PREFERENCE.partition("[environments")[0]
    assert [(fault.line, fault.key) for fault in faults(text, environment)] == [(1, "environments")]


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_an_environment_that_is_no_table_is_refused(environment: str) -> None:
    text = PREFERENCE.partition("[environments")[0] + "[environments]\nstaging = 3\n"
    assert [(fault.line, fault.key) for fault in faults(text, environment)] == [(22, "environments.staging")]


def test_two_choices_stored_alike_are_told_apart_by_what_is_lost() -> None:
    more = 'on = { mhv = true, va_gov = true }\nlater = { va_gov = true, loses = "the hour" }'
    preference = good(changed(PREFERENCE, "on = { mhv = true, va_gov = true }", more))
    assert preference.choice(True, System.VA_GOV) == "on"


@pytest.mark.parametrize("key", ["Reports", "2reports", "re-ports", "re.ports", "", "_x", "r" * 61])
def test_the_name_of_a_file_must_be_able_to_be_a_key(key: str) -> None:
    read = read_preference(preference_source(key=key), "production")
    assert isinstance(read, list)
    assert "cannot be a key" in read[0].what


# the text, the line, words of the fault
NOT_TOML = [
    ("", None, "empty"),
    (" \r\n\n", None, "empty"),
    ("title = live\n", 1, "double quotes"),
    ('title = "a"\ntitle = "b"\n', 2, "Say each key once"),
    ('title = "a"\n\nchannel "email"\n', 3, "name = value"),
    ("[choices]\n[choices]\n", 2, "Say each table once"),
    ('a = 1\ntitle = "a', 2, "not TOML"),
    ("a = 1\nb = [1,\n", 2, "not TOML"),
    ('title = "a\0b"\n', 1, "not TOML"),
    ("a = 2027-02-30\n", 1, "not TOML"),
    ("a = " + "9" * 1_990 + "1" * 3_000, 1, "2000 characters"),
    ("a = " + "[" * 1_900, None, "brackets too many times"),
    ("a = " + "[\n" * 5_000, None, "brackets too many times"),
    ("\n" + "a." * 1_000 + "b = 1", 2, "2000 characters"),
]


@pytest.mark.parametrize(("text", "line", "words"), NOT_TOML)
def test_a_text_that_is_not_toml_is_told_with_its_line(text: str, line: int | None, words: str) -> None:
    told = faults(text)
    assert [fault.line for fault in told] == [line]
    assert words.lower() in str(told[0]).lower()


@pytest.mark.parametrize("text", ["\ufeff" + PREFERENCE, PREFERENCE.replace("\n", "\r\n")])
def test_a_mark_before_the_text_and_other_line_ends_change_nothing(text: str) -> None:
    assert good(text) == good()
    assert faults(changed(text, "item = 41", "item = -1"))[0].line == 18


def test_a_file_with_very_many_unknown_keys_is_answered_shortly() -> None:
    told = faults("".join(f"key_{number} = 1\n" for number in range(9_000)) + PREFERENCE)
    assert len(told) < 40
    assert any("9000" in fault.what for fault in told)
