"""The ids of a person: read from headers, refused when wrong, and never shown."""

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people import Person, person_from
from app.domain.refusals import Refusal

GOOD = {"X-VA-Profile-Id": "1000001", "X-MHV-Correlation-Id": "1000002"}


def test_a_person_is_read_from_both_headers() -> None:
    assert person_from(GOOD.get) == Person(va_profile_id="1000001", mhv_correlation_id="1000002")


@pytest.mark.parametrize("header", GOOD)
@pytest.mark.parametrize("value", [None, ""])
def test_every_call_names_all_ids_so_that_a_flip_never_breaks_a_client(header: str, value: str | None) -> None:
    headers = {name: content for name, content in {**GOOD, header: value}.items() if content is not None}
    with pytest.raises(Refusal) as refused:
        person_from(headers.get)
    assert (refused.value.code, refused.value.status) == ("id_missing", 400)
    assert header in refused.value.detail


@pytest.mark.parametrize("header", GOOD)
@pytest.mark.parametrize("value", ["12a", " 1000001", "1000001\n", "-1", "1.0", "1" * 19, "١٢٣", "1/../2", "1?x=2"])
def test_an_id_that_is_not_a_number_is_refused_and_not_repeated(header: str, value: str) -> None:
    with pytest.raises(Refusal) as refused:
        person_from({**GOOD, header: value}.get)
    assert (refused.value.code, refused.value.status) == ("id_malformed", 400)
    assert header in str(refused.value)
    assert value not in str(refused.value)


def test_no_id_shows_where_a_person_is_printed() -> None:
    person = person_from(GOOD.get)
    try:
        raise ValueError(person)
    except ValueError:
        told = traceback.format_exc() + repr(person) + str(person) + f"{person}"
    assert "1000001" not in told
    assert "1000002" not in told


@given(st.text(max_size=25))
def test_whatever_is_accepted_is_digits_only(value: str) -> None:
    try:
        person = person_from({**GOOD, "X-VA-Profile-Id": value}.get)
    except Refusal:
        return
    assert set(person.va_profile_id) <= set("0123456789")
