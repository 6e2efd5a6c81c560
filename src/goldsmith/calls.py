"""Calls: one kept-alive HTTP connection to a server, and its errors as ours.

A call is sent again after a lost connection only when a second sending cannot do more than the first. Where no answer
came at all, ConnectionError or TimeoutError is raised; where the server said no, the GoldsmithError it named.
"""

from __future__ import annotations

import http.client
import select
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import Struct

from goldsmith.core.errors import (
    BadInput,
    Conflict,
    GoldsmithError,
    LeaseLost,
    NotAllowed,
    NotFound,
    NotNow,
    NotYourTurn,
    SignInNeeded,
    TermsNotAccepted,
    TooManyTries,
    TooMuch,
)

TRIES = 5
FIRST_WAIT_S = 0.2
PIECE = 1 << 20
BY_STATUS: dict[int, type[GoldsmithError]] = {
    400: BadInput, 401: SignInNeeded, 403: NotAllowed, 404: NotFound, 409: Conflict, 413: TooMuch, 429: TooManyTries}
BY_CODE: dict[str, type[GoldsmithError]] = {one.code: one for one in (LeaseLost, NotNow, NotYourTurn, TermsNotAccepted)}
Body = bytes | Iterable[bytes]


class ErrorBody(Struct, frozen=True, kw_only=True):
    """What the server says of a call that it refused."""

    code: str
    message: str
    where: str = ""
    hint: str = ""
    again_at: str = ""  # when to ask again; RFC 3339, empty where that is not known


class _Envelope(Struct, frozen=True):
    error: ErrorBody


def error_of(status: int, raw: bytes) -> GoldsmithError:
    """The error that an answer of this status means; a proxy's page becomes a plain GoldsmithError."""
    try:
        said = msgspec.json.decode(raw, type=_Envelope).error
    except msgspec.MsgspecError:
        said = ErrorBody(code="error", message=f"The server answered {status}: {raw[:200].decode('utf-8', 'replace')}")
    made = BY_CODE.get(said.code) or BY_STATUS.get(status, GoldsmithError)
    error = made(said.message, where=said.where, hint=said.hint)
    error.code, error.status = said.code, status
    if isinstance(error, NotYourTurn):
        error.again_at = said.again_at
    return error


def path_of(*parts: str | int, **query: Any) -> str:
    """`/api/…` of these parts, each escaped; a query value of None is left out, of a list each is named."""
    given = {name: str(value).lower() if isinstance(value, bool) else value
             for name, value in query.items() if value is not None}
    asked = urlencode(given, doseq=True)
    return "/api/" + "/".join(quote(str(part), safe="") for part in parts) + (f"?{asked}" if asked else "")


class Calls:
    """One connection; for one thread at a time."""

    def __init__(self, url: str, key: str, *, timeout_seconds: float) -> None:
        place = urlsplit(url)
        if place.scheme not in ("http", "https") or not place.hostname or place.path not in ("", "/"):
            raise BadInput("A server's address is http://host:port or https://host.", where="url")
        options: dict[str, Any] = {"timeout": timeout_seconds, "blocksize": PIECE}
        if place.scheme == "https":
            self._made: http.client.HTTPConnection = http.client.HTTPSConnection(
                place.hostname, place.port, context=ssl.create_default_context(), **options)
        else:
            self._made = http.client.HTTPConnection(place.hostname, place.port, **options)
        self._headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}

    def close(self) -> None:
        """Close the connection; a later call opens a new one."""
        self._made.close()

    def ask(self, method: str, path: str, body: Body | None = None, *, is_repeatable: bool = False,
            **headers: str) -> bytes:
        """The body of a successful answer, b"" for 204.

        `is_repeatable`: a second sending does no more than the first, so it is sent again after a lost connection.
        """
        tries = TRIES if is_repeatable and (body is None or isinstance(body, bytes)) else 1
        for again in range(1, tries):
            try:
                status, raw = self._ask_once(method, path, body, headers)
                if status != 503:  # busy: nothing was changed
                    break
            except OSError:
                pass
            time.sleep(FIRST_WAIT_S * 2 ** (again - 1))
        else:
            status, raw = self._ask_once(method, path, body, headers)
        if status >= 400:
            raise error_of(status, raw)
        return raw

    def _ask_once(self, method: str, path: str, body: Body | None, headers: dict[str, str]) -> tuple[int, bytes]:
        with self.answer(method, path, body, **headers) as answer:
            return answer.status, answer.read()

    @contextmanager
    def answer(self, method: str, path: str, body: Body | None = None, **headers: str) -> Iterator[HTTPResponse]:
        """Send once and give the answer to read; the connection is kept only when it was read to its end."""
        self._drop_if_closed()
        try:
            self._send(method, path, body, headers)
            answer = self._made.getresponse()
            yield answer
            if not answer.isclosed():
                self.close()
        except http.client.HTTPException as error:
            self.close()
            raise ConnectionError(f"The connection was lost: {error!r}") from error
        except BaseException:
            self.close()
            raise

    def _send(self, method: str, path: str, body: Body | None, headers: dict[str, str]) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._made.request(method, path, body=body, headers={**self._headers, **named})
        except (BrokenPipeError, ConnectionResetError):
            if self._made.sock is None:
                raise  # else the server said no before it had read everything: its answer is there to read

    def _drop_if_closed(self) -> None:
        """Close a connection that the server ended while it was idle: there is something to read, and it is the end."""
        sock = self._made.sock
        if sock is not None and select.select([sock], [], [], 0)[0]:
            self.close()
