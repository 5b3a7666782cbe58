"""The API's documents: OpenAPI 3.1 as JSON, and the same as a page that people can read."""

from typing import Any, cast

from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, jsonify, render_template

from app.domain.refusals import CODES
from app.domain.roles import Role
from app.entrypoints.access import OPEN, may, rule_of
from app.entrypoints.api.parameters import ASKED, PROVEN, SENT

blueprint = APIBlueprint("documents", __name__, url_prefix="/api/v1", tag="Documents")


_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "report": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
}
_A_PAGE: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {"description": "A page.", "content": {"text/html": {}}}
}


@blueprint.get("/openapi.json")
@may(*Role)
def openapi() -> Response:
    """The OpenAPI description of this API."""
    return jsonify(described())


@blueprint.get("/docs")
@blueprint.doc(responses=_A_PAGE)
@may(*Role)
def readable() -> str:
    """The same for people: every address, who may call it, every code."""
    return render_template("api.html", api=described(), codes=CODES)


def described() -> dict[str, Any]:
    """The OpenAPI document of the running application, with who may call what and how it refuses."""
    document: dict[str, Any] = cast(APIFlask, current_app).spec  # type: ignore[assignment]  # text only for YAML
    return document


def complete(app: APIFlask, document: Any) -> Any:
    """Add to the generated document what only the routes know: roles, tokens, problems."""
    document.setdefault("components", {})["securitySchemes"] = _SCHEMES
    problem = {"type": "object", "required": ["type", "title", "status", "code", "detail", "mend"]}
    document["components"].setdefault("schemas", {})["Problem"] = problem
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}")
        for method in ("get", "post", "put", "delete"):
            operation = document["paths"].get(path, {}).get(method)
            if operation is not None and method.upper() in (rule.methods or ()):
                _complete(app, rule.endpoint, operation)
    return document


def _complete(app: APIFlask, endpoint: str, operation: dict[str, Any]) -> None:
    roles = rule_of(app, endpoint)
    scheme = PROVEN.get(endpoint, "token")
    operation["security"] = [] if roles == OPEN and scheme == "token" else [{scheme: []}]
    operation["x-roles"] = sorted(roles or ())
    operation["parameters"] = [*operation.get("parameters", ()), *ASKED.get(endpoint, ())]
    if endpoint in SENT:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": SENT[endpoint]}}}
    refused = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"]["default"] = {"description": "Refused; see the codes.", "content": refused}
