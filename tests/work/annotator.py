"""One annotator as a process of its own: leases and submits until nothing is left, whatever happens to the server.

With a fifth argument it ends after so many seconds, and begins when it reads a line.

Standard library only, so that sixty-four start quickly. Arguments: port, key, project, value (JSON). Where several
ports are named (8001,8002) each call goes to one of them by chance.
Prints {"done": [[task_id, annotation_id], …], "odd": [[status, body], …], "took_ms": [of each cycle, …]}.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import time
from typing import Any

GONE = (OSError, http.client.HTTPException, json.JSONDecodeError)


class Caller:
    """One person's calls, sent again until the server answers."""

    def __init__(self, ports: list[int], key: str) -> None:
        self.ports, self.headers = ports, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.connections: dict[int, http.client.HTTPConnection] = {}

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        wait_s = 0.05
        while True:
            port = random.choice(self.ports)
            try:
                return self._once(port, path, body)
            except GONE:
                self.connections.pop(port).close()
                time.sleep(wait_s)
                wait_s = min(2 * wait_s, 0.8)  # sixty-four that knock all the time keep a server from starting

    def _once(self, port: int, path: str, body: Any) -> tuple[int, Any]:
        if port not in self.connections:
            self.connections[port] = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connections[port].request("POST", path, json.dumps(body), self.headers)
        answer = self.connections[port].getresponse()
        raw = answer.read()
        return answer.status, json.loads(raw) if raw else None


def annotate(ports: list[int], key: str, project: str, value: Any, seconds: float) -> dict[str, Any]:
    """Every acknowledged answer, and every status that was not expected."""
    caller, end_s = Caller(ports, key), time.monotonic() + seconds
    done: list[tuple[str, str]] = []
    odd: list[tuple[int, Any]] = []
    took_ms: list[float] = []
    told = {"done": done, "odd": odd, "took_ms": took_ms}
    while (begun_s := time.monotonic()) < end_s:
        status, lease = caller.post(f"/api/projects/{project}/lease", {})
        if status != 200:
            odd += [] if status == 204 else [(status, lease)]
            return told
        status, answer = caller.post(
            f"/api/leases/{lease['lease_id']}/submit", {"fence": lease["fence"], "value": value}
        )
        if status == 200:
            done.append((lease["task_id"], answer["annotation_id"]))
            took_ms.append(round((time.monotonic() - begun_s) * 1000, 2))
        else:
            odd.append((status, answer))
            if len(odd) > 20:
                return told
    return told


if __name__ == "__main__":
    ports = [int(port) for port in sys.argv[1].split(",")]
    seconds = float("inf")
    if len(sys.argv) > 5:
        seconds = float(sys.argv[5])
        sys.stdin.readline()
    print(json.dumps(annotate(ports, sys.argv[2], sys.argv[3], json.loads(sys.argv[4]), seconds)))
