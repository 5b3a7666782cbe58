"""The answer in plain words, built from the figures by fixed rules.

First whether one plan is best on every count; then who ends soonest, and at what price; then each other plan, with
what it is best on and its price, or that it is best on nothing; then whose end is least certain; last what is not
known, and why. A count on which all plans are level says nothing about which to choose, and is left out.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from app.domain.forecast.figures import COUNTS, Comparison, Figures, labels, leaders, listed, measure


def paragraph(comparison: Comparison) -> str:
    """Which plan is best on which count, and at what price."""
    plans = comparison.plans
    if not plans:
        return "There is no plan to compare."
    names = labels(plans)
    if len(plans) == 1:
        return " ".join((f"Only {_full(plans[0], names)} was looked at.", *_alone(plans[0]), *_not_known(plans, names)))
    parts = (_verdict(plans, names), *_each(plans, names), *_least_certain(plans, names), *_not_known(plans, names))
    return " ".join(parts)


def day(at: date) -> str:
    """A date in words."""
    return f"{at:%B} {at.day}, {at.year}"


def number(value: float) -> str:
    """A number as people write it: with commas, and one decimal only where it is not whole."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _full(one: Figures, names: dict[str, str]) -> str:
    name = names[one.plan]
    return f"{name} ({one.title})" if name == one.approach else name


def _telling(plans: Sequence[Figures]) -> list[str]:
    """The counts in which plans differ, of what is known of at least two."""
    found = {count: [value for one in plans if (value := measure(one, count)) is not None] for count in COUNTS}
    return [count for count, values in found.items() if len(values) > 1 and len(set(values)) > 1]


def _verdict(plans: Sequence[Figures], names: dict[str, str]) -> str:
    if any(measure(one, count) is None for one in plans for count in COUNTS):
        return "No plan can be called best on every count, since not every figure is known."
    telling = _telling(plans)
    if not telling:
        return f"{listed(list(names.values()))} are level on every count."
    best = [one for one in plans if all(one.plan in leaders(plans, count) for count in telling)]
    if not best:
        return "No plan is best on every count."
    alone = all(len(leaders(plans, count)) == 1 for count in COUNTS)
    return f"{names[best[0].plan]} is best{'' if alone else ', or level with the best,'} on every count."


def _each(plans: Sequence[Figures], names: dict[str, str]) -> Iterator[str]:
    """A sentence for each plan, and one for its price: whoever ends soonest comes first."""
    soonest = leaders(plans, "finish")
    for one in sorted(plans, key=lambda one: one.plan not in soonest):
        telling = _telling(plans)
        ahead = [count for count in telling if one.plan in leaders(plans, count) and _is_rare(plans, count)]
        wins = [_win(one, count, plans) for count in ahead]
        prices = [_price(one, count, plans, names) for count in telling if _pays(one, count, plans)]
        if wins or not one.why:
            yield f"{_full(one, names)} {', and '.join(wins) or 'is nowhere ahead of most others'}."
        if prices:
            yield f"{'Its price' if wins or not one.why else f'The price of {_full(one, names)}'}: {'; '.join(prices)}."


def _is_rare(plans: Sequence[Figures], count: str) -> bool:
    """Whether it says something of a plan that it is first in a count: not where most plans are."""
    return count == "finish" or 2 * len(leaders(plans, count)) <= len(plans)


def _pays(one: Figures, count: str, plans: Sequence[Figures]) -> bool:
    return measure(one, count) is not None and one.plan not in leaders(plans, count)


def _win(one: Figures, count: str, plans: Sequence[Figures]) -> str:
    if count == "finish" and one.finish is not None:
        soonest = "soonest" if one.plan == leaders(plans, count)[0] else "as soon"
        return f"ends {soonest}, with an even chance by {day(one.finish.p50)}"
    if count == "split" and one.split is not None and one.split.p90 == 0:
        return "never splits choices over two places"
    if count == "mismatch" and one.mismatch is not None and one.mismatch.p90 == 0:
        return "never has a page that writes the wrong system"
    much = number(measure(one, count) or 0)
    return {
        "split": f"splits choices over two places for the fewest days (about {much})",
        "detour": f"has the fewest days of detour to MHV (about {much} over all preferences)",
        "mismatch": f"has pages that write the wrong system for the fewest days (about {much} over all preferences)",
        "frozen": f"freezes choices for the fewest minutes ({much} at worst)",
        "largest": f"risks the fewest preferences in one move ({much})",
    }[count]


def _price(one: Figures, count: str, plans: Sequence[Figures], names: dict[str, str]) -> str:
    first = next(other for other in plans if other.plan in leaders(plans, count))
    mine, least = measure(one, count) or 0, measure(first, count) or 0
    much, against = number(mine), number(least)
    later = number(mine - least)
    return {
        "finish": f"it ends {later} {'day' if later == '1' else 'days'} later than {names[first.plan]}",
        "split": f"for about {much} days Veterans find their choices in two places",
        "detour": f"about {much} days of detour to MHV over all preferences, against {against}",
        "mismatch": f"for about {much} days over all preferences a page writes a system that does not own them",
        "frozen": f"{much} minutes frozen at worst, against {against}",
        "largest": f"it moves {much} preferences in one go, and if that fails, all {much} go back",
    }[count]


def _least_certain(plans: Sequence[Figures], names: dict[str, str]) -> Iterator[str]:
    """Whose end is spread widest, if one plan's is."""
    ends = {one.plan: one.finish for one in plans if one.finish is not None}
    widths = {plan: finish.p90 - finish.p10 for plan, finish in ends.items()}
    widest = [plan for plan, width in widths.items() if width == max(widths.values())]
    if len(widths) > 1 and len(widest) == 1:
        after = day(ends[widest[0]].p90)
        yield f"The end of {names[widest[0]]} is least certain: 1 chance in 10 that it is after {after}."


def _not_known(plans: Sequence[Figures], names: dict[str, str]) -> Iterator[str]:
    """What is not known, and why: once for all plans of which the same is not known for the same reason."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in plans:
        for reason in dict.fromkeys(map(_reason, one.why.values())):
            what = listed([_MISSING[count] for count in COUNTS if _reason(one.why.get(count, "")) == reason])
            groups.setdefault((what, reason), []).append(names[one.plan])
    for (what, reason), of in groups.items():
        yield f"Nobody can tell {what} of {listed(of)}: {reason}"


_MISSING = {
    "finish": "the end",
    "split": "the split days",
    "detour": "the detour days",
    "mismatch": "the mismatch days",
}


def _reason(sentence: str) -> str:
    """Why, without the name of the step, which is another in each plan."""
    step, _, reason = sentence.partition(" ")
    return f"a step {reason.partition(' ')[2]}" if step == "Step" else f"{sentence[:1].lower()}{sentence[1:]}"


def _alone(one: Figures) -> Iterator[str]:
    """A plan by itself."""
    if one.finish is not None:
        finish = one.finish
        yield f"It ends with an even chance by {day(finish.p50)} (8 in 10: {day(finish.p10)} to {day(finish.p90)})."
    if one.split is not None:
        days = number(one.split.p50)
        some = f"For about {days} days Veterans find their choices in two places."
        yield some if one.split.p90 else "It never splits choices over two places."
    if one.detour is not None:
        yield f"There are about {number(one.detour.p50)} days of detour to MHV, over all preferences."
    if one.mismatch is not None:
        days = number(one.mismatch.p50)
        some = f"For about {days} days over all preferences a page writes a system that does not own them."
        yield some if one.mismatch.p90 else "No page ever writes the wrong system."
    most = one.largest_move
    many = "preference" if most == 1 else "preferences"
    yield f"It moves at most {most} {many} in one go, and freezes {number(one.frozen_minutes)} minutes at worst."
