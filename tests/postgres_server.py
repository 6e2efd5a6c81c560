"""A real PostgreSQL of the tests' own, in a temporary folder."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def _user() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as the packaged user, or nobody."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


# Below those that the system gives to connections: of these, hundreds of busy clients may leave so few that two tests
# are given the same one. Each process tries them in an order of its own, and none twice.
_ports = iter(random.Random(os.getpid()).sample(range(12_000, 32_000), 20_000))


def free_port() -> int:
    """A port that nothing listens on."""
    for port in _ports:
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                free.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is left")


@contextmanager
def postgres_server(bin_folder: Path, *, is_durable: bool = True) -> Iterator[str]:
    """Start a server, give its address without a database's name, stop it.

    Not `is_durable`: it waits for no disk. What is committed survives every killed process, but no power cut, and none
    is tested; commits cost then what they cost in memory, so nothing is measured with it.
    """
    user, port = _user(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="goldsmith-pg-", dir="/tmp"))
    if user:
        shutil.chown(folder, user)

    def run(*words: str) -> None:
        subprocess.run(
            words, user=user, check=True, capture_output=True, cwd=folder, env={**os.environ, "HOME": str(folder)}
        )

    try:
        run(str(bin_folder / "initdb"), "-D", f"{folder}/data", "-A", "trust", "-U", "gold", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=300"
        if not is_durable:
            options += " -c fsync=off -c full_page_writes=off"
        run(str(bin_folder / "pg_ctl"), "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
        yield f"postgresql://gold@127.0.0.1:{port}"
        run(str(bin_folder / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
