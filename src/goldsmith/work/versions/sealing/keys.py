"""Signing keys: one in force for each workspace, kept as files that every server process on the data folder shares.

A key is a numbered file that only this user can read; the highest number is in force. A new key leaves the public half
of the one before in its place, so that what it signed can still be recognised; its private half is gone.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct


class PublicKey(Struct, frozen=True, kw_only=True):
    """What anybody may know of a signing key."""

    key_id: str
    public_key: str  # 32 bytes, base64
    made_us: int
    is_in_force: bool


class SigningKey(Struct, frozen=True, kw_only=True):
    """A key with its private half."""

    key_id: str
    public_key: str
    private: Ed25519PrivateKey


class _Kept(Struct, frozen=True, kw_only=True):
    """What a key's file holds."""

    public_key: str
    made_us: int
    private_key: str = ""  # 32 bytes, base64; empty once another key is in force


def key_id_of(public_key: bytes) -> str:
    """The short name of a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


class SigningKeys:
    """The signing keys of one workspace."""

    def __init__(self, folder: Path, workspace_id: str) -> None:
        self._folder = folder / workspace_id

    def in_force(self, *, now_us: int) -> SigningKey:
        """The key to sign with; the first is made when it is asked for, once, whoever asks first."""
        found = self._numbers() or [self._add(1, now_us=now_us)]
        kept = self._read(found[-1])
        if not kept.private_key:  # another one came into force between the two looks
            return self.in_force(now_us=now_us)
        raw = base64.b64decode(kept.public_key)
        private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept.private_key))
        return SigningKey(key_id=key_id_of(raw), public_key=kept.public_key, private=private)

    def renew(self, *, now_us: int) -> None:
        """Put another key in force; the private half of the one before is deleted."""
        before = self._numbers()
        if not before:
            self.in_force(now_us=now_us)
            return
        self._add(before[-1] + 1, now_us=now_us)
        for number in before:
            kept = self._read(number)
            if kept.private_key:
                self._part(msgspec.structs.replace(kept, private_key="")).replace(self._path(number))

    def public_keys(self) -> list[PublicKey]:
        """All keys that there ever were, the one in force first."""
        numbers = self._numbers()
        return [PublicKey(key_id=key_id_of(base64.b64decode(kept.public_key)), public_key=kept.public_key,
                          made_us=kept.made_us, is_in_force=number == numbers[-1])
                for number in reversed(numbers) for kept in [self._read(number)]]

    def _numbers(self) -> list[int]:
        return sorted(int(path.stem) for path in self._folder.glob("*.json") if path.stem.isdigit())

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.json"

    def _read(self, number: int) -> _Kept:
        return msgspec.json.decode(self._path(number).read_bytes(), type=_Kept)

    def _add(self, number: int, *, now_us: int) -> int:
        """Make the key of this number, unless another process was first."""
        private = Ed25519PrivateKey.generate()
        part = self._part(_Kept(
            public_key=_base64(private.public_key().public_bytes_raw()), made_us=now_us,
            private_key=_base64(private.private_bytes_raw())))
        try:
            self._path(number).hardlink_to(part)
        except FileExistsError:
            pass
        part.unlink()
        return number

    def _part(self, kept: _Kept) -> Path:
        """A file with this content, on the disk, not yet under its name."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._folder / f"{secrets.token_hex(8)}.part"
        part.touch(mode=0o600)
        with part.open("wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        return part


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
