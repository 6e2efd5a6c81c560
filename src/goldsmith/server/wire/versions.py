"""Dataset versions on the wire: cut, compare, certify, export."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

from goldsmith.server.wire import Whole


class NewVersion(Struct, frozen=True, kw_only=True):
    """How to cut: the share of each split; groups are never cut in two. Empty: no splits."""

    name: str = ""
    splits: dict[str, float] = field(default_factory=dict)
    seed: Whole = 0
    audit_id: str = ""  # the audit whose error rate the certificate carries; empty: the newest with checked items


class VersionRow(Struct, frozen=True, kw_only=True):
    """A dataset version; its hash names its content."""

    version: int
    name: str
    hash: str
    items: int
    objects: int
    left_out: dict[str, int]  # reason → items
    splits: dict[str, int]
    created_at: str
    error_rate: float | None
    low: float | None
    high: float | None
    is_new: bool = True  # False: the same state was cut before; this is that version


class VersionList(Struct, frozen=True, kw_only=True):
    """The project's versions, newest first."""

    versions: list[VersionRow]


class VersionPage(VersionRow, frozen=True, kw_only=True):
    """One version with its certificate (a `goldsmith.quality.certificate.Certificate` as JSON)."""

    certificate: dict[str, Any]


class VersionDiff(Struct, frozen=True, kw_only=True):
    """How a version differs from an earlier one; at most 1,000 ids of each, all are counted."""

    version: int
    against: int
    added: int
    removed: int
    changed: int
    moved: int  # in another split
    added_ids: list[str]
    removed_ids: list[str]
    changed_ids: list[str]


class SigningKeyRow(Struct, frozen=True, kw_only=True):
    """What anybody may know of a key that certificates are signed with."""

    key_id: str
    public_key: str  # ed25519, base64
    made_at: str
    is_in_force: bool  # new certificates are signed with it


class SigningKeyList(Struct, frozen=True, kw_only=True):
    """The workspace's signing keys, the one in force first."""

    keys: list[SigningKeyRow]


class Verification(Struct, frozen=True, kw_only=True):
    """What checking a file came to; the sentences of `broken` and `unknown` say why it is not sound."""

    outcome: Literal["sound", "broken", "unknown"]  # unknown: nothing shows who vouches for it
    project: str
    version: int | None
    sha256: str  # of the manifest, as the certificate names it
    form: str  # of the certificate; empty: there is none
    is_signed: bool
    key_id: str
    public_key: str
    is_key_known: bool  # the signing key is, or was, this workspace's
    items: int | None  # in the manifest; null: it is not in the file
    records: int  # items whose content and labels were compared with the manifest
    assets: int  # files that items name, hashed
    others: int  # files that nothing vouches for
    broken: list[str]
    unknown: list[str]


class FormatRow(Struct, frozen=True, kw_only=True):
    """An export format."""

    name: str
    title: str
    media: tuple[str, ...]
    extension: str


class FormatList(Struct, frozen=True, kw_only=True):
    """The formats there are."""

    formats: list[FormatRow]
