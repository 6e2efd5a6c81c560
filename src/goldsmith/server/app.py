"""The server: all routes, one error form, the OpenAPI document, and the built client."""

from __future__ import annotations

import importlib.resources
import mimetypes
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.response import File

from goldsmith.core.errors import NotFound
from goldsmith.server.context import Context, provide_context, provide_person
from goldsmith.server.files import spooling
from goldsmith.server.problems import Problem, problem_of
from goldsmith.server.routes import (
    audits,
    documents,
    labelling,
    projects,
    reference,
    reviewing,
    routing,
    versions,
)
from goldsmith.server.routes.data import (
    batches,
    comments,
    deadlines,
    gold,
    imports,
    items,
    replying,
    segmenting,
    tiles,
    vocabularies,
)
from goldsmith.server.routes.data.similar import searching
from goldsmith.server.routes.figures import dashboards, drawing, signals
from goldsmith.server.routes.pay import earnings as pay_earnings
from goldsmith.server.routes.pay import project as pay_project
from goldsmith.server.routes.pay import runs as pay_runs
from goldsmith.server.routes.pay import training as pay_training
from goldsmith.server.routes.people import accounts, attempts, exams, groups, joining, notices, profiles, terms
from goldsmith.server.routes.reviewing import workflows
from goldsmith.server.routes.routing.predicting import resuming
from goldsmith.server.routes.versions import signing

SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
        "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline';"
                                   " object-src 'none'; base-uri 'none'; frame-ancestors 'none'"}
FOREVER, ALWAYS_ASK = "public, max-age=31536000, immutable", "no-cache"
JSON_LIMIT = 64 * 2**20


def _error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    unstorable = request.app.state.context.db.unstorable
    return _answer(problem_of(error, f"{request.method} {request.url.path}", unstorable))


def _answer(problem: Problem) -> Response[Any]:
    return Response(problem.body(), status_code=problem.status)


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    where = "; ".join(f"{one.get('key', '')}: {one.get('message', '')}" if isinstance(one, dict) else str(one)
                      for one in error.extra) if isinstance(error.extra, list) else ""
    code = {404: "not_found", 405: "not_allowed", 413: "too_much"}.get(error.status_code, "bad_request")
    return _answer(Problem(status=error.status_code, code=code, message=error.detail, where=where[:500]))


def client_folder() -> Path:
    """Where the built client lies: in the installed package, or in a checkout's web/dist."""
    packed = Path(str(importlib.resources.files("goldsmith"))) / "client"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "web" / "dist"


@get(["/", "/{path:path}"], include_in_schema=False)
async def client(path: Path | None = None) -> File:
    """A file of the client; every page's address gives its one HTML page."""
    root, asked = client_folder().resolve(), str(path or "").lstrip("/")
    if asked.startswith("api/"):
        raise NotFound("No such call.", hint="The calls there are: /api/reference")
    wanted = (root / asked).resolve()
    if not wanted.is_file() or not wanted.is_relative_to(root):
        wanted = root / "index.html"
    if not wanted.is_file():
        raise NotFound("The client is not built.", hint="Run `make install`.")
    is_named_by_hash = wanted.parent.name == "assets"
    return File(path=wanted, filename=wanted.name, content_disposition_type="inline",
                media_type=mimetypes.guess_type(wanted.name)[0] or "application/octet-stream",
                headers={**SAFE, "Cache-Control": FOREVER if is_named_by_hash else ALWAYS_ASK})


MODULES = (
    accounts, profiles, groups, joining, notices, projects, documents, terms, imports, items, searching, tiles,
    segmenting, vocabularies, comments, batches, deadlines, gold, labelling, replying, reviewing, workflows, audits,
    dashboards, drawing, signals, exams, attempts, versions, signing, routing, pay_project, pay_earnings, pay_runs,
    pay_training, reference)


def make_app(data: Path, database: str = "") -> Litestar:
    """The application over one data folder, and over a `postgresql://` database when one is named."""
    spooling.clear_spool(data)
    context = Context(data, database)
    routes: list[Any] = [route for module in MODULES for route in module.ROUTES]
    return Litestar(
        route_handlers=[*routes, client], state=State({"context": context}),
        dependencies={"context": Provide(provide_context), "person": Provide(provide_person)},  # bare, the framework
        # would read each anew for every one of its routes: a third of the time that the making takes
        exception_handlers={HTTPException: _http_error, Exception: _error},
        openapi_config=reference.openapi_config(MODULES),
        request_max_body_size=JSON_LIMIT, on_startup=[resuming.start_looking],
        on_shutdown=[resuming.stop_looking, _close])


def _close(app: Litestar) -> None:
    context: Context = app.state.context
    context.db.close()
