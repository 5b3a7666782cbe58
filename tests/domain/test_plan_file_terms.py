"""What a plan says of how a step runs: windows, blackouts, approvals, notices, teams; for itself or for all steps."""

from datetime import datetime, time, timedelta

import pytest

from app.domain.catalogue import Fault
from app.domain.plan_file import read_plan
from app.domain.plans import NoticeTerms, OnFailure, Plan, Step
from app.domain.windows import Blackout, Window
from tests.domain.file_texts import PLAN, changed, plan_source

DEFAULTS, STEP = 'bake = "3d"', 'wait = "2w"'
HEAD = 'approach = "A"'


def faults(*changes: tuple[str, str]) -> list[Fault]:
    """The faults of the usual plan, changed."""
    told = read(*changes)
    assert isinstance(told, list)
    return told


def read(*changes: tuple[str, str]) -> Plan | list[Fault]:
    """The usual plan, changed."""
    text = PLAN
    for old, new in changes:
        text = changed(text, old, new)
    return read_plan(plan_source(text))


def good(*changes: tuple[str, str]) -> Plan:
    """The plan of a file without faults."""
    plan = read(*changes)
    assert isinstance(plan, Plan), [str(fault) for fault in plan]
    return plan


def test_without_a_word_these_terms_hold() -> None:
    step = good((DEFAULTS, "")).steps[0]
    plain = Step(step.id, step.preferences, step.to, not_before=step.not_before, surfaces=step.surfaces)
    assert step == plain
    assert (step.late, step.freeze_limit, step.approval_lasts) == (
        timedelta(hours=1),
        timedelta(minutes=2),
        timedelta(days=30),
    )


WINDOW = 'window = { days = ["wed", "tue"], from = 22:00:00, until = 04:30:00 }'
NOTICE = 'notice = { warning = "14d", blocked = "1h", text = "From {date} on VA.gov.", instead = "Call us." }'

# what is written, the name of the term, what is read
TERMS = [
    ('wait = "6h"', "wait", timedelta(hours=6)),
    ('late = "2h"', "late", timedelta(hours=2)),
    ('bake = "1w"', "bake", timedelta(weeks=1)),
    ('freeze_limit = "5m"', "freeze_limit", timedelta(minutes=5)),
    ("approvals = 2", "approvals", 2),
    ('approval_lasts = "7d"', "approval_lasts", timedelta(days=7)),
    ('on_failure = "undo"', "on_failure", OnFailure.UNDO),
    (WINDOW, "window", Window((1, 2), time(22), time(4, 30))),
    (NOTICE, "notice", NoticeTerms(timedelta(days=14), timedelta(hours=1), "From {date} on VA.gov.", "Call us.")),
]


@pytest.mark.parametrize(("written", "name", "meant"), TERMS, ids=[name for _, name, _ in TERMS])
def test_a_term_holds_for_a_step_that_says_it_and_for_all_where_the_defaults_do(
    written: str, name: str, meant: object
) -> None:
    of_one = good((DEFAULTS, ""), (STEP, written)).steps
    assert getattr(of_one[0], name) == getattr(Step("s", (), None), name)
    assert getattr(of_one[1], name) == meant
    of_all = good((DEFAULTS, written), (STEP, "")).steps
    assert [getattr(step, name) for step in of_all] == [meant, meant]


def test_a_step_says_its_own_window_whole_and_not_a_part_of_the_one_of_the_defaults() -> None:
    (told,) = faults((DEFAULTS, WINDOW), (STEP, 'window = { days = ["sat"] , from = 01:00:00 }'))
    assert (told.line, told.key) == (20, "steps[2].window.until")


def test_a_notice_says_only_its_text_if_it_wants_no_time() -> None:
    assert good((STEP, 'notice = { text = "Soon." }')).steps[1].notice == NoticeTerms(
        timedelta(0), timedelta(0), "Soon."
    )


def test_a_step_without_a_target_changes_surfaces_alone_and_no_freeze_limit_is_asked_of_it() -> None:
    text = changed(PLAN, 'to = "va_gov"\nsurfaces', "surfaces")
    text = text[: text.rindex("[[steps]]")]
    plan = read_plan(plan_source(text), least_freeze=timedelta(hours=1))
    assert isinstance(plan, Plan)
    assert (plan.steps[0].to, plan.steps[0].surfaces) == (None, ("va_gov_profile",))


def test_a_step_can_leave_a_preference_no_page_at_all() -> None:
    assert good(('["va_gov_profile"]', "[]")).steps[0].surfaces == ()


def test_a_step_says_which_team_must_be_told_and_how_long_before() -> None:
    step = good((STEP, 'team = "Mail"\nlead = "6w"')).steps[1]
    assert (step.team, step.lead) == ("Mail", timedelta(weeks=6))
    assert good((STEP, 'team = "Mail"')).steps[1].lead is None


def blackouts(written: str) -> tuple[Blackout, ...]:
    """The blackouts of the usual plan with some."""
    return good((HEAD, f"{HEAD}\nblackout = [{written}]")).blackouts


# Midnight in New York is at 05:00 UTC in winter; the last day of the first is over when the next begins.
@pytest.mark.parametrize(
    ("first", "last", "begins", "ends"),
    [
        ("2026-12-23", "2027-01-03", "2026-12-23T05:00Z", "2027-01-04T05:00Z"),
        ("2026-12-23", "2026-12-23", "2026-12-23T05:00Z", "2026-12-24T05:00Z"),
        ("2027-03-14", "2027-03-14", "2027-03-14T05:00Z", "2027-03-15T04:00Z"),
        ("2026-12-23T18:00:00", "2026-12-24T06:00:00", "2026-12-23T23:00Z", "2026-12-24T11:00Z"),
        ("2026-12-23T18:00:00Z", "2026-12-24", "2026-12-23T18:00Z", "2026-12-25T05:00Z"),
        ("2026-12-23", "2026-12-24T00:00:00", "2026-12-23T05:00Z", "2026-12-24T05:00Z"),
    ],
)
def test_of_two_dates_both_days_are_in_a_blackout_and_a_date_with_a_time_is_meant_to_the_second(
    first: str, last: str, begins: str, ends: str
) -> None:
    (found,) = blackouts(f'{{ from = {first}, until = {last}, why = "freeze" }}')
    assert (found.start, found.end, found.why) == (*map(datetime.fromisoformat, (begins, ends)), "freeze")


def test_there_may_be_several_blackouts_and_none_needs_a_reason() -> None:
    found = blackouts("{ from = 2026-12-23, until = 2027-01-03 }, { from = 2027-07-04, until = 2027-07-04 }")
    assert [one.why for one in found] == ["blackout", "blackout"]


# what is written in the blackout, key of the fault, words of it
BAD_BLACKOUTS = [
    ("from = 2027-01-03, until = 2026-12-23", "blackout[1].until", "later than"),
    ("from = 2027-01-03T00:00:00, until = 2027-01-03T00:00:00", "blackout[1].until", "later than"),
    ("from = 2027-01-03T00:00:00Z, until = 2027-01-02T19:00:00", "blackout[1].until", "later than"),
    ("from = 2027-03-14T02:30:00, until = 2027-04-01", "blackout[1].from", "skips"),
    ("from = 2027-11-01, until = 2027-11-07T01:30:00", "blackout[1].until", "twice"),
    ("from = 0001-01-01, until = 2027-01-03", "blackout[1].from", "year"),
    ("from = 2027-01-03, until = 9999-12-31", "blackout[1].until", "year"),
    ("from = 2027-01-03", "blackout[1].until", "missing"),
    ("from = 2027-01-03, until = 2027-01-04, whi = 'x'", "blackout[1].whi", "Did you mean why?"),
    ("from = '2027-01-03', until = 2027-01-04", "blackout[1].from", "without quotes"),
    ("from = 10:00:00, until = 2027-01-04", "blackout[1].from", "a date"),
]


@pytest.mark.parametrize(("written", "key", "words"), BAD_BLACKOUTS)
def test_a_blackout_that_is_none_is_refused_at_its_faulty_end(written: str, key: str, words: str) -> None:
    (told,) = faults((HEAD, f"{HEAD}\nblackout = [{{ {written} }}]"))
    assert (told.line, told.key) == (3, key)
    assert words in str(told)


# what stands in the defaults, key of the fault, words of it; the same may stand in a step
BAD = [
    ('window = { days = ["tue"], until = 04:00:00 }', "window.from", "missing"),
    ("window = { days = [], from = 00:00:00, until = 04:00:00 }", "window.days", "empty"),
    ('window = { days = ["tuesday"], from = 00:00:00, until = 04:00:00 }', "window.days[1]", "Did you mean tue?"),
    ('window = { days = ["tue", "tue"], from = 00:00:00, until = 04:00:00 }', "window.days[2]", "twice"),
    ('window = { days = ["tue"], from = "00:00", until = 04:00:00 }', "window.from", "without quotes"),
    ('window = { days = ["tue"], from = 00:00:00, untill = 04:00:00, until = 05:00:00 }', "window.untill", "until?"),
    ('window = "tue"', "window", "table"),
    ("late = 1", "late", "duration"),
    ('late = "0s"', "late", 'at least "1s"'),
    ('approval_lasts = "0d"', "approval_lasts", 'at least "1s"'),
    ("approvals = -1", "approvals", "from 0 to 10"),
    ("approvals = 11", "approvals", "from 0 to 10"),
    ("approvals = true", "approvals", "whole number"),
    ('approvals = "one"', "approvals", "whole number"),
    ('on_failure = "retry"', "on_failure", "hold, undo"),
    ('seed = "nobody"', "seed", 'seed = "none"'),
    ("seed = false", "seed", "one word"),
    ('notice = { warning = "14d" }', "notice.text", "missing"),
    ('notice = { text = "On {day}." }', "notice.text", "Only {date}"),
    ('notice = { text = "On {date." }', "notice.text", "Only {date}"),
    ('notice = { text = "On }." }', "notice.text", "Only {date}"),
    ('notice = { text = "On {{date}}." }', "notice.text", "Only {date}"),
    ('notice = { text = "" }', "notice.text", "one line"),
    ('notice = { text = "a\\nb" }', "notice.text", "one line"),
    ('notice = { text = "Soon.", warn = "14d" }', "notice.warn", "Did you mean warning?"),
    ('notice = { text = "Soon.", blocked = "-1s" }', "notice.blocked", "duration"),
    ('bake = "11000d"', "bake", "ten years"),
]


@pytest.mark.parametrize(("written", "key", "words"), BAD)
def test_a_term_that_says_something_else_is_refused_where_it_stands(written: str, key: str, words: str) -> None:
    (told,) = faults((DEFAULTS, written))
    assert (told.line, told.key) == (6, f"defaults.{key}")
    assert words in str(told)
    (told,) = faults((STEP, written))
    assert (told.line, told.key) == (20, f"steps[2].{key}")


@pytest.mark.parametrize(
    ("written", "line", "key", "words"),
    [
        ('lead = "6w"', 20, "steps[2].lead", "Add team"),
        ('team = "Mail"\nlead = 6', 21, "steps[2].lead", "duration"),
        ("team = 3", 20, "steps[2].team", "text"),
        ("accept_advisory = true", 20, "steps[2].accept_advisory", "text"),
        ('lates = "1h"', 20, "steps[2].lates", "Did you mean late?"),
    ],
)
def test_what_only_a_step_says_is_refused_when_it_is_wrong(written: str, line: int, key: str, words: str) -> None:
    (told,) = faults((STEP, written))
    assert (told.line, told.key) == (line, key)
    assert words in str(told)


@pytest.mark.parametrize("name", ["team", "lead", "needs", "to", "surfaces", "accept_advisory", "preferences"])
def test_what_only_a_step_says_is_no_key_of_the_defaults(name: str) -> None:
    (told,) = faults((DEFAULTS, f'{name} = "x"'))
    assert (told.line, told.key, told.what) == (6, f"defaults.{name}", "There is no such key.")
