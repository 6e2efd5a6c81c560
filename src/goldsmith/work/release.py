"""Release: the settled answers of a project as records, and dataset versions cut from them.

A version is its manifest; its hash is the SHA-256 of the manifest's canonical JSON, so the same state
gives the same hash. Items without exactly one settled answer are left out, counted by reason.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec

from goldsmith.core.dataset import Record
from goldsmith.core.item import ItemData
from goldsmith.kinds import decode_value

ANSWERS = """
SELECT i.item_seq, i.item_id, i.item_json, i.licence, i.basis, a.person_id, a.value_json, a.state
  FROM item i LEFT JOIN annotation a ON a.item_seq = i.item_seq
   AND a.state IN ('accepted', 'fixed', CASE WHEN :review THEN 'accepted' ELSE 'submitted' END)
 WHERE i.workspace_id = :workspace AND i.project_id = :project ORDER BY i.item_seq, a.annotation_seq
"""


def settled_rows(db: sqlite3.Connection, project: sqlite3.Row) -> Iterator[list[sqlite3.Row]]:
    """The rows of one item after another, streamed; with review on, only reviewed answers count."""
    args = {"workspace": project["workspace_id"], "project": project["project_id"], "review": project["review"]}
    group: list[sqlite3.Row] = []
    for row in db.execute(ANSWERS, args):
        if group and group[0]["item_seq"] != row["item_seq"]:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _reason_left_out(group: list[sqlite3.Row]) -> str | None:
    if group[0]["value_json"] is None:
        return "no settled answer"
    return "several answers, not merged" if len(group) > 1 else None


def records(db: sqlite3.Connection, project: sqlite3.Row) -> Iterator[Record]:
    """Each item that has exactly one settled answer."""
    for group in settled_rows(db, project):
        if _reason_left_out(group) is None:
            yield Record(item_id=group[0]["item_id"], item=msgspec.json.decode(group[0]["item_json"], type=ItemData),
                         value=dict(decode_value(group[0]["value_json"])))


def make_manifest(db: sqlite3.Connection, project: sqlite3.Row, *, pseudonym_key: bytes) -> dict[str, Any]:
    """What a version holds: items, answers by hash, pseudonymous annotators, licence and basis, and what was left out."""
    items, left_out = [], {}  # type: list[dict[str, str]], dict[str, int]
    for group in settled_rows(db, project):
        row, reason = group[0], _reason_left_out(group)
        if reason is not None:
            left_out[reason] = left_out.get(reason, 0) + 1
            continue
        items.append({
            "item_id": row["item_id"], "item_sha256": hashlib.sha256(row["item_json"]).hexdigest(),
            "value_sha256": hashlib.sha256(row["value_json"]).hexdigest(), "licence": row["licence"], "basis": row["basis"],
            "annotator": hmac.new(pseudonym_key, row["person_id"].encode(), "sha256").hexdigest()[:16]})
    schema_sha256 = hashlib.sha256(project["schema_json"]).hexdigest()
    return {"format": "goldsmith-manifest/1", "schema_sha256": schema_sha256, "items": items, "left_out": left_out}


def cut_version(db: sqlite3.Connection, project: sqlite3.Row, *, pseudonym_key: bytes, now_us: int) -> dict[str, Any]:
    """Cut a version; cutting the same state again gives the version that is there."""
    manifest = make_manifest(db, project, pseudonym_key=pseudonym_key)
    raw = msgspec.json.encode(manifest, order="sorted")
    sha256 = hashlib.sha256(raw).hexdigest()
    key = (project["workspace_id"], project["project_id"])
    last = db.execute("SELECT version, hash FROM dataset_version WHERE workspace_id = ? AND project_id = ?"
                      " ORDER BY version DESC LIMIT 1", key).fetchone()
    version = last["version"] if last else 0
    if last is None or last["hash"] != sha256:
        version += 1
        db.execute("INSERT INTO dataset_version VALUES (?, ?, ?, ?, ?, ?)", (*key, version, sha256, raw, now_us))
    return {"version": version, "hash": sha256, "items": len(manifest["items"]), "left_out": manifest["left_out"]}
