"""Calling the server: tries again where that can help, waits as long as it is told to, and keeps the key to itself."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING

import httpx
import msgspec
from msgspec import Struct

from goldsmith.models import Access, Closed, Json, NotReached
from goldsmith.models.outbound import client, said, without

if TYPE_CHECKING:
    from goldsmith.models.openai.model import OpenaiSettings

BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
WAIT_LEAST_S, WAIT_MOST_S, TOLD_MOST_S = 0.5, 30.0, 120.0
ANSWER_MOST = 8 * 2**20  # bytes


class Completion(Struct, frozen=True, kw_only=True):
    """What the model wrote, and what it took."""

    text: str
    finish: str
    tokens_in: int
    tokens_out: int


class _Message(Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


class _Name(Struct):
    id: str


class _Names(Struct):
    data: list[_Name]


class Caller:
    """The calls to one model."""

    def __init__(self, settings: OpenaiSettings, access: Access) -> None:
        self._settings, self._access = settings, access
        headers = {"authorization": f"Bearer {access.secret}"} if access.secret else None
        self._client = client(timeout_s=settings.timeout_seconds, headers=headers)

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, sort: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
                 ) -> None:
        self._client.close()

    def names(self) -> list[str] | None:
        """The models that the server lists; None where it keeps no list. NotReached where nobody answers."""
        try:
            answer = self._send("GET", "/models", None)
        except httpx.TransportError as error:
            raise NotReached(said(error, self._access.secret), hint="Look at the address.") from error
        if answer.status_code in (404, 405, 501):
            return None
        self._check(answer)
        try:
            return [one.id for one in msgspec.json.decode(answer.content, type=_Names).data]
        except msgspec.DecodeError:
            return None

    def complete(self, body: Json) -> Completion:
        """One answer; NotReached where there is none after all tries, Closed where none will come."""
        for left in reversed(range(self._settings.tries)):
            try:
                answer = self._send("POST", "/chat/completions", body)
                if answer.status_code in BUSY and left:
                    self._wait(told_seconds(answer.headers.get("retry-after", "")), left)
                    continue
                self._check(answer)
                return self._read(answer)
            except (httpx.TransportError, _Nonsense) as error:
                if not left:
                    raise NotReached(said(error, self._access.secret)) from error
                self._wait(None, left)
        raise NotReached("It was busy each time.")

    def _send(self, method: str, path: str, body: Json | None) -> httpx.Response:
        request = self._client.build_request(method, self._settings.address + path, json=body)
        answer = self._client.send(request, stream=True)
        try:
            parts, size = [], 0
            for part in answer.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > ANSWER_MOST:
                    raise NotReached(f"Its answer has more than {ANSWER_MOST:,} bytes.")
        finally:
            answer.close()
        return httpx.Response(answer.status_code, content=b"".join(parts),
                              headers={"retry-after": answer.headers.get("retry-after", "")})

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code < 300:
            return
        text = without(_words_of(answer.content), self._access.secret)
        hint = {401: "Give the key again.", 403: "The key does not allow this model.",
                404: "Look at the address and the model's name."}.get(answer.status_code, "")
        if answer.status_code == 400:
            hint = "Where the server knows no JSON schema, choose another form of the answer."
        sort = Closed if answer.status_code in (401, 403, 404) else NotReached
        raise sort(f"It answered {answer.status_code}: {text}", hint=hint)

    def _read(self, answer: httpx.Response) -> Completion:
        try:
            found = msgspec.json.decode(answer.content, type=_Completion)
            first = found.choices[0]
        except (msgspec.DecodeError, IndexError) as error:
            raise _Nonsense(f"Its answer is no chat completion: {error}") from error
        if first.message.refusal:
            raise NotReached(f"The model refuses: {first.message.refusal[:300]}")
        usage = found.usage or _Usage()
        return Completion(text=first.message.content or "", finish=first.finish_reason or "",
                          tokens_in=max(0, usage.prompt_tokens), tokens_out=max(0, usage.completion_tokens))

    def _wait(self, told_s: float | None, left: int) -> None:
        """As long as the server says, else twice as long each time; ends early where nobody waits any more."""
        nth = self._settings.tries - left - 1
        seconds = min(WAIT_MOST_S, WAIT_LEAST_S * 2**nth) * random.uniform(0.7, 1.3) if told_s is None else told_s
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            if self._access.is_stopped():
                raise Closed("Stopped.")
            time.sleep(min(rest, 0.2))


class _Nonsense(Exception):
    """What came is not of the protocol."""

    def __str__(self) -> str:
        return str(self.args[0])


def told_seconds(text: str) -> float | None:
    """How long a Retry-After header says to wait, at most two minutes; None where it says nothing."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(0.0, seconds), TOLD_MOST_S) if seconds == seconds else None


def _words_of(body: bytes) -> str:
    """The message of an error's body."""
    try:
        found = msgspec.json.decode(body)
        inner = found.get("error", found) if isinstance(found, dict) else found
        text = inner.get("message", "") if isinstance(inner, dict) else str(inner)
    except msgspec.DecodeError:
        text = body.decode("utf-8", "replace")
    return " ".join(str(text).split())[:300] or "nothing more"
