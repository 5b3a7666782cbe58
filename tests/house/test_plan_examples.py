"""Every TOML example of docs/plans.md is loaded: whole plans as they are, parts within the smallest plan there is.

A comment before a part says where it belongs: `<!-- in: plan -->`, `defaults`, `step` (keys of one) or `steps` (whole
ones); `<!-- milestones -->` stands before a file of milestones.
"""

import re

import pytest

from app.adapters.files import catalogue, plans
from app.adapters.files.plans import Limits
from app.domain.catalogue import Catalogue, Fault
from app.domain.milestone_file import read_milestones
from app.domain.plan_faults import Outside
from app.domain.plan_file import read_plan
from app.domain.plans import Plan
from app.domain.toml_source import Source
from app.services.checks.asking import known
from tests.adapters.files.test_shipped_files import LONGEST_OLDER_WRITE
from tests.house.source import ROOT

TEXT = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
HEAD = 'title = "Example"\ntime_zone = "America/New_York"\n'
STEP = {"id": '"example"', "preferences": '["rx_refill_shipment"]', "to": '"va_gov"'}
WHERE = {"": "whole", "in: plan": "plan", "in: defaults": "defaults", "in: step": "step", "in: steps": "steps"}


def examples(text: str) -> list[tuple[str, str, int]]:
    """Where each block of TOML belongs, what it says, and its line."""
    found = re.finditer(r"(?:<!-- ([a-z: ]+) -->\n)?^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(one[1] or "", one[2], text.count("\n", 0, one.start(2)) + 1) for one in found]


def step(part: str = "") -> str:
    """The smallest step, with more keys or others."""
    return "[[steps]]\n" + "".join(f"{key} = {value}\n" for key, value in STEP.items() if not _says(part, key)) + part


def _says(part: str, key: str) -> bool:
    return re.search(rf"^{key} =", part, re.MULTILINE) is not None


def whole(where: str, part: str) -> str:
    """A part within the smallest plan."""
    return {
        "whole": part,
        "plan": f"{HEAD}{part}{step()}",
        "defaults": f"{HEAD}[defaults]\n{part}{step()}",
        "step": f"{HEAD}{step(part)}",
        "steps": f"{HEAD}{part}",
    }[WHERE[where]]


def read(text: str) -> Plan | list[Fault]:
    """A plan, judged as a file in cutover_plans/ would be."""
    files = Catalogue(catalogue.load(ROOT / "flags", "production").preferences)
    checks = {name: check.asks_about for name, check in known().items()}
    filed = plans.load(ROOT / "cutover_plans", files, Limits(LONGEST_OLDER_WRITE, checks)).milestones
    source = Source("cutover_plans/example.toml", "example", text)
    return read_plan(source, files, LONGEST_OLDER_WRITE, Outside(filed, checks))


@pytest.mark.parametrize(("where", "part", "line"), examples(TEXT), ids=[str(line) for *_, line in examples(TEXT)])
def test_an_example_of_the_document_is_loaded(where: str, part: str, line: int) -> None:
    if where == "milestones":
        assert isinstance(read_milestones(Source("cutover_plans/milestones.toml", "milestones", part)), dict)
        return
    found = read(whole(where, part))
    assert isinstance(found, Plan), [str(fault) for fault in found]


def test_every_block_of_toml_is_among_the_examples() -> None:
    assert len(examples(TEXT)) == TEXT.count("```toml") > 10


def test_an_example_that_is_wrong_is_found_out() -> None:
    assert isinstance(read(whole("in: step", 'lates = "1h"\n')), list)
    assert examples("x\n<!-- in: step -->\n```toml\na = 1\n```\n") == [("in: step", "a = 1\n", 4)]
