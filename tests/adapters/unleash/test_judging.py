"""What a definition says for everybody."""

from typing import Any

import pytest

from app.adapters.unleash.judging import judged
from app.services.flags import FlagState

ON, OFF, UNKNOWN = FlagState

DEFAULT = {"name": "default"}


def rollout(percent: Any, **more: Any) -> dict[str, Any]:
    """A rollout, with more parameters."""
    return {"name": "flexibleRollout", "parameters": {"rollout": percent, **more}}


def limited(strategy: dict[str, Any], **by: Any) -> dict[str, Any]:
    """A strategy with a constraint or a segment."""
    return {**strategy, **by}


FOR_EVERYBODY = [
    [],
    [DEFAULT],
    [{**DEFAULT, "parameters": {}, "constraints": [], "segments": []}],
    [rollout("100")],
    [rollout(100, stickiness="default", groupId="a")],
    [rollout("100", stickiness="random")],
    [rollout("50"), DEFAULT],
    [{"name": "userWithId", "parameters": {"userIds": "invented"}}, rollout("100")],
]
FOR_SOME = [
    [rollout("50")],
    [rollout("99")],
    [rollout("1")],
    [rollout("50"), rollout("50")],
    [rollout("0"), rollout("50")],
    [rollout("100", stickiness="userId")],
    [limited(rollout("100"), constraints=[{"contextName": "userId"}])],
    [limited(DEFAULT, segments=[1])],
    [limited(DEFAULT, constraints=[{"contextName": "userId"}])],
    [{"name": "userWithId", "parameters": {"userIds": "invented"}}],
    [{"name": "of_a_later_unleash"}],
]


@pytest.mark.parametrize("strategies", FOR_EVERYBODY)
def test_a_flag_is_on_where_one_strategy_lets_everybody_in(strategies: list[Any]) -> None:
    assert judged("a", {"enabled": True, "strategies": strategies}, client_says=True).state is ON


@pytest.mark.parametrize("says", [True, False])
@pytest.mark.parametrize("strategies", FOR_SOME)
def test_a_flag_that_is_on_for_some_is_unknown_whatever_the_client_says(strategies: list[Any], says: bool) -> None:
    answer = judged("a", {"enabled": True, "strategies": strategies}, says)
    assert answer.state is UNKNOWN
    assert "depends on who asks" in answer.sentence


@pytest.mark.parametrize("strategies", FOR_EVERYBODY + FOR_SOME)
def test_a_flag_that_is_switched_off_is_off_whatever_its_strategies(strategies: list[Any]) -> None:
    definition = {"enabled": False, "strategies": strategies, "dependencies": [{"feature": "b"}]}
    assert judged("a", definition, client_says=False).state is OFF


def test_a_flag_whose_strategies_let_nobody_in_is_off() -> None:
    nobody = limited(rollout("0"), constraints=[{"contextName": "userId"}])
    assert judged("a", {"enabled": True, "strategies": [rollout("0"), nobody]}, client_says=False).state is OFF


def test_a_flag_that_depends_on_another_is_unknown_whatever_the_client_says() -> None:
    definition = {"enabled": True, "strategies": [], "dependencies": [{"feature": "b"}]}
    for says in (True, False):
        answer = judged("a", definition, says)
        assert answer.state is UNKNOWN
        assert 'flag "b"' in answer.sentence


@pytest.mark.parametrize("enabled", [True, False])
def test_where_the_client_says_otherwise_a_flag_is_unknown(enabled: bool) -> None:
    answer = judged("a", {"enabled": enabled, "strategies": []}, not enabled)
    assert answer.state is UNKNOWN
    assert "by the Unleash client" in answer.sentence


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"enabled": True},
        {"enabled": True, "strategies": None},
        {"enabled": True, "strategies": ["default"]},
        {"enabled": True, "strategies": [{"parameters": {}}]},
        {"enabled": True, "strategies": [rollout("all")]},
        {"enabled": True, "strategies": [rollout(None)]},
        {"enabled": True, "strategies": [{"name": "flexibleRollout"}]},
        {"enabled": True, "strategies": [], "dependencies": ["b"]},
    ],
)
def test_a_definition_that_cannot_be_read_is_unknown(definition: dict[str, Any]) -> None:
    answer = judged("a", definition, client_says=True)
    assert answer.state is UNKNOWN
    assert "cannot be read" in answer.sentence
