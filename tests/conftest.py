"""A real server in a process of its own, over a real data folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

SENTIMENT = {"fields": [{"name": "sentiment", "kind": "choice", "required": True, "multiple": False,
                         "labels": [{"name": "good"}, {"name": "bad"}]}]}


def choice(label: str) -> dict[str, Any]:
    return {"sentiment": [{"id": "o1", "kind": "choice", "label": label}]}


class Server:
    """Starts, kills and restarts `goldsmith serve`; makes people with keys."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.clients: list[httpx.Client] = []
        self.log = open(data.parent / "server.log", "ab")

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "goldsmith.cli", "serve", "--data", str(self.data), "--port", str(self.port)],
                                        stdout=self.log, stderr=self.log)
        for _ in range(400):
            try:
                httpx.get(self.url + "/api/me")
                return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        assert self.process
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        for client in self.clients:
            client.close()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        self.log.close()

    def command(self, *words: str) -> str:
        run = subprocess.run([sys.executable, "-m", "goldsmith.cli", *words, "--data", str(self.data)], capture_output=True, text=True, check=True)
        return run.stdout.strip()

    def person(self, email: str, role: str) -> httpx.Client:
        self.command("user", "add", email, "--role", role)
        return self.client(self.command("key", "create", email))

    def client(self, key: str) -> httpx.Client:
        self.clients.append(httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {key}"}, timeout=30))
        return self.clients[-1]


@pytest.fixture
def server(tmp_path: Path) -> Any:
    one = Server(tmp_path / "data")
    one.start()
    yield one
    one.stop()
