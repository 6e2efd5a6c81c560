"""The server: all routes, one error form, and the built client."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.response import File

from goldsmith.core.errors import GoldsmithError, NotFound
from goldsmith.server import labelling, projects, sign_in
from goldsmith.server.context import Context, provide_context, provide_person

SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"}


def _error(request: Request[Any, Any, Any], error: GoldsmithError) -> Response[Any]:
    body = {"code": error.code, "message": error.message, "where": error.where, "hint": error.hint}
    return Response({"error": body}, status_code=error.status)


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    where = str(error.extra)[:500] if error.extra else ""
    return Response({"error": {"code": "bad_request", "message": error.detail, "where": where, "hint": ""}},
                    status_code=error.status_code)


def client_folder() -> Path:
    """Where the built client lies: in the installed package, or in a checkout's web/dist."""
    packed = Path(str(importlib.resources.files("goldsmith"))) / "client"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "web" / "dist"


@get(["/", "/{path:path}"], include_in_schema=False)
async def client(path: Path | None = None) -> File:
    """A file of the client; every page's address gives its one HTML page."""
    root = client_folder().resolve()
    wanted = (root / str(path or "").lstrip("/")).resolve()
    if str(path or "").startswith("/api/"):
        raise NotFound("No such call.")
    if not wanted.is_file() or not wanted.is_relative_to(root):
        wanted = root / "index.html"
    if not wanted.is_file():
        raise NotFound("The client is not built.", hint="Run `make install`.")
    return File(path=wanted, content_disposition_type="inline", headers=SAFE)


def make_app(data: Path) -> Litestar:
    """The application over one data folder."""
    context = Context(data)
    routes: list[Any] = [*sign_in.ROUTES, *projects.ROUTES, *labelling.ROUTES, client]
    return Litestar(
        route_handlers=routes, state=State({"context": context}),
        dependencies={"context": provide_context, "person": provide_person},
        exception_handlers={GoldsmithError: _error, HTTPException: _http_error},
        on_shutdown=[context.db.close])
