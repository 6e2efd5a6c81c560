"""A local folder of bytes, each named by its SHA-256 and kept apart by workspace."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
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

    def read(self, sha256: str) -> bytes:
        """The bytes of this hash; NotFound when they are absent."""
        return self.path(sha256).read_bytes()

    def put(self, raw: bytes) -> str:
        """Store bytes once; gives their hash. They are on the disk before the name is."""
        sha256 = hashlib.sha256(raw).hexdigest()
        path = self._place(sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{sha256}.{os.getpid()}.{secrets.token_hex(4)}.part")
            with part.open("wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        return sha256

    def put_file(self, source: Path, sha256: str) -> None:
        """Store the bytes of a file whose hash is known; they are on the disk before the name is."""
        path = self._place(sha256)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{sha256}.{os.getpid()}.{secrets.token_hex(4)}.part")
        with source.open("rb") as old, part.open("wb") as new:
            shutil.copyfileobj(old, new, 1 << 20)
            new.flush()
            os.fsync(new.fileno())
        part.replace(path)

    def derived(self, sha256: str, name: str) -> Path:
        """Where a thing made from these bytes lies, such as a thumbnail; it may be absent and can be made again."""
        return self._place(sha256).parent / name

    def recall(self, sha256: str, name: str) -> bytes | None:
        """A small thing made from these bytes before, or None."""
        path = self.derived(sha256, f"{sha256}.{name}")
        return path.read_bytes() if path.is_file() else None

    def keep(self, sha256: str, name: str, made: bytes) -> None:
        """Keep such a thing beside the bytes."""
        self.write_derived(self.derived(sha256, f"{sha256}.{name}"), made)

    @staticmethod
    def write_derived(path: Path, raw: bytes) -> None:
        """Write a derived thing whole or not at all; it need not survive a crash."""
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        part.write_bytes(raw)
        part.replace(path)

    def _place(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise NotFound("Nothing is stored under this hash.")
        return self.root / sha256[:2] / sha256
