"""Ingest: bring items in, once each, and open their seats in the queue."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable

import msgspec

from goldsmith.core.ids import make_id
from goldsmith.core.item import ItemData


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where data comes from and on what ground it may be used; asked once per import."""

    source: str
    licence: str
    basis: str


def content_hash(item: ItemData) -> bytes:
    """SHA-256 of what the item shows: file names and the like do not make it another item."""
    shown = {"data": item.data, "assets": {name: a.sha256 for name, a in item.assets.items()}}
    return hashlib.sha256(msgspec.json.encode(shown, order="sorted")).digest()


ADD_ITEM = """
INSERT INTO item (workspace_id, project_id, item_id, item_json, content_hash, source, licence, basis, created_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project_id, content_hash) DO NOTHING RETURNING item_seq
"""


def add_items(db: sqlite3.Connection, project: sqlite3.Row, items: Iterable[ItemData], origin: Origin, *, now_us: int) -> list[int]:
    """Store items and open `overlap` label seats each; gives the positions of those that were there already."""
    known: list[int] = []
    for index, item in enumerate(items):
        bits = secrets.randbits(80)
        item_id = make_id("item", now_us=now_us, random_bits=bits)
        row = db.execute(ADD_ITEM, (project["workspace_id"], project["project_id"], item_id, msgspec.json.encode(item),
                                    content_hash(item), origin.source, origin.licence, origin.basis, now_us)).fetchone()
        if row is None:
            known.append(index)
            continue
        task_id = make_id("task", now_us=now_us, random_bits=bits)
        for _ in range(project["overlap"]):
            db.execute("INSERT INTO seat (workspace_id, project_id, item_seq, task_id, stage) VALUES (?, ?, ?, ?, 'label')",
                       (project["workspace_id"], project["project_id"], row[0], task_id))
    return known
