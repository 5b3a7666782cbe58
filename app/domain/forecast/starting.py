"""When a step starts, looked up by the second from which its needs are met."""

from app.domain.forecast.days import length_of, moment_of, seconds_of
from app.domain.forecast.given import Fit
from app.domain.plans import Plan, Step, StepRow

NEVER = -1
"""Stands for a start that never comes."""


class Openings(dict[int, int]):
    """The second at which something starts that is ready in a second, by the plan's windows and blackouts."""

    def __init__(self, fit: Fit, step: Step, plan: Plan) -> None:
        super().__init__()
        self._fit, self._of = fit, (step.window, plan.blackouts, plan.place, step.late)

    def __missing__(self, ready: int) -> int:
        opening = self._fit(moment_of(ready), *self._of)
        start = NEVER if opening is None else seconds_of(opening.start)
        self[ready] = start
        return start


class Start(dict[int, int]):
    """The second at which one step starts whose needs are met in a second: `plan_deciding.ready_at`, in seconds.

    A date that a person gave it (`moment`) stands in place of wait and date, and nothing starts before the time from
    which it counts `anew`, nor in the past.
    """

    def __init__(self, openings: Openings, step: Step, row: StepRow | None, now: int) -> None:
        super().__init__()
        self._openings = openings
        self._wait = length_of(step.wait)
        self._dates = [seconds_of(at) for at in (step.not_before,) if at is not None]
        self._moment = None if row is None or row.moment is None else seconds_of(row.moment)
        self._earliest = now if row is None or row.anew is None else max(now, seconds_of(row.anew))

    def __missing__(self, met: int) -> int:
        planned = max([met + self._wait, *self._dates]) if self._moment is None else self._moment
        start = self._openings[max(met, planned, self._earliest)]
        self[met] = start
        return start
