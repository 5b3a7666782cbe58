"""Persons as actors: a name for people to read, and a subject by which they are told apart."""

import pytest

from app.domain.actors import LONGEST_SUBJECT, identity_of, name_of, person_actor


def test_a_person_is_a_name_and_a_subject() -> None:
    actor = person_actor("Operator One (VA.gov)", "dev-operator-one")
    assert actor == "person:Operator One (VA.gov) <dev-operator-one>"
    assert (name_of(actor), identity_of(actor)) == ("Operator One (VA.gov)", "person:<dev-operator-one>")


def test_a_person_who_is_renamed_is_the_same_person_and_a_namesake_is_not() -> None:
    before, after = person_actor("Ada One", "ada"), person_actor("Ada Two", "ada")
    assert identity_of(before) == identity_of(after)
    assert identity_of(before) != identity_of(person_actor("Ada One", "ada-2"))


@pytest.mark.parametrize("actor", ["token:ada", "cli:root", "service", "token:x <ada>", "person:", "person:x <>"])
def test_whoever_is_no_person_is_who_they_say(actor: str) -> None:
    assert (identity_of(actor), name_of(actor)) == (actor, None)


def test_a_name_cannot_pretend_to_be_another_subject() -> None:
    actor = person_actor("Eve <ada>\n<ada>", "eve")
    assert actor == "person:Eve ada ada <eve>"
    assert identity_of(actor) == "person:<eve>"


@pytest.mark.parametrize("name", ["", " ", "<>", "\n\x00", "\u202e\u200b"])
def test_a_name_of_which_nothing_is_left_is_said_to_be_none(name: str) -> None:
    assert name_of(person_actor(name, "ada")) == "nameless"


def test_a_long_name_is_cut_and_the_whole_always_fits_its_column() -> None:
    assert name_of(person_actor("x" * 500, "ada")) == "x" * 60
    assert len(person_actor("x" * 500, "y" * LONGEST_SUBJECT)) == 190


@pytest.mark.parametrize(("one", "other"), [("<a>", "a"), ("a\n", "a"), ("x" * 121, "x" * 122), ("", " ")])
def test_subjects_that_cannot_be_said_stay_apart(one: str, other: str) -> None:
    first, second = person_actor("Ada", one), person_actor("Ada", other)
    assert identity_of(first) != identity_of(second)
    assert "\n" not in first
    assert len(first) <= 190
