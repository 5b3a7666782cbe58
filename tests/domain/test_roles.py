"""Who may what."""

import pytest

from app.domain.roles import Caller, Role

# each role, and every role whose doors it opens
OPENS = {
    Role.VIEWER: {Role.VIEWER},
    Role.CLIENT: {Role.CLIENT},
    Role.OPERATOR: {Role.OPERATOR, Role.VIEWER},
    Role.APPROVER: {Role.APPROVER, Role.VIEWER},
    Role.ADMIN: {Role.ADMIN, Role.VIEWER},
}


@pytest.mark.parametrize("held", Role)
@pytest.mark.parametrize("wanted", Role)
def test_a_role_opens_its_own_doors_and_those_that_it_includes(held: Role, wanted: Role) -> None:
    assert Caller("token:x", frozenset({held})).holds({wanted}) is (wanted in OPENS[held])


def test_one_of_several_roles_is_enough() -> None:
    caller = Caller("token:x", frozenset({Role.CLIENT, Role.APPROVER}))
    assert caller.holds({Role.OPERATOR, Role.APPROVER})
    assert caller.holds({Role.CLIENT})
    assert not caller.holds({Role.OPERATOR, Role.ADMIN})


def test_nobody_may_do_anything_without_a_role() -> None:
    assert not Caller("token:x", frozenset()).holds(Role)


def test_a_caller_that_is_limited_to_preferences_may_name_no_other() -> None:
    limited = Caller("token:x", frozenset({Role.CLIENT}), keys=frozenset({"a"}))
    assert limited.may_use("a")
    assert not limited.may_use("b")
    assert not Caller("token:x", frozenset(), keys=frozenset()).may_use("a")
    assert Caller("token:x", frozenset()).may_use("anything")
