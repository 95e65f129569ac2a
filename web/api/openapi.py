"""The OpenAPI 3.1 document of the REST door, made of its routes and of the models that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from web.api.route import PREFIX, Nothing, Route
from web.api.values import Told
from web.wall.classes import SIGNED_IN
from web.wall.cookies import SESSION
from web.wall.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.json_schema import JsonSchemaMode

VERSION: Final = "3.1.0"
TAG_SCHEMA: Final = {"type": "string", "pattern": "^[!-~]{1,200}$"}
REF: Final = "#/components/schemas/{model}"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

UNSERVED: Final = 503
"""What every route answers while the database does not."""

MEANINGS: Final = {
    304: "It is as the If-None-Match says",
    400: "The body cannot be read",
    401: "Nobody is signed in",
    403: "The account may not do this, or not there, or not without a fresh second factor",
    404: "There is no such thing",
    409: "It does not go with what the registry holds",
    412: "Somebody changed it meanwhile",
    413: "The body is too large",
    415: "The body is no JSON",
    422: "A member, a value or the question cannot be used",
    428: "If-Match is missing",
    429: "Too many requests; Retry-After says when the next one is taken",
    503: "The registry's database does not serve it now",
}


class Problem(Told):
    """A refusal (RFC 9457): what was given, what was wanted, and what to do."""

    type: str
    title: str
    status: int
    detail: str
    given: str
    wanted: str
    todo: str
    request_id: str
    place: list[float] | None = Field(default=None, description="Longitude and latitude of the fault")
    reason: str | None = Field(default=None, description="Of a refused look: its code")
    event: int | None = Field(default=None, description="Of a refused look: its number in the audit")


def document(routes: Sequence[Route], cookie: str = SESSION) -> dict[str, Any]:
    """Return the OpenAPI document of these routes as JSON values; `cookie` holds a browser's session."""
    references, schemas = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route, references)
    return {
        "openapi": VERSION,
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Missouri Emergency Resource Registry",
            "version": PREFIX.rpartition("/")[2],
            "description": "Who can lend what, and how soon it can be there by road. docs/api.md says more.",
        },
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of an account"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": cookie,
                    "description": "A browser's session; changes also need Sec-Fetch-Site: same-origin",
                },
            },
            "schemas": schemas,
            "responses": {str(status): _refusal(status) for status in MEANINGS if status >= 400},  # noqa: PLR2004 - HTTP
        },
    }


def _schemas(routes: Sequence[Route]) -> tuple[dict[type[BaseModel], dict[str, Any]], dict[str, Any]]:
    """Return the schema of each model, a reference where it has a name, and the named ones."""
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for route in routes:
        if route.takes is not None and route.takes is not Nothing:
            wanted[route.takes, "validation"] = None
        if route.gives is not None:
            wanted[route.gives, "serialization"] = None
    found, definitions = models_json_schema(list(wanted), ref_template=REF)
    references = {model: found[model, mode] for model, mode in wanted}
    return references, definitions.get("$defs", {})


def _operation(route: Route, references: dict[type[BaseModel], dict[str, Any]]) -> dict[str, Any]:
    action = "Every account." if route.action == SIGNED_IN else f"For the action `{route.action}`."
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": " ".join(filter(None, (action, route.about))),
        "tags": [route.path.split("/")[1]],
        "parameters": [*_ids(route), *_questions(route), *_headers(route)],
        "responses": {str(route.status): _answer(route, references)},
    }
    if route.takes is Nothing:
        empty = {"type": "object", "additionalProperties": False}
        operation["requestBody"] = {"required": False, "content": {"application/json": {"schema": empty}}}
    elif route.takes is not None:
        content = {"application/json": {"schema": references[route.takes]}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.tagged:
        operation["responses"]["304"] = {"description": MEANINGS[304], "headers": _tag()}
    for status in (*route.refusals, UNSERVED):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    return operation


def _ids(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in route.ids
    ]


def _questions(route: Route) -> list[dict[str, Any]]:
    schema = route.asks.model_json_schema()
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", []), "schema": _plain(value)}
        for name, value in schema.get("properties", {}).items()
    ]


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of what may stand behind the question mark: it is there or not, and never null."""
    several = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    found = several[0] if len(several) == 1 else {key: each for key, each in schema.items() if key != "anyOf"}
    return {key: each for key, each in found.items() if key not in ("title", "default")}


def _headers(route: Route) -> list[dict[str, Any]]:
    found = []
    if route.once:
        schema = {"type": "string", "pattern": r"^[!-~]{1,100}$"}
        found.append(_header("Idempotency-Key", "Of this request; a repeat is answered the same", schema))
    if route.conditional:
        found.append(_header("If-Match", "The ETag of the state that is changed", TAG_SCHEMA, required=True))
    if route.tagged:
        found.append(_header("If-None-Match", "The ETag of the state that is known", {"type": "string"}))
    return found


def _header(name: str, about: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": about, "schema": schema}


def _answer(route: Route, references: dict[type[BaseModel], dict[str, Any]]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": route.summary}
    headers: dict[str, Any] = {}
    content: dict[str, Any] = {media_type: {} for media_type in route.files}
    if route.gives is not None:
        content["application/json"] = {"schema": references[route.gives]}
    if content:
        answer["content"] = content
    if route.status in (201, 202):
        headers["Location"] = {"description": "Where it is", "schema": {"type": "string"}}
    if route.tagged or route.conditional:
        headers |= _tag()
    if route.paged:
        headers["Link"] = {"description": "The next page, as rel=next", "schema": {"type": "string"}}
    return answer | ({"headers": headers} if headers else {})


def _tag() -> dict[str, Any]:
    return {"ETag": {"description": "The state that is shown", "schema": {"type": "string"}}}


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=Problem.__name__)}
    answer: dict[str, Any] = {"description": MEANINGS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
    if status in (429, UNSERVED):
        answer["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    return answer
