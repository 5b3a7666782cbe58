"""JSON Schemas of the plans' files and of milestones.toml, for editors: what is misspelt is seen while it is written.

They are made of the same tables that the reader goes by. A schema cannot say everything: the reader has the last word.
"""

import json

from app.domain.milestone_file import MILESTONES
from app.domain.plan_shape import PLAN
from app.domain.scalars import Schema
from app.domain.shapes import Kind

# The draft that the common editors for TOML all read.
_DRAFT = "http://json-schema.org/draft-04/schema#"


def plan_schema() -> Schema:
    """Of one plan."""
    return _headed(PLAN, "A plan of the cutover controller")


def milestones_schema() -> Schema:
    """Of milestones.toml."""
    return _headed(MILESTONES, "The milestones that plans of the cutover controller wait for")


def rendered(schema: Schema) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _headed(kind: Kind, title: str) -> Schema:
    return {"$schema": _DRAFT, "title": title, "description": "docs/plans.md explains each key.", **kind.schema()}
