"""What a fence admits and raises, as tables."""

import pytest

from cutover_client.admission import NEVER, RAISES, WRITES, Admission, Claims, Raising, admit, elsewhere, raising


@pytest.mark.parametrize(
    ("stored", "epoch", "verdict"),
    [
        (7, 7, Admission.ADMIT),
        (7, 6, Admission.EPOCH_PASSED),
        (7, 0, Admission.EPOCH_PASSED),
        (7, 8, Admission.RAISE_FIRST),
        (NEVER, 0, Admission.RAISE_FIRST),
    ],
)
def test_a_write_is_admitted_under_the_stored_epoch_and_no_other(stored: int, epoch: int, verdict: Admission) -> None:
    assert admit(stored, epoch) is verdict


@pytest.mark.parametrize(
    ("stored", "epoch", "verdict"),
    [
        (7, 8, Raising.RAISE),
        (7, 7, Raising.CONFIRM_AGAIN),
        (7, 6, Raising.EPOCH_PASSED),
        (NEVER, 0, Raising.RAISE),
    ],
)
def test_an_epoch_is_raised_or_confirmed_and_never_goes_down(stored: int, epoch: int, verdict: Raising) -> None:
    assert raising(stored, epoch) is verdict


@pytest.mark.parametrize(
    ("system", "key", "use", "uses", "other"),
    [
        ("mhv", "a", "write", WRITES, None),
        ("mhv", "a", "copy", WRITES, None),
        ("mhv", "a", "raise", RAISES, None),
        ("mhv", "a", "raise", WRITES, "use"),
        ("mhv", "a", "write", RAISES, "use"),
        ("mhv", "a", "copy", RAISES, "use"),
        ("va_gov", "a", "write", WRITES, "system"),
        ("mhv", "b", "write", WRITES, "preference"),
    ],
)
def test_a_permit_is_for_one_system_one_preference_and_one_use(
    system: str, key: str, use: str, uses: frozenset[str], other: str | None
) -> None:
    assert elsewhere(Claims("a lease", key, system, 1, use, 0), "mhv", "a", uses) == other
