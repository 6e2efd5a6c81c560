"""A local folder of bytes, each named by its SHA-256 and kept apart by workspace."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from goldsmith.core.errors import NotFound

SHA256 = re.compile(r"[0-9a-f]{64}")


class FolderStore:
    """The bytes of ONE workspace: a handle cannot name another's."""

    def __init__(self, root: Path, workspace_id: str) -> None:
        self.root = root / workspace_id

    def path(self, sha256: str) -> Path:
        """Where bytes of this hash lie; NotFound when they are absent or the hash is none."""
        path = self._place(sha256)
        if not path.is_file():
            raise NotFound("Nothing is stored under this hash.")
        return path

    def put(self, raw: bytes) -> str:
        """Store bytes once; gives their hash. They are on the disk before the name is."""
        sha256 = hashlib.sha256(raw).hexdigest()
        path = self._place(sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{sha256}.{os.getpid()}.{id(raw)}.part")
            with part.open("wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        return sha256

    def _place(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise NotFound("Nothing is stored under this hash.")
        return self.root / sha256[:2] / sha256
