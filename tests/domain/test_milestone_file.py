"""What milestones.toml may say, and what is told about one that says something else."""

from datetime import date, timedelta

import pytest

from app.domain.catalogue import Fault
from app.domain.milestone_file import MOST_MILESTONES, read_milestones
from app.domain.milestones import Estimate, Milestone
from app.domain.toml_source import Source
from tests.domain.file_texts import changed

TEXT = """\
[cards_live]
title = "Cards are live on VA.gov"
feature = "cards"
team = "The card team"
lead = "6w"
connects = true
earliest = 2027-01-15
likely = 2027-03-01
latest = 2027-09-30

[letters_live]
title = "Letters are live"
"""


def read(text: str) -> dict[str, Milestone] | list[Fault]:
    """A file of milestones."""
    return read_milestones(Source("cutover_plans/milestones.toml", "milestones", text))


def faults(text: str) -> list[Fault]:
    """The faults of a file that has some."""
    told = read(text)
    assert isinstance(told, list)
    return told


def test_milestones_are_read_as_the_file_says() -> None:
    estimate = Estimate(date(2027, 1, 15), date(2027, 3, 1), date(2027, 9, 30))
    words = ("Cards are live on VA.gov", "cards", "The card team", timedelta(weeks=6), estimate, True)
    assert read(TEXT) == {
        "cards_live": Milestone("cards_live", *words),
        "letters_live": Milestone("letters_live", "Letters are live"),
    }


def test_an_estimate_may_be_one_day() -> None:
    text = changed(changed(TEXT, "2027-01-15", "2027-03-01"), "2027-09-30", "2027-03-01")
    found = read(text)
    assert isinstance(found, dict)
    assert found["cards_live"].estimate == Estimate(*[date(2027, 3, 1)] * 3)


# what is changed, into what, line and key of the fault, words of it
BAD = [
    ('title = "Cards are live on VA.gov"\n', "", 1, "cards_live.title", "missing"),
    ('feature = "cards"', 'feature = "VA cards"', 3, "cards_live.feature", "one word"),
    ("team =", "teem =", 4, "cards_live.teem", "Did you mean team?"),
    ('team = "The card team"\n', "", 4, "cards_live.lead", "Add team"),
    ('lead = "6w"', "lead = 6", 5, "cards_live.lead", "duration"),
    ("connects = true", 'connects = "yes"', 6, "cards_live.connects", "true or false"),
    ("earliest = 2027-01-15\n", "", 1, "cards_live.earliest", "Add earliest"),
    ("likely = 2027-03-01\n", "", 1, "cards_live.likely", "Add likely"),
    ("likely = 2027-03-01\nlatest = 2027-09-30\n", "", 1, "cards_live.likely", "Add likely"),
    ("latest = 2027-09-30\n", "", 1, "cards_live.latest", "Add latest"),
    ("likely = 2027-03-01", "likely = 2027-01-14", 7, "cards_live.earliest", "in this order"),
    ("latest = 2027-09-30", "latest = 2027-02-28", 7, "cards_live.earliest", "in this order"),
    ("latest = 2027-09-30", "latest = 9999-12-31", 7, "cards_live.earliest", "year"),
    ("likely = 2027-03-01", 'likely = "2027-03-01"', 8, "cards_live.likely", "without quotes"),
    ("likely = 2027-03-01", "likely = 2027-03-01T00:00:00", 8, "cards_live.likely", "a date"),
    ("[letters_live]", "[Letters_live]", 11, "Letters_live", "not a name"),
    (
        '[letters_live]\ntitle = "Letters are live"',
        'letters_live = "Letters"',
        11,
        "cards_live.letters_live",
        "no such",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), BAD)
def test_a_fault_names_file_line_key_what_and_mend(old: str, new: str, line: int, key: str, words: str) -> None:
    told = [fault for fault in faults(changed(TEXT, old, new)) if fault.key == key]
    assert [(fault.file, fault.line) for fault in told] == [("cutover_plans/milestones.toml", line)]
    assert words in str(told[0])
    assert told[0].mend


@pytest.mark.parametrize("text", ["", "[", "title = 3\n", "a = [[[[]]]]\n"])
def test_what_is_no_file_of_milestones_is_told_as_a_fault(text: str) -> None:
    assert faults(text)


def test_there_is_an_end_to_how_many_there_are() -> None:
    text = "".join(f'[m{number}]\ntitle = "x"\n' for number in range(MOST_MILESTONES + 1))
    (told,) = faults(text)
    assert "201" in told.what
