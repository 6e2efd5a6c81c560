"""The OpenAPI document: what the framework finds in the routes, completed.

Summaries are the routes' docstrings, parts are the route modules, schemas with their texts come from the Structs on the
wire. What no code says stands in `wording`.
"""

from __future__ import annotations

import asyncio
import copy
import inspect
import threading
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from goldsmith.calls import ErrorBody
from goldsmith.kinds import KINDS
from goldsmith.server.context import COOKIE
from goldsmith.server.routes.reference import wording
from goldsmith.server.typescript import wire_structs

Json = dict[str, Any]
REF = "#/components/schemas/"
OPEN = {"sign_in", "join", "check_invitation", "show_call", "apply_to_call", "list_choices"}
LIMITED = {"sign_in", "apply_to_call"}  # so many tries a minute
VALUES = {"value", "merged", "dataset_value", "own_value"}  # properties that hold fields → objects


def openapi_config(modules: Sequence[ModuleType]) -> OpenAPIConfig:
    """The document of these route modules, at /api/schema/openapi.json and nowhere else."""
    made = _Completed(modules)

    async def answer(request: Request[Any, Any, Any]) -> Response[bytes] | None:
        # in place of the framework's own answer, which is made in the event loop
        return None if request.path_params else await made.answer(request)  # a parameter: something that is not there

    return OpenAPIConfig(
        title="Goldsmith", version="1", use_handler_docstrings=True,
        operation_id_creator=lambda handler, _method, _parts: str(handler.fn.__name__),
        openapi_router=Router("/api/schema", route_handlers=[], include_in_schema=False, before_request=answer),
        render_plugins=[made])


class _Completed(JsonRenderPlugin):
    """Makes the document when it is first asked for, in a thread: it takes a second in which everybody would wait."""

    def __init__(self, modules: Sequence[ModuleType]) -> None:
        super().__init__()
        self._modules, self._made, self._turn = modules, b"", threading.Lock()

    async def answer(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The document; whoever asks while it is made waits for it, and nobody else does."""
        raw = self._made or await asyncio.to_thread(self._make, request.app)
        return Response(raw, media_type=self.media_type)

    def _make(self, app: Litestar) -> bytes:
        with self._turn:
            self._made = self._made or msgspec.json.encode(complete(app.openapi_schema.to_schema(), self._modules))
            return self._made


def complete(found: Json, modules: Sequence[ModuleType]) -> Json:
    """The framework's document with texts, parts, security, errors and true schemas; `found` stays as it is."""
    document = copy.deepcopy(found)
    document["info"] |= {"description": wording.INTRODUCTION.strip(), "license": {"name": "Apache-2.0"}}
    parts = {name: part for part, _, names in _parts(modules) for name in names}
    for path, method, operation in operations(document):
        operation["tags"] = [parts[operation["operationId"]]]
        _complete_operation(operation, method, path)
    used = set(parts.values())
    document["tags"] = [{"name": part, "description": text} for part, text, _ in _parts(modules) if part in used]
    document["security"] = [{"key": []}, {"session": []}]
    document["servers"] = [{"url": "/"}]
    document["components"] = _components(document["components"]["schemas"])
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every call: path, method, operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _parts(modules: Sequence[ModuleType]) -> Iterator[tuple[str, str, list[str]]]:
    """Title, text and calls of each part; "Routes of review: lease a task" is the part "Review"."""
    for module in modules:
        title, _, text = (module.__doc__ or "").strip().splitlines()[0].removeprefix("Routes of ").partition(": ")
        text = text[:1].upper() + text[1:]
        names = [route.fn.__name__ for route in module.ROUTES if route.include_in_schema is not False]
        if names:
            yield title[:1].upper() + title[1:], text, names


def _complete_operation(operation: Json, method: str, path: str) -> None:
    name = operation["operationId"]
    text = inspect.cleandoc(operation.get("description", ""))
    first, _, rest = text.partition("\n\n")
    operation["summary"] = " ".join(first.split()).rstrip(".")
    operation["description"] = rest.strip()
    if not rest.strip():
        del operation["description"]
    operation.pop("deprecated", None)
    for parameter in operation.get("parameters", []):
        _complete_parameter(parameter)
    _complete_body(operation, name)
    _complete_responses(operation, name)
    _add_errors(operation, name, method, path)
    if name in OPEN:
        operation["security"] = []
    if name in wording.PYTHON:
        operation["x-python"] = wording.PYTHON[name]


def _complete_parameter(parameter: Json) -> None:
    for noise in ("deprecated", "allowEmptyValue", "allowReserved"):
        parameter.pop(noise, None)
    parameter["schema"] = _without_null(parameter["schema"])
    if parameter["name"] in wording.PARAMETERS:
        parameter["description"] = wording.PARAMETERS[parameter["name"]]


def _without_null(schema: Json) -> Json:
    """The schema of something that may be left out, once it is there."""
    choices = [one for one in schema.get("oneOf", []) if one != {"type": "null"}]
    return choices[0] if len(choices) == 1 else schema


def _complete_body(operation: Json, name: str) -> None:
    if name in wording.BODIES:
        operation["requestBody"] = {"content": wording.BODIES[name], "required": True}
    body = operation.get("requestBody")
    if body is None:
        return
    for content in body["content"].values():
        schema = _without_null(content["schema"])
        body["required"] = body["required"] and schema == content["schema"]
        content["schema"] = schema


def _complete_responses(operation: Json, name: str) -> None:
    responses = operation["responses"]
    responses.pop("400", None)
    for status, response in list(responses.items()):
        response["description"] = "Done." if status == "204" else "What was asked for."
        response.pop("headers", None)
        for content in response.get("content", {}).values():
            schema = _without_null(content["schema"])
            if schema != content["schema"]:
                content["schema"] = schema
                responses["204"] = {"description": "Nothing is left."}
        if name in wording.MEDIA:
            response["content"] = {sort: {"schema": wording.BYTES} for sort in wording.MEDIA[name]}
        if name == "download_my_data":
            response["content"] = {"application/json": {"schema": {"type": "object"}}}
        if name == "download_certificate":
            response["content"] = {"application/json": {"schema": {"$ref": REF + "Certificate"}}}
        if name in wording.HEADERS:
            response["headers"] = wording.HEADERS[name]
    if name in wording.HEADERS:
        responses |= {status: {"description": text} for status, text in wording.RESUMED.items()}


def _add_errors(operation: Json, name: str, method: str, path: str) -> None:
    takes = "requestBody" in operation or any(one["in"] == "query" for one in operation.get("parameters", []))
    conflicts = (method != "get" and name not in ("sign_in", "join")) or name in wording.MAY_CONFLICT
    holds = {"400": takes, "401": name not in OPEN or name in ("sign_in", "join"), "404": "{" in path,
             "403": name not in OPEN or name in ("join", "check_invitation"), "413": "requestBody" in operation,
             "409": conflicts, "429": name in LIMITED,
             "503": method != "get"}
    operation["responses"] |= {status: {"$ref": f"#/components/responses/{status}"} for status, does in holds.items()
                               if does}


def _components(found: Json) -> Json:
    """Schemas made from the Structs themselves, which carry their texts; the objects of a value are the kinds'."""
    _, made = msgspec.json.schema_components([*wire_structs(), ErrorBody], ref_template=REF + "{name}")
    schemas = {**found, **made}
    for schema in schemas.values():
        for name in VALUES & schema.get("properties", {}).keys():
            if not schema["properties"][name] or schema["properties"][name].get("type") == "object":
                schema["properties"][name] = {"$ref": REF + "Value"}
    schemas["VersionPage"]["properties"]["certificate"] = {"$ref": REF + "Certificate"}
    objects = sorted({kind.value.__name__ for kind in KINDS.values()})
    schemas["Value"] = {
        "type": "object", "description": "Fields → objects, each of the field's kind.",
        "additionalProperties": {"type": "array", "items": {"anyOf": [{"$ref": REF + one} for one in objects]}}}
    schemas["Error"] = {
        "type": "object", "description": "Why a call was refused.", "required": ["error"],
        "properties": {"error": {"$ref": REF + "ErrorBody"}}}
    answer = {"application/json": {"schema": {"$ref": REF + "Error"}}}
    return {
        "schemas": dict(sorted(schemas.items())),
        "responses": {status: {"description": text, "content": answer} for status, text in wording.ERRORS.items()},
        "securitySchemes": {
            "key": {"type": "http", "scheme": "bearer", "description": "An API key of a person."},
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "A browser's session."}}}
