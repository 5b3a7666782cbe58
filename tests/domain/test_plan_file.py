"""What a plan's file may say, and what is told about one that says something else."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.catalogue import Binding, Catalogue, Choice, Fault, MhvBinding, Preference, Status, VaGovBinding
from app.domain.ownership import NOBODY, System
from app.domain.plan_file import read_plan
from app.domain.plans import Plan
from tests.domain.file_texts import PLAN, changed, plan_source


def preference(key: str, status: Status = Status.LIVE, *, at_va_gov: bool = True, advisory: bool = False) -> Preference:
    """A preference that a plan can name."""
    bindings: dict[System, Binding] = {System.MHV: MhvBinding("assumed", key), System.VA_GOV: VaGovBinding(41, 2)}
    return Preference(
        key=key,
        title=key.title(),
        channel="email",
        status=status,
        starts_with=System.MHV,
        feature="reports",
        surfaces=(),
        choices=(Choice("on", {System.MHV: True, System.VA_GOV: True}),),
        systems={system: binding for system, binding in bindings.items() if at_va_gov or system is System.MHV},
        advisory_writers=advisory,
    )


def catalogue(*others: Preference) -> Catalogue:
    """The preferences of the usual plan, some of them other than usual."""
    usual = [preference(key) for key in ("reports", "letters", "cards")]
    return Catalogue({each.key: each for each in (*usual, *others)})


def good(text: str = PLAN) -> Plan:
    """The plan of a file without faults."""
    read = read_plan(plan_source(text), catalogue())
    assert isinstance(read, Plan), [str(fault) for fault in read]
    return read


def faults(text: str, others: Catalogue | None = None) -> list[Fault]:
    """The faults of a file that has some."""
    read = read_plan(plan_source(text), others or catalogue())
    assert isinstance(read, list)
    return read


def test_a_plan_is_read_as_it_says() -> None:
    plan = good()
    assert (plan.key, plan.title, plan.approach, plan.time_zone) == ("two", "Two moves", "A", "America/New_York")
    first, second = plan.steps
    assert (first.id, first.preferences, first.to) == ("first", ("reports",), System.VA_GOV)
    assert (first.surfaces, first.bake, first.wait) == (("va_gov_profile",), timedelta(days=3), timedelta(0))
    assert (second.preferences, second.needs_steps) == (("letters", "cards"), ("first",))
    assert (second.surfaces, second.wait, second.not_before) == (None, timedelta(weeks=2), None)
    assert second.freeze_limit == timedelta(minutes=2)


def test_what_a_step_says_counts_before_the_defaults() -> None:
    plan = good(changed(PLAN, 'wait = "2w"', 'wait = "2w"\nbake = "0s"'))
    assert [step.bake for step in plan.steps] == [timedelta(days=3), timedelta(0)]


def test_a_step_can_retire_preferences() -> None:
    assert good(changed(PLAN, 'to = "va_gov"\nsurfaces', 'to = "nobody"\nsurfaces')).steps[0].to is NOBODY


@pytest.mark.parametrize("text", [PLAN, PLAN.replace("\n", "\r\n"), "\ufeff" + PLAN, changed(PLAN, "Two", "Zwölf")])
def test_the_hash_is_that_of_the_very_bytes_of_the_file(text: str) -> None:
    plan = good(text)
    assert plan.text == text
    assert plan.hash == hashlib.sha256(text.encode()).hexdigest()


# what is changed, into what, line and key of the fault, words of it
BAD = [
    ('title = "Two moves"\n', "", None, "title", "missing"),
    ('approach = "A"', 'approach = "E"', 2, "approach", "A, B, C, D"),
    ('time_zone = "America/New_York"\n', "", None, "time_zone", "missing"),
    ("America/New_York", "America/New_Yorc", 3, "time_zone", "area and city"),
    ("America/New_York", "EST", 3, "time_zone", "area and city"),
    ("America/New_York", "localtime", 3, "time_zone", "area and city"),
    ("America/New_York", "right/America/New_York", 3, "time_zone", "area and city"),
    ("America/New_York", "America/../../passwd", 3, "time_zone", "area and city"),
    ("America/New_York", "America", 3, "time_zone", "area and city"),
    ('"America/New_York"', "-5", 3, "time_zone", "not the number -5"),
    ("[defaults]", "[default]", 5, "default", "Did you mean defaults?"),
    ('bake = "3d"', "bake = 3", 6, "defaults.bake", "duration"),
    ('bake = "3d"', 'not_before = "x"', 6, "defaults.not_before", "no such key"),
    ('id = "first"\n', "", 8, "steps[1].id", "missing"),
    ('id = "second"', 'id = "Second"', 16, "steps[2].id", "small letters"),
    ('id = "second"', 'id = "first"', 16, "steps[2].id", "another step first"),
    ('["reports"]', "[]", 10, "steps[1].preferences", "empty"),
    ('["reports"]', '["reprots"]', 10, "steps[1].preferences[1]", "Did you mean reports?"),
    ('"cards"]', '\n"letters"]', 18, "steps[2].preferences[2]", "named twice"),
    ('to = "va_gov"\nsurfaces', 'to = "vagov"\nsurfaces', 11, "steps[1].to", "Did you mean va_gov?"),
    ('to = "va_gov"\nneeds', "needs", 15, "steps[2].to", "neither"),
    ('["va_gov_profile"]', '["va_gov"]', 12, "steps[1].surfaces[1]", "Did you mean va_gov_profile?"),
    ('steps = ["first"]', 'steps = ["frist"]', 19, "steps[2].needs.steps[1]", "Did you mean first?"),
    ('steps = ["first"]', 'steps = "first"', 19, "steps[2].needs.steps", "must be a list"),
    ('{ steps = ["first"] }', '["first"]', 19, "steps[2].needs", "must be a table"),
    ('steps = ["first"]', 'step = ["first"]', 19, "steps[2].needs.step", "Did you mean steps?"),
    ('steps = ["first"]', 'steps = ["second"]', 19, "steps[2].needs", "second ← second"),
    ('wait = "2w"', 'wait = "two weeks"', 20, "steps[2].wait", "whole number"),
    ('wait = "2w"', 'wait = "2w"\nfreeze_limit = 120', 21, "steps[2].freeze_limit", "duration"),
    ("2027-03-02T00:00:00", "2027-03-02", 13, "steps[1].not_before", "a date with a time"),
    ("2027-03-02T00:00:00", "00:00:00", 13, "steps[1].not_before", "a date with a time"),
    ("2027-03-02T00:00:00", '"2027-03-02T00:00:00"', 13, "steps[1].not_before", "without quotes"),
    ("2027-03-02T00:00:00", "0207-03-02T00:00:00", 13, "steps[1].not_before", "year"),
    ("2027-03-02T00:00:00", "9999-12-31T23:59:59-05:00", 13, "steps[1].not_before", "year"),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), BAD)
def test_a_fault_names_file_line_key_what_and_mend(old: str, new: str, line: int | None, key: str, words: str) -> None:
    told = [fault for fault in faults(changed(PLAN, old, new)) if fault.key == key]
    assert [(fault.file, fault.line) for fault in told] == [("cutover_plans/two.toml", line)]
    assert words in str(told[0])
    assert told[0].what
    assert told[0].mend


# what is changed, into what, line and key of the fault, words of it
NOT_YET = [
    ('bake = "3d"', 'seed = "consented"', 6, "defaults.seed", "copies no records"),
    ('bake = "3d"', 'seed = "all"', 6, "defaults.seed", "copies no records"),
    ('bake = "3d"', 'assume_changed = "2020-01-01"', 6, "defaults.assume_changed", "does not run this yet"),
    ('wait = "2w"', 'seed = "all"', 20, "steps[2].seed", "copies no records"),
    ('wait = "2w"', "assume_changed = 2020-01-01", 20, "steps[2].assume_changed", "does not run this yet"),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), NOT_YET)
def test_what_this_version_would_not_do_is_refused(old: str, new: str, line: int, key: str, words: str) -> None:
    (told,) = faults(changed(PLAN, old, new))
    assert (told.line, told.key) == (line, key)
    assert words in str(told)


@pytest.mark.parametrize("text", ["", "[", PLAN.partition("[[steps]]")[0], "steps = []\n" + PLAN.partition("[[")[0]])
def test_a_plan_that_cannot_be_read_is_a_fault_and_never_a_plan_with_nothing_scheduled(text: str) -> None:
    assert faults(text)


def test_tables_without_order_are_no_steps() -> None:
    (told,) = faults(PLAN.partition("[defaults]")[0] + "[steps]\nid = 'first'\n")
    assert (told.line, told.key) == (5, "steps")


def test_a_plan_has_at_most_two_hundred_steps() -> None:
    steps = "".join(f'[[steps]]\nid = "s{number}"\npreferences = ["x{number}"]\nto = "mhv"\n' for number in range(201))
    (told,) = faults(PLAN.partition("[[steps]]")[0] + steps)
    assert "201" in told.what


@pytest.mark.parametrize(
    "other",
    [
        preference("reports", Status.ON_HOLD),
        preference("reports", Status.PLANNED),
        preference("reports", at_va_gov=False),
    ],
)
def test_a_plan_loads_that_has_to_wait_for_its_preference_to_be_live_or_for_a_contract(other: Preference) -> None:
    assert isinstance(read_plan(plan_source(), catalogue(other)), Plan)


def test_a_plan_cannot_move_a_preference_with_writers_that_nothing_stops_unless_it_says_why() -> None:
    (told,) = faults(PLAN, catalogue(preference("reports", advisory=True)))
    assert (told.line, told.key) == (10, "steps[1].preferences[1]")
    assert "accept_advisory" in told.mend
    accepted = changed(PLAN, 'to = "va_gov"\nsurfaces', 'accept_advisory = "told by phone"\nto = "va_gov"\nsurfaces')
    assert isinstance(read_plan(plan_source(accepted), catalogue(preference("reports", advisory=True))), Plan)
    moves_nothing = changed(PLAN, 'to = "va_gov"\nsurfaces', "surfaces")
    assert isinstance(read_plan(plan_source(moves_nothing), catalogue(preference("reports", advisory=True))), Plan)


def test_a_plan_cannot_name_a_preference_whose_file_has_gone() -> None:
    gone = Catalogue(catalogue().preferences, missing=frozenset({"letters"}))
    assert [(fault.line, fault.key) for fault in faults(PLAN, gone)] == [(17, "steps[2].preferences[1]")]


def test_a_plan_that_was_started_is_read_without_asking_what_it_names() -> None:
    assert isinstance(read_plan(plan_source()), Plan)


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        (PLAN, 8, "steps[1].freeze_limit"),
        (changed(PLAN, 'bake = "3d"', 'bake = "3d"\nfreeze_limit = "149s"'), 7, "defaults.freeze_limit"),
        (changed(PLAN, 'to = "va_gov"\nsurf', 'freeze_limit = "1m"\nto = "va_gov"\nsurf'), 11, "steps[1].freeze_limit"),
    ],
)
def test_a_freeze_limit_that_could_not_be_kept_is_refused(text: str, line: int, key: str) -> None:
    least = timedelta(seconds=149, milliseconds=500)
    read = read_plan(plan_source(text), catalogue(), least)
    assert isinstance(read, list)
    assert (read[0].line, read[0].key) == (line, key)
    assert 'freeze_limit = "150s"' in read[0].mend


def test_the_shortest_freeze_limit_that_can_be_kept_is_accepted() -> None:
    assert isinstance(read_plan(plan_source(), catalogue(), timedelta(minutes=2)), Plan)


def test_a_date_is_stored_in_utc() -> None:
    assert good().steps[0].not_before == datetime(2027, 3, 2, 5, tzinfo=UTC)
