"""What a flag's definition says for everybody: on, off, or neither because it depends on who asks."""

from collections.abc import Mapping
from typing import Any

from app.services.flags import FlagAnswer, FlagState

ALIKE = ("default", "random")
"""Stickiness for which a strategy at 100 % applies to everybody; any other leaves out whoever lacks that property."""


def judged(flag: str, definition: Mapping[str, Any], client_says: bool) -> FlagAnswer:
    """The state of a flag that is there. `client_says` is the Unleash client's own answer for nobody in particular.

    Both must agree: a definition that this version reads wrongly (a field of a later Unleash) must not pass.
    """
    try:
        state, why = _state(definition)
    except (ValueError, TypeError, KeyError, AttributeError):
        state, why = FlagState.UNKNOWN, "its definition cannot be read"
    if state is FlagState.UNKNOWN:
        return FlagAnswer(state, f'Flag "{flag}" is neither on nor off in Unleash for everybody: {why}.')
    if client_says != (state is FlagState.ON):
        told = "on" if client_says else "off"
        return FlagAnswer(
            FlagState.UNKNOWN,
            f'Flag "{flag}" is {state} by its definition and {told} by the Unleash client, so nobody can say which.',
        )
    return FlagAnswer(state, f'Flag "{flag}" is {state} in Unleash, for everybody.')


def _state(definition: Mapping[str, Any]) -> tuple[FlagState, str]:
    if not definition["enabled"]:
        return FlagState.OFF, ""
    if parents := definition.get("dependencies"):
        return FlagState.UNKNOWN, f"it depends on {', '.join(_quoted(parent['feature']) for parent in parents)}"
    strategies = definition["strategies"]
    applies = [_applies(strategy) for strategy in strategies]
    # One strategy that applies is enough; without any, the switch alone decides.
    if True in applies or not applies:
        return FlagState.ON, ""
    if None not in applies:
        return FlagState.OFF, ""
    return FlagState.UNKNOWN, f"it depends on who asks ({', '.join(map(_described, strategies))})"


def _applies(strategy: Mapping[str, Any]) -> bool | None:
    """Whether a strategy lets everybody in (True), nobody (False), or some (None)."""
    parameters = strategy.get("parameters") or {}
    limited = strategy.get("constraints") or strategy.get("segments")
    if strategy["name"] == "default":
        return None if limited else True
    if strategy["name"] != "flexibleRollout":
        return None
    if (percent := float(parameters["rollout"])) == 0:
        return False
    everybody = percent == 100 and parameters.get("stickiness", "default") in ALIKE
    return True if everybody and not limited else None


def _described(strategy: Mapping[str, Any]) -> str:
    parameters = strategy.get("parameters") or {}
    told = [str(strategy["name"])]
    if "rollout" in parameters:
        told.append(f"at {parameters['rollout']} %")
    if parameters.get("stickiness", "default") not in ALIKE:
        told.append(f"by {parameters['stickiness']}")
    told += [f"with {each}" for each in ("constraints", "segments") if strategy.get(each)]
    return " ".join(told)


def _quoted(name: str) -> str:
    return f'flag "{name}"'
