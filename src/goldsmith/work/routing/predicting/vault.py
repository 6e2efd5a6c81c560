"""The vault: keys of models' addresses, sealed before they go into the database, and never shown again.

The key that seals lies in a file of the data folder which only this user can read: whoever has the database, or a
backup of it, has no secrets. Sealed is each for its predictor alone: moved to another row, it opens no more.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from goldsmith.core.errors import Conflict

NONCE_BYTES = 12
SECRET_MOST = 4000


class Vault:
    """Seals and opens with the key of one installation, which is made when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def seal(self, secret: str, about: str) -> bytes:
        """The secret as it is stored for `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._key()).encrypt(nonce, secret.encode(), about.encode())

    def open(self, sealed: bytes | None, about: str) -> str:
        """The secret again, empty where there is none; Conflict where it was sealed with another key."""
        if sealed is None:
            return ""
        sealed = bytes(sealed)
        try:
            return AESGCM(self._key()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode()).decode()
        except InvalidTag as error:
            raise Conflict("The model's key was sealed in another data folder.", where=self._path.name,
                           hint="Bring that file back, or give the model's key again.") from error

    def _key(self) -> bytes:
        if not self._path.exists():
            part = self._path.with_name(f"{self._path.name}.{secrets.token_hex(8)}.part")
            part.touch(mode=0o600)
            part.write_bytes(AESGCM.generate_key(bit_length=256))
            try:
                self._path.hardlink_to(part)  # fails when another process was first: its key stays
            except FileExistsError:
                pass
            part.unlink()
        return self._path.read_bytes()
