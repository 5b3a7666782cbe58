"""The API's document in the order that people read it, and the page of it for whoever is signed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template

from app.domain.refusals import CODES
from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.api.documents import described

METHODS = ("get", "post", "put", "delete")

# What the maker of the document says where nobody said anything.
_MEANS = {"Successful response": "", "Validation error": "The body is not as it must be."}


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a body, or one parameter: its name, its type in words, whether it must be there, what it is."""

    name: str
    type: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: when it is given ("Answer 200", "Otherwise"), what it means, and the members of its body."""

    when: str
    text: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """One method of one address."""

    method: str
    path: str
    summary: str
    text: str
    roles: tuple[str, ...]
    parameters: tuple[Member, ...]
    body: tuple[Member, ...]
    answers: tuple[Answer, ...]

    @property
    def id(self) -> str:
        """Its anchor."""
        return f"{self.method}{self.path}".replace("/", "-").replace("{", "").replace("}", "")


@may(Role.VIEWER)
def api() -> str:
    """Every address of the API, and every code, for whoever is signed in."""
    return render_template("api.html", api=described(), codes=CODES)


def by_tag(api: Mapping[str, Any]) -> dict[str, list[Address]]:
    """The addresses of an OpenAPI document by their tag: tags as the document orders them, addresses by their path."""
    found: dict[str, list[Address]] = {tag["name"]: [] for tag in api.get("tags", ())}
    for path, operations in sorted(api.get("paths", {}).items()):
        for method in METHODS:
            if method in operations:
                address = _address(api, method, path, operations[method])
                found.setdefault(next(iter(operations[method].get("tags", ())), "Others"), []).append(address)
    return {tag: addresses for tag, addresses in found.items() if addresses}


def _address(api: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> Address:
    parameters = [_parameter(api, one) for one in operation.get("parameters", ())]
    return Address(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        text=operation.get("description", ""),
        roles=tuple(operation.get("x-roles", ())),
        parameters=tuple(parameters),
        body=tuple(_members(api, _schema(operation.get("requestBody", {})))),
        answers=tuple(_answers(api, operation.get("responses", {}))),
    )


def _parameter(api: Mapping[str, Any], one: Mapping[str, Any]) -> Member:
    type_ = _type(api, one.get("schema", {}))
    return Member(one["name"], f"{type_}, in the {one['in']}", one.get("required", False), one.get("description", ""))


def _answers(api: Mapping[str, Any], responses: Mapping[str, Any]) -> Iterator[Answer]:
    for status, answer in responses.items():
        members = _members(api, _schema(answer)) if status != "default" else ()
        text = answer.get("description", "")
        yield Answer("Otherwise" if status == "default" else f"Answer {status}", _MEANS.get(text, text), tuple(members))


def _schema(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of the first kind of content."""
    content: Mapping[str, Any] = next(iter(holder.get("content", {}).values()), {})
    schema: Mapping[str, Any] = content.get("schema", {})
    return schema


def _members(api: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Member]:
    whole = _followed(api, schema)
    needed = whole.get("required", ())
    for name, member in whole.get("properties", {}).items():
        yield Member(name, _type(api, member), name in needed, _followed(api, member).get("description", ""))


def _followed(api: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Mapping[str, Any] = api["components"]["schemas"].get(reference.rpartition("/")[2], {})
    return found


def _type(api: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A type in words: "text", "list of whole number", "mhv or va_gov or null"."""
    if "$ref" in schema:
        whole = _followed(api, schema)
        inner = ", ".join(whole.get("properties", ()))
        return f"object ({inner})" if inner else "object"
    if "enum" in schema or "const" in schema:
        return " or ".join(map(str, schema.get("enum", [schema.get("const")])))
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(api, one) for one in schema["anyOf"]))
    return _plain_type(api, schema)


def _plain_type(api: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(map(str, kind))
    if kind == "array":
        return f"list of {_type(api, schema.get('items', {}))}"
    of = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    if kind == "object" and isinstance(of[0], Mapping):
        return f"object of {_type(api, of[0])}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(str(kind), str(kind))
