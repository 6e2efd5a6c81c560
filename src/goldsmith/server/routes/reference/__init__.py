"""Routes of the reference: a page that shows every call, drawn from the OpenAPI document on our own host."""

from __future__ import annotations

import importlib.resources
from typing import Any

from litestar import Response, get

from goldsmith.server.routes.reference.document import openapi_config

__all__ = ["ROUTES", "openapi_config"]

SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
        "Cache-Control": "no-cache", "Content-Security-Policy":
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"}


def _file(name: str, media_type: str) -> Response[bytes]:
    raw = importlib.resources.files(__name__).joinpath(name).read_bytes()
    return Response(raw, media_type=media_type, headers=SAFE)


@get("/api/reference", include_in_schema=False)
async def page() -> Response[Any]:
    """The page."""
    return _file("page.html", "text/html; charset=utf-8")


@get("/api/reference/page.js", include_in_schema=False)
async def script() -> Response[Any]:
    """What draws the page."""
    return _file("page.js", "text/javascript; charset=utf-8")


@get("/api/reference/page.css", include_in_schema=False)
async def style() -> Response[Any]:
    """How the page looks."""
    return _file("page.css", "text/css; charset=utf-8")


ROUTES = [page, script, style]
