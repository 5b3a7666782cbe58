"""The paragraph, by its rules, from figures that are given."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.forecast.figures import Comparison, Figures, Spread
from app.domain.forecast.wording import paragraph
from tests.domain.forecast.making import START

FIRST = date(2027, 6, 8)


def days(number: int) -> Spread[int]:
    return Spread(number, number, number)


def figures(letter: str, later: int = 0, **other: object) -> Figures:
    end = FIRST + timedelta(days=later)
    made = Figures(
        plan=letter.lower(),
        title=f"Way {letter}",
        approach=letter,
        finish=Spread(end - timedelta(days=10), end, end + timedelta(days=20)),
        split=days(0),
        detour=days(50),
        mismatch=days(0),
        frozen_minutes=8.0,
        largest_move=1,
    )
    return given_as(made, other)


def given_as(one: Figures, other: Mapping[str, object]) -> Figures:
    return replace(one, **other)  # type: ignore[arg-type] # the tests name fields that there are


def said(*plans: Figures) -> str:
    return paragraph(Comparison(START, "America/New_York", 10, 1, plans))


def test_a_plan_that_is_best_on_every_count_is_said_to_be() -> None:
    best = figures("A", frozen_minutes=2.0, detour=days(1), split=days(1), mismatch=days(1), largest_move=1)
    worse = figures("B", 5, frozen_minutes=4.0, detour=days(2), split=days(2), mismatch=days(2), largest_move=2)
    assert said(best, worse).startswith(
        "A is best on every count. A (Way A) ends soonest, with an even chance by June 8"
    )
    assert "B (Way B) is nowhere ahead of most others." in said(best, worse)


def test_a_plan_that_nobody_beats_is_best_or_level() -> None:
    assert said(figures("A"), figures("B", 5)).startswith("A is best, or level with the best, on every count.")


def test_plans_that_are_level_on_every_count_are_said_to_be() -> None:
    assert said(figures("A"), figures("B")).startswith("A and B are level on every count.")


def test_where_no_plan_is_best_each_is_told_with_what_it_wins_and_its_price() -> None:
    words = said(figures("A", split=days(67)), figures("B", 12, detour=days(90)))
    assert words.startswith(
        "No plan is best on every count. A (Way A) ends soonest, with an even chance by June 8, 2027"
    )
    assert "and has the fewest days of detour to MHV (about 50 over all preferences)." in words
    assert "Its price: for about 67 days Veterans find their choices in two places." in words
    assert "B (Way B) never splits choices over two places." in words
    assert "it ends 12 days later than A; about 90 days of detour to MHV over all preferences, against 50" in words


def test_what_all_plans_have_alike_says_nothing_of_which_to_choose() -> None:
    words = said(figures("A", split=days(67)), figures("B", 12))
    assert "frozen" not in words
    assert "wrong system" not in words


def test_what_most_plans_are_first_in_is_told_as_the_price_of_the_others() -> None:
    words = said(figures("A"), figures("B"), figures("D", largest_move=6))
    assert "risks the fewest" not in words
    assert "it moves 6 preferences in one go, and if that fails, all 6 go back" in words


def test_whoever_ends_soonest_is_told_first() -> None:
    words = said(figures("A", 9, detour=days(1)), figures("B"))
    assert words.index("B (Way B) ends soonest") < words.index("A (Way A) has the fewest days of detour")


def test_one_that_ends_as_soon_as_the_first_ends_as_soon() -> None:
    words = said(figures("A", split=days(9)), figures("C"), figures("D", 3))
    assert "A (Way A) ends soonest" in words
    assert "C (Way C) ends as soon" in words


@pytest.mark.parametrize(
    ("count", "win", "price"),
    [
        ("split", "splits choices over two places for the fewest days (about 3)", "for about 9 days Veterans find"),
        ("mismatch", "pages that write the wrong system for the fewest days (about 3", "for about 9 days over all"),
    ],
)
def test_few_days_are_a_win_but_are_not_called_never(count: str, win: str, price: str) -> None:
    few, many = {count: days(3)}, {count: days(9)}
    words = said(given_as(figures("A"), many), given_as(figures("B", 4), few))
    assert win in words
    assert price in words


def test_no_page_that_writes_the_wrong_system_is_a_win() -> None:
    assert "B (Way B) never has a page that writes the wrong system." in said(
        figures("A", mismatch=days(9)), figures("B", 4)
    )


def test_the_least_certain_end_is_told_as_one_chance_in_ten() -> None:
    wide = figures("B", 12)
    assert wide.finish is not None
    wide = replace(wide, finish=replace(wide.finish, p90=date(2027, 9, 29)))
    words = said(figures("A"), wide)
    assert "The end of B is least certain: 1 chance in 10 that it is after September 29, 2027." in words
    assert "least certain" not in said(figures("A"), figures("B", 12)), "both are as certain"


def unknown(letter: str, why: Mapping[str, str]) -> Figures:
    return given_as(figures(letter), {**dict.fromkeys(why), "why": why})


def test_what_is_not_known_is_told_once_for_all_plans_with_the_same_reason() -> None:
    reason = "waits for “Letters”, for which nobody has given an estimate."
    all_four = ("finish", "split", "detour", "mismatch")
    some = [unknown(letter, dict.fromkeys(all_four, f"Step {letter}1 {reason}")) for letter in "BC"]
    words = said(figures("A"), *some)
    assert words.startswith("No plan can be called best on every count, since not every figure is known.")
    assert words.endswith(
        f"Nobody can tell the end, the split days, the detour days and the mismatch days of B and C: a step {reason}"
    )


def test_one_figure_that_is_not_known_is_told_for_itself() -> None:
    words = said(figures("A"), unknown("B", {"detour": "Nobody has given an estimate for “Letters”."}))
    assert words.endswith("Nobody can tell the detour days of B: nobody has given an estimate for “Letters”.")


def test_a_plan_by_itself_is_told_without_ranks() -> None:
    words = said(figures("A", split=days(67), largest_move=2))
    assert words == (
        "Only A (Way A) was looked at. It ends with an even chance by June 8, 2027 (8 in 10: May 29, 2027 to June 28, "
        "2027). For about 67 days Veterans find their choices in two places. There are about 50 days of detour to MHV, "
        "over all preferences. No page ever writes the wrong system. It moves at most 2 preferences in one go, and "
        "freezes 8 minutes at worst."
    )


def test_a_plan_by_itself_of_which_nothing_is_known_says_why() -> None:
    why = dict.fromkeys(("finish", "split", "detour", "mismatch"), "Step x waits for “Letters”.")
    words = said(unknown("A", why))
    assert "It ends" not in words
    assert words.endswith("of A: a step waits for “Letters”.")


def test_plans_with_one_letter_are_told_by_their_titles() -> None:
    words = said(figures("A"), replace(figures("A", 3), plan="other", title="Another way"))
    assert "“Way A” ends soonest" in words
    assert "“Another way” is nowhere ahead" in words


def test_no_plan_says_so() -> None:
    assert said() == "There is no plan to compare."
