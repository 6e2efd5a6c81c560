"""The express lane: the two calls that annotators make all day, without what a framework adds to each.

`lease` and `submit` stay routes of `labelling`, which is what the API document and its tests see; the functions behind
them are the same, and a test sends each call both ways. Only decoding, sign-in and encoding are done by hand here.
See docs/decisions/0003.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

import msgspec
from litestar import Litestar

from goldsmith.core.errors import BadInput, TooMuch
from goldsmith.server.context import COOKIE, Context, find_caller
from goldsmith.server.problems import problem_of
from goldsmith.server.routes import labelling
from goldsmith.server.wire.work import Answer, Besides
from goldsmith.work.people import Person

Scope = dict[str, Any]  # of ASGI 3, as the server sends it
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
CALL = re.compile(r"/api/(?:projects/(?P<project>[^/]+)/lease|leases/(?P<lease>[^/]+)/submit)")
BODY_MOST = 64 * 2**20
_encode = msgspec.json.Encoder().encode
_besides = msgspec.json.Decoder(Besides).decode
_answer = msgspec.json.Decoder(Answer).decode


class ExpressLane:
    """The application with the two calls taken out before it."""

    def __init__(self, app: Litestar) -> None:
        self._app: Any = app
        self._context: Context = app.state.context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's start and end."""
        call = CALL.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if call is not None:
            await self._answer(scope, receive, send, call)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, call: re.Match[str]) -> None:
        try:
            person = _person(self._context, scope)
            raw = await _body(receive)
            found = await self._run(call, person, raw)
            status, body = (200, _encode(found)) if found is not None else (204, b"")
        except Exception as error:
            if isinstance(error, msgspec.MsgspecError):
                error = BadInput(str(error), where="body")
            problem = problem_of(error, f"POST {scope['path']}", self._context.db.unstorable)
            status, body = problem.status, _encode(problem.body())
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers if body else headers[1:]})
        await send({"type": "http.response.body", "body": body})

    async def _run(self, call: re.Match[str], person: Person, raw: bytes) -> msgspec.Struct | None:
        if call["project"] is not None:
            asked = _besides(raw) if raw.strip() not in (b"", b"null") else None
            return await labelling.lease_in_project(self._context, person, call["project"], asked)
        return await labelling.hand_in(self._context, person, call["lease"], _answer(raw))


def _person(context: Context, scope: Scope) -> Person:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return find_caller(context, "POST", authorization=headers.get(b"authorization", b"").decode("latin-1"),
                       session=_session(headers.get(b"cookie", b"").decode("latin-1")),
                       fetch_site=headers.get(b"sec-fetch-site", b"").decode("latin-1"))


def _session(cookie: str) -> str:
    if COOKIE not in cookie:
        return ""
    try:
        found = SimpleCookie(cookie).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY_MOST:
            raise TooMuch(f"A body has at most {BODY_MOST} bytes.", where="body")
        if not message.get("more_body", False):
            return b"".join(parts)
