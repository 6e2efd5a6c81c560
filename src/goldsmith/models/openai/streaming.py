"""A conversation's next message from a chat completion, as it is written: server-sent events, a few words each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import httpx
import msgspec
from msgspec import Struct

from goldsmith.models import Closed, Json, NotReached
from goldsmith.models.openai.calling import BUSY, told_seconds
from goldsmith.models.openai.model import OpenaiSettings
from goldsmith.models.outbound import async_client, said, without

FINISHES = {"stop": "stop", "length": "length", "content_filter": "filtered", "end_turn": "stop", "eos": "stop"}
WAIT_S, WAIT_MOST_S = 0.5, 30.0
ERROR_MOST, LINE_MOST = 64 * 1024, 2**20  # bytes


class Piece(Struct, frozen=True, kw_only=True):
    """What came: a part of the text, and at the end why it ended and what it took."""

    text: str = ""
    finish: str = ""  # stop, length or filtered; empty: more comes
    tokens_in: int = 0
    tokens_out: int = 0


class _Delta(Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _Usage(Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Chunk(Struct):
    choices: list[_Choice] = msgspec.field(default_factory=list)
    usage: _Usage | None = None
    error: Json | None = None


class _Busy(Exception):
    """It may go better later; `seconds`: when, where it says so."""

    def __init__(self, words: str, seconds: float | None) -> None:
        super().__init__(words)
        self.seconds = seconds


async def converse(settings: OpenaiSettings, secret: str, messages: Sequence[Json], *, tokens_most: int,
                   temperature: float) -> AsyncGenerator[Piece]:
    """The reply to these messages, part by part; NotReached where it cannot begin or breaks off.

    A server that is busy is tried again as long as nothing has come; after that nothing is tried again, for the reply
    would be another one.
    """
    body: Json = {"model": settings.model, "messages": list(messages), "max_tokens": tokens_most,
                  "temperature": temperature, "stream": True, "stream_options": {"include_usage": True}}
    headers = {"authorization": f"Bearer {secret}"} if secret else None
    # in a thread: certificates are read when the first one is made
    async with await asyncio.to_thread(async_client, timeout_s=settings.timeout_seconds, headers=headers) as client:
        for left in reversed(range(settings.tries)):
            has_begun = False
            try:
                async with client.stream("POST", settings.address + "/chat/completions", json=body) as answer:
                    await _check(answer, secret)
                    async for piece in _pieces(answer):
                        has_begun = has_begun or bool(piece.text)
                        yield piece
                return
            except (_Busy, httpx.TransportError) as error:
                if has_begun or not left:
                    words = str(error) if isinstance(error, _Busy) else said(error, secret)
                    raise NotReached(words) from error
                told = error.seconds if isinstance(error, _Busy) else None
                own = WAIT_S * 2 ** (settings.tries - left - 1)
                await asyncio.sleep(min(WAIT_MOST_S, own if told is None else told))


async def _check(answer: httpx.Response, secret: str) -> None:
    if answer.status_code < 300:
        return
    raw = b""
    async for part in answer.aiter_bytes():
        raw += part
        if len(raw) > ERROR_MOST:
            break
    words = f"The model answered {answer.status_code}: {without(_words_of(raw), secret)}"
    if answer.status_code in BUSY:
        raise _Busy(words, told_seconds(answer.headers.get("retry-after", "")))
    raise (Closed if answer.status_code in (401, 403, 404) else NotReached)(words)


def _words_of(raw: bytes) -> str:
    try:
        error = msgspec.json.decode(raw, type=_Chunk).error or {}
    except msgspec.DecodeError:
        error = {}
    return str(error.get("message", ""))[:300] or "nothing more"


async def _pieces(answer: httpx.Response) -> AsyncIterator[Piece]:
    """What the events say; NotReached where they are none, or end before the reply does."""
    finish, usage, has_event = "", _Usage(), False
    async for line in _lines(answer):
        if not line.startswith("data:"):
            continue
        has_event, held = True, line[5:].strip()
        if held == "[DONE]":
            finish = finish or "stop"
            break
        try:
            chunk = msgspec.json.decode(held, type=_Chunk)
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            raise NotReached("The connection broke off in the middle of a word." if not finish else
                             "The model sent what is no chat completion.") from error
        if chunk.error:
            raise NotReached(f"The model broke off: {str(chunk.error.get('message', ''))[:300]}")
        usage = chunk.usage or usage
        for choice in chunk.choices[:1]:
            if text := choice.delta.content or choice.delta.refusal:
                yield Piece(text=text)
            if choice.finish_reason:
                finish = FINISHES.get(choice.finish_reason, "stop")
    if not has_event:
        raise NotReached("The model sent what is no chat completion.")
    if not finish:
        raise NotReached("The connection broke off before the reply ended.")
    yield Piece(finish=finish, tokens_in=max(0, usage.prompt_tokens), tokens_out=max(0, usage.completion_tokens))


async def _lines(answer: httpx.Response) -> AsyncIterator[str]:
    """Lines of bounded length; what stands after the last line's end too."""
    held = b""
    async for part in answer.aiter_bytes():
        held += part
        *whole, held = held.split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").rstrip("\r")
        if len(held) > LINE_MOST:
            raise NotReached(f"The model sent a line of more than {LINE_MOST:,} bytes.")
    if held:
        yield held.decode("utf-8", "replace")
