"""A server on loopback that speaks as OpenAI's chat completions do, and misbehaves where a test wants it to.

What it answers is up to the test: `reply` makes the text from the call's body. `modes` says how each call ends, in
turn; when they are used up, the last one stays.

- normal: the whole answer, or where the call says `stream`, server-sent events, a word each, and usage where asked for
- slow: the same with `pause_s` between the events (or before the whole answer)
- cut: a few events, then the connection breaks in the middle of one (of a whole answer: in the middle of the body)
- 500, 429, 401: that status; 429 carries Retry-After with `retry_after`
- garbage: 200, with what is no chat completion
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


class OpenaiServer:
    """What the server answers, and all that it was asked."""

    def __init__(self) -> None:
        self.modes: list[str] = ["normal"]
        self.reply: Callable[[Body], str] = lambda body: "Good morning to you."
        self.models = ["small-model"]
        self.pause_s, self.retry_after = 0.05, "0"
        self.calls: list[Body] = []  # bodies of chat completions, in their order
        self.keys: list[str] = []  # what came as Authorization
        self.cut_after = 2  # events
        self.port = 0
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def next_mode(self) -> str:
        with self._lock:
            return self.modes.pop(0) if len(self.modes) > 1 else self.modes[0]

    def note(self, key: str, body: Body | None) -> None:
        with self._lock:
            self.keys.append(key)
            if body is not None:
                self.calls.append(body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: OpenaiServer

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.state.note(self.headers.get("authorization", ""), None)
        if self.path != "/v1/models":
            return self._send(404, {"error": {"message": "no such path"}})
        self._send(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in self.state.models]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        self.state.note(self.headers.get("authorization", ""), body)
        mode = self.state.next_mode()
        if mode in ("500", "429", "401"):
            words = {"500": "it broke", "429": "too many calls", "401": "wrong key"}[mode]
            extra = {"retry-after": self.state.retry_after} if mode == "429" else {}
            return self._send(int(mode), {"error": {"message": words}}, extra)
        if mode == "garbage":
            return self._raw(200, b"<html>not what you asked for</html>", "text/html")
        if body.get("stream"):
            return self._stream(body, mode)
        if mode == "slow":
            time.sleep(self.state.pause_s)
        text = self.state.reply(body)
        whole = {"id": "c1", "object": "chat.completion", "model": body["model"], "usage": usage(body, text),
                 "choices": [{"index": 0, "message": {"role": "assistant", "content": text},
                              "finish_reason": "stop"}]}  # fmt: skip
        self._send(200, whole, is_cut=mode == "cut")

    def _stream(self, body: Body, mode: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        text = self.state.reply(body)
        try:
            for i, event in enumerate(events(body, text)):
                if mode == "cut" and i == self.state.cut_after:
                    self.wfile.write(event[: len(event) // 2])
                    self.wfile.flush()
                    return
                self.wfile.write(event)
                self.wfile.flush()
                if mode == "slow":
                    time.sleep(self.state.pause_s)
        except (BrokenPipeError, ConnectionResetError):
            return  # the caller went away, which is its right

    def _send(self, status: int, body: Body, extra: dict[str, str] | None = None, *, is_cut: bool = False) -> None:
        self._raw(status, json.dumps(body).encode(), "application/json", extra, is_cut=is_cut)

    def _raw(self, status: int, raw: bytes, media_type: str, extra: dict[str, str] | None = None, *,
             is_cut: bool = False) -> None:  # fmt: skip
        self.send_response(status)
        for name, value in {"content-type": media_type, "content-length": str(len(raw)), **(extra or {})}.items():
            self.send_header(name, value)
        try:
            self.end_headers()
            self.wfile.write(raw[: len(raw) // 2] if is_cut else raw)
        except (BrokenPipeError, ConnectionResetError):
            is_cut = True  # the caller went away, which is its right
        self.close_connection = self.close_connection or is_cut


def usage(body: Body, text: str) -> dict[str, int]:
    """Tokens as this server counts them: words."""
    said = sum(len(str(one.get("content", "")).split()) for one in body.get("messages", []))
    return {"prompt_tokens": said, "completion_tokens": len(text.split()),
            "total_tokens": said + len(text.split())}  # fmt: skip


def events(body: Body, text: str) -> Iterator[bytes]:
    """The events of a streamed answer: the role, each word, why it ended, the usage where it was asked for."""

    def event(delta: Body, finish: str | None = None) -> bytes:
        chunk = {"id": "c1", "object": "chat.completion.chunk", "model": body["model"],
                 "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}  # fmt: skip
        return f"data: {json.dumps(chunk)}\n\n".encode()

    yield event({"role": "assistant", "content": ""})
    words = text.split(" ")
    for i, word in enumerate(words):
        yield event({"content": word + (" " if i < len(words) - 1 else "")})
    yield event({}, "stop")
    if (body.get("stream_options") or {}).get("include_usage"):
        last = {"id": "c1", "object": "chat.completion.chunk", "model": body["model"], "choices": [],
                "usage": usage(body, text)}  # fmt: skip
        yield f"data: {json.dumps(last)}\n\n".encode()
    yield b"data: [DONE]\n\n"


@contextmanager
def openai_server() -> Iterator[OpenaiServer]:
    """The server, as long as the test needs it."""
    state = OpenaiServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
