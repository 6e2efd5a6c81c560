"""Search: the items nearest to one, or to a text; every row is looked at, so that none is missed.

Similarity is the cosine of two rows, to six places. A page goes on where the one before it ended, by similarity and
then by number, so that what comes in meanwhile moves nothing.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import msgspec
import numpy as np
from msgspec import Struct

from goldsmith.core.errors import BadInput
from goldsmith.db.connection import Connection, Row
from goldsmith.models.embedding import Embedded
from goldsmith.work.data.grid import COLUMNS
from goldsmith.work.data.similar import blocks
from goldsmith.work.data.similar.blocks import Ids

SCALE = 1_000_000


class Near(Struct, frozen=True, kw_only=True, order=True):
    """An item and how like what was asked for it is, in millionths: -1,000,000 to 1,000,000."""

    likeness: int
    seq: int


class Asked(Struct, frozen=True, kw_only=True):
    """Which of the items, from where on and how many."""

    limit: int = 60
    after: Near | None = None  # the last of the page before
    without: int = 0  # an item that is left out
    state: str = ""  # only items in it; empty: all


IN_STATE = "SELECT task_seq FROM task WHERE project_id = :project AND state = :state"


def find_nearest(db: Connection, project_id: str, wanted: Embedded, asked: Asked) -> list[Near]:
    """The most alike first; of those equally alike the oldest first."""
    allowed: Ids | None = None
    if asked.state:
        rows = db.all(IN_STATE, {"project": project_id, "state": asked.state})
        allowed = np.array([row[0] for row in rows], np.int64)
    best_seqs, best = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for block in blocks.read_blocks(db, project_id, wanted.space):
        likeness = np.rint(block.likeness(wanted.row) * SCALE).astype(np.int64)
        is_asked = block.seqs != asked.without
        if allowed is not None:
            is_asked &= np.isin(block.seqs, allowed)
        if asked.after is not None:
            is_asked &= (likeness < asked.after.likeness) | (
                (likeness == asked.after.likeness) & (block.seqs > asked.after.seq))
        best_seqs = np.concatenate([best_seqs, block.seqs[is_asked]])
        best = np.concatenate([best, likeness[is_asked]])
        order = np.lexsort((best_seqs, -best))[:asked.limit]
        best_seqs, best = best_seqs[order], best[order]
    return [Near(likeness=int(one), seq=int(seq)) for one, seq in zip(best, best_seqs, strict=True)]


FIND = f"""
SELECT {COLUMNS} FROM task t JOIN item i ON i.item_seq = t.task_seq
  LEFT JOIN annotation a ON a.annotation_id = t.annotation_id
 WHERE t.task_seq = :task AND t.workspace_id = :workspace AND t.project_id = :project
"""


def read_items(db: Connection, project: Row, found: Sequence[Near]) -> list[tuple[Near, Row]]:
    """The items of a page, with task and settled answer."""
    about = {"workspace": project["workspace_id"], "project": project["project_id"]}
    rows = [(one, db.one(FIND, {**about, "task": one.seq})) for one in found]
    return [(one, row) for one, row in rows if row is not None]


def write_key(last: Near) -> str:
    """Where the next page begins, as text."""
    return base64.urlsafe_b64encode(msgspec.json.encode([last.likeness, last.seq])).decode().rstrip("=")


def read_key(text: str) -> Near | None:
    """The end of the page before; None: there was none."""
    if not text:
        return None
    try:
        likeness, seq = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)),
                                            type=tuple[int, int])
    except (binascii.Error, ValueError) as error:
        raise BadInput("`after` is the `next` of an earlier page.", where="after") from error
    if abs(likeness) > 2 * SCALE or not 0 <= seq < 2**63:
        raise BadInput("`after` is the `next` of an earlier page.", where="after")
    return Near(likeness=likeness, seq=seq)
