"""Verifying: whether a certificate, manifest or export is what was signed; from the files alone, without a server.

A chain: the signature vouches for the certificate, the certificate names the manifest by its hash, the manifest names
every item and value by theirs. What is in the files is checked as far as the chain reaches, and what is not is said.
"""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct, field

from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.formats import jsonl
from goldsmith.kinds import decode_value
from goldsmith.quality.canonical import Json, read_strictly
from goldsmith.quality.certificate import Certificate
from goldsmith.work.versions import release
from goldsmith.work.versions.sealing.papers import Paper, Pile
from goldsmith.work.versions.sealing.signature import why_not_signed_by

LISTED_MOST = 20
Outcome = Literal["sound", "broken", "unknown"]
T = TypeVar("T")
CLIPPED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError)


class Proof(Struct, kw_only=True):
    """What checking came to. `broken` and `unknown` are sentences; without any, everything checked is sound."""

    project: str = ""
    version: int | None = None
    sha256: str = ""  # of the manifest, as the certificate names it
    form: str = ""  # of the certificate
    is_signed: bool = False  # by the key below, which is shown to be so
    key_id: str = ""
    public_key: str = ""
    is_key_known: bool = False  # the key is the one that the caller named
    items: int | None = None  # in the manifest
    records: int = 0  # items whose content and labels are here and were compared
    assets: int = 0  # files that items name by their hash, and that were hashed
    others: int = 0  # files that nothing vouches for
    broken: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """`broken` where something does not match; `unknown` where nothing vouches for it."""
        return "broken" if self.broken else "unknown" if self.unknown else "sound"


def verify(paths: Iterable[Path], *, public_key: str = "", bytes_most: int | None = None) -> Proof:
    """Check these files as one pile; `public_key` (base64) is whose signature is wanted, "" for anybody's."""
    proof = Proof()
    try:
        with Pile(paths, bytes_most=bytes_most) as pile:
            _verify(pile, proof, public_key)
    except CLIPPED as error:
        raise BadInput(f"The file cannot be read: {error}.", where="file") from error
    return proof


def _verify(pile: Pile, proof: Proof, public_key: str) -> None:
    proof.others = len(pile.others)
    if not (pile.certificates or pile.manifests or pile.records):
        proof.unknown.append("This is no certificate, manifest or export of Goldsmith.")
        return
    certificate = _only(pile.certificates, "certificates", proof)
    manifest = _only(pile.manifests, "manifests", proof)
    if certificate is not None:
        _check_certificate(certificate[1], proof, public_key)
    elif not pile.certificates:
        proof.unknown.append("There is no certificate, so nobody vouches for it.")
    if manifest is not None:
        _check_manifest(manifest, proof)
    if proof.broken:
        return  # what hangs on a broken link proves nothing
    assets: set[bytes] = set()
    if manifest is not None and pile.records:
        _check_records(manifest, _records(pile.records, assets if pile.assets else None), proof)
    elif pile.records:
        proof.unknown.append("There is no manifest, so the items and labels cannot be checked.")
    _check_assets(pile, assets, proof)


def _only(found: list[T], what: str, proof: Proof) -> T | None:
    if len(found) > 1:
        proof.unknown.append(f"There are {len(found)} {what}; hand in the files of one version.")
    return found[0] if len(found) == 1 else None


def _check_certificate(raw: bytes, proof: Proof, public_key: str) -> None:
    try:
        plain = read_strictly(raw)
        certificate = msgspec.json.decode(raw, type=Certificate)
        assert isinstance(plain, dict)
    except (ValueError, RecursionError) as error:
        proof.broken.append(f"The certificate cannot be read: {error}.")
        return
    facts = certificate.version
    proof.project, proof.version, proof.sha256 = facts.project, facts.version, facts.sha256
    proof.form = certificate.format
    _check_signature(plain, certificate, proof, public_key)


def _check_signature(plain: dict[str, Json], certificate: Certificate, proof: Proof, public_key: str) -> None:
    signature = certificate.signature
    if signature is None:
        found = proof.broken if certificate.format.endswith("/2") else proof.unknown
        found.append("The certificate is not signed."
                     + ("" if certificate.format.endswith("/2") else " It was made before certificates were; cut the"
                        " version again, in the same state, and it is."))
        return
    if why := why_not_signed_by(plain, signature):
        proof.broken.append(f"The signature does not fit the certificate: {why}.")
        return
    proof.is_signed, proof.key_id, proof.public_key = True, signature.key_id, signature.public_key
    proof.is_key_known = public_key == signature.public_key
    if public_key and not proof.is_key_known:
        proof.broken.append(f"The certificate is signed by the key {signature.key_id}, not by the one you named.")


def _check_manifest(manifest: Paper, proof: Proof) -> None:
    found = manifest.sha256()
    if proof.sha256 and found != proof.sha256:
        proof.broken.append(f"The manifest has the hash {found}, not the one that the certificate names.")
        return
    proof.sha256 = found
    try:
        proof.items = sum(1 for _ in _manifest_lines(manifest))
    except (ValueError, BadInput) as error:
        proof.broken.append(f"The manifest cannot be read: {error}.")


def _manifest_lines(manifest: Paper) -> Iterator[release.Line]:
    """The items of a manifest, one after another."""
    decoder = msgspec.json.Decoder(release.Line)
    for number, raw in enumerate(manifest.lines()):
        if number:
            yield decoder.decode(raw)


class _Record(Struct, frozen=True):
    """A record as hashes; "" for what cannot be read as what it says it is."""

    item_id: str
    item_sha256: str = ""
    value_sha256: str = ""
    split: str = ""


def _records(papers: list[Paper], assets: set[bytes] | None) -> Iterator[_Record]:
    """The records, one after another; the hashes of the files that they name go into `assets`."""
    decoder = msgspec.json.Decoder(jsonl.Line)
    for paper in papers:
        for number, raw in enumerate(paper.lines(), 1):
            try:
                line = decoder.decode(raw)
                if assets is not None:
                    assets.update(bytes.fromhex(one.sha256) for one in line.assets.values())
                yield _hashed(line, raw)
            except (ValueError, BadInput, RecursionError):
                yield _Record(f"line {number} of {paper.name}")


def _hashed(line: jsonl.Line, raw: bytes) -> _Record:
    """The hashes that the manifest has for this content; none where the line says more than we would have written."""
    value = msgspec.json.encode(decode_value(line.value))
    item = msgspec.json.encode(ItemData(data=line.data, assets=line.assets))
    whole = {"item_id": line.item_id, **_plain(item), "value": _plain(value), "split": line.split}
    if _plain(raw) != whole:
        return _Record(line.item_id)
    return _Record(line.item_id, sha256(item).hexdigest(), sha256(value).hexdigest(), line.split)


def _plain(raw: bytes) -> dict[str, object]:
    return msgspec.json.decode(raw, type=dict[str, object])


def _check_records(manifest: Paper, records: Iterator[_Record], proof: Proof) -> None:
    """Hold the records against the manifest, side by side: memory grows with what is out of order only."""
    named: dict[str, release.Line] = {}
    here: dict[str, _Record] = {}
    changed: list[str] = []
    twice: list[str] = []
    for line, record in zip_longest(_manifest_lines(manifest), records):
        if line is not None:
            named[line.item_id] = line
        if record is not None:
            (twice.append(record.item_id) if record.item_id in here else here.update({record.item_id: record}))
        for item_id in {one.item_id for one in (line, record) if one is not None}:
            if item_id in named and item_id in here:
                proof.records += 1
                if not _is_same(named.pop(item_id), here.pop(item_id)):
                    changed.append(item_id)
    _tell(proof, {"has content or labels that are not those of the manifest": changed, "is missing": list(named),
                  "is not in the manifest, or stands twice": [*here, *twice]})


def _is_same(line: release.Line, record: _Record) -> bool:
    return (line.item_sha256, line.value_sha256, line.split) == (record.item_sha256, record.value_sha256, record.split)


def _tell(proof: Proof, found: Mapping[str, list[str]]) -> None:
    for what, ids in found.items():
        proof.broken += [f"Item {one} {what}." for one in ids[:LISTED_MOST]]
        if len(ids) > LISTED_MOST:
            proof.broken.append(f"The same is so for {len(ids) - LISTED_MOST} more items.")


def _check_assets(pile: Pile, named: set[bytes], proof: Proof) -> None:
    """Hash the files that items name; a file that no item names is one that nothing vouches for."""
    for paper, wanted in pile.assets:
        if bytes.fromhex(wanted) not in named:
            proof.others += 1
            continue
        proof.assets += 1
        if paper.sha256() != wanted:
            proof.broken.append(f"The file {paper.name} does not have the hash in its name.")
