"""People are invented, look it, and are the same for the same seed."""

import re

from sandbox.people import hashed, is_one_of, known_to_mhv, people, person


def test_the_same_seed_makes_the_same_people() -> None:
    assert list(people(50, seed=7)) == list(people(50, seed=7))
    assert list(people(50, seed=7)) != list(people(50, seed=8))


def test_a_person_does_not_depend_on_the_size_of_the_crowd() -> None:
    assert list(people(50, seed=7))[:10] == list(people(10, seed=7))


def test_people_look_invented() -> None:
    first = person(1, seed=1)
    assert (first.va_profile_id, first.mhv_correlation_id) == (1_000_001, "9000001")
    assert all(re.fullmatch(r"person-\d{4}@people\.invalid", one.email) for one in people(2000, seed=1))


def test_most_people_have_set_nothing_in_va_profile_and_some_have() -> None:
    crowd = list(people(2000, seed=1))
    nothing = sum(not one.permissions for one in crowd)
    assert len(crowd) / 2 < nothing < len(crowd)
    assert {permission.channel for one in crowd for permission in one.permissions} == {1, 2}


def test_every_choice_of_mhv_occurs() -> None:
    crowd = list(people(200, seed=1))
    assert {one.messages for one in crowd} == {0, 1, 2}
    assert {one.flags["rx"] for one in crowd} == {True, False}


def test_an_id_leads_to_its_person_and_a_strange_one_to_nobody() -> None:
    assert known_to_mhv("9000002", count=2) == 1_000_002
    assert [known_to_mhv(text, count=2) for text in ("9000003", "9000000", "", "-1", "²", "9" * 40)] == [None] * 6
    assert [is_one_of(number, count=2) for number in (1_000_000, 1_000_001, 1_000_003)] == [False, True, False]


def test_another_salt_gives_the_same_person_another_name() -> None:
    assert hashed("a", 1_000_001) == hashed("a", 1_000_001)
    assert hashed("a", 1_000_001) != hashed("b", 1_000_001)
