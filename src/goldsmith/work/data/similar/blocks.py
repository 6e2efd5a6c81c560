"""Blocks: the rows of numbers of a project's items, 1,024 together, because a search reads all of them.

Items come in the order of their numbers, so a block holds those that follow each other, and only the last one grows.
A row is kept as a float32 and a byte for each number, which it is multiplied with: half of float16 to read, and a
similarity is off by some thousandths at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.db.connection import Connection, Row
from goldsmith.models.embedding import Embedded
from goldsmith.models.features import Floats

ROWS_MOST = 1024
Ids = NDArray[np.int64]


class Block(Struct, frozen=True, kw_only=True):
    """Some items of one space."""

    seqs: Ids  # (n,)
    steps: Floats  # (n, d), whole numbers from -127 to 127
    scales: Floats  # (n,): what a row's numbers are multiplied with

    def likeness(self, row: Floats) -> Floats:
        """(n,): the cosine of each row with this one of length 1."""
        return np.asarray((self.steps @ row) * self.scales, np.float32)

    def row(self, place: int) -> Floats:
        """One row, of length 1."""
        row = self.steps[place] * self.scales[place]
        return np.asarray(row / max(float(np.linalg.norm(row)), 1e-9), np.float32)


LAST = """
SELECT * FROM embedding_block WHERE project_id = :project AND space = :space ORDER BY first_seq DESC LIMIT 1
"""
KEEP = """
INSERT INTO embedding_block (workspace_id, project_id, space, first_seq, last_seq, rows, items, vectors)
VALUES (:workspace, :project, :space, :first, :last, :rows, :items, :vectors)
ON CONFLICT (project_id, space, first_seq) DO UPDATE SET last_seq = excluded.last_seq, rows = excluded.rows,
       items = excluded.items, vectors = excluded.vectors
"""


def append(db: Connection, run: Row, found: Sequence[tuple[int, Embedded]]) -> None:
    """Keep rows of items that come after all that are kept of this run, by their numbers."""
    spaces: dict[str, list[tuple[int, Embedded]]] = {}
    for seq, one in found:
        spaces.setdefault(one.space, []).append((seq, one))
    for space, some in spaces.items():
        seqs = np.array([seq for seq, _ in some], "<i8").tobytes()
        rows = b"".join(_packed(one.row) for _, one in some)
        _append(db, run, space, seqs, rows, len(rows) // len(some))


def _append(db: Connection, run: Row, space: str, seqs: bytes, rows: bytes, width: int) -> None:
    """`width`: bytes of one row."""
    about = {"workspace": run["workspace_id"], "project": run["project_id"], "space": space}
    last = db.one(LAST, {"project": run["project_id"], "space": space})
    if last is not None and last["rows"] < ROWS_MOST:
        seqs, rows = bytes(last["items"]) + seqs, bytes(last["vectors"]) + rows
    for start in range(0, len(seqs) // 8, ROWS_MOST):
        ids = seqs[start * 8:(start + ROWS_MOST) * 8]
        numbers = np.frombuffer(ids, "<i8")
        db.execute(KEEP, {**about, "first": int(numbers[0]), "last": int(numbers[-1]), "rows": len(numbers),
                          "items": ids, "vectors": rows[start * width:(start + ROWS_MOST) * width]})


DROP = "DELETE FROM embedding_block WHERE project_id = :project"


def drop(db: Connection, project_id: str) -> None:
    """Forget all rows of a project."""
    db.execute(DROP, {"project": project_id})


READ_AT_ONCE = 16  # blocks
OF_SPACE = """
SELECT first_seq, items, vectors FROM embedding_block
 WHERE project_id = :project AND space = :space AND first_seq > :after ORDER BY first_seq LIMIT :most
"""
AROUND = """
SELECT space, items, vectors FROM embedding_block
 WHERE project_id = :project AND first_seq <= :seq AND last_seq >= :seq
"""
SPACES = "SELECT space, sum(rows) AS items FROM embedding_block WHERE project_id = :project GROUP BY space"


def read_blocks(db: Connection, project_id: str, space: str) -> Iterator[Block]:
    """All rows of a space, some blocks after others, so that memory does not grow with them."""
    args: dict[str, object] = {"project": project_id, "space": space, "most": READ_AT_ONCE}
    some = db.all(OF_SPACE, {**args, "after": -1})
    while some:
        yield from map(_block, some)
        some = db.all(OF_SPACE, {**args, "after": some[-1]["first_seq"]}) if len(some) == READ_AT_ONCE else []


def _block(found: Row) -> Block:
    seqs = np.frombuffer(found["items"], "<i8").astype(np.int64)
    packed = np.frombuffer(found["vectors"], np.int8).reshape(len(seqs), -1)
    scales = np.ascontiguousarray(packed[:, :4]).view("<f4")  # (n, 1)
    return Block(seqs=seqs, steps=packed[:, 4:].astype(np.float32), scales=scales[:, 0].astype(np.float32))


def _packed(row: Floats) -> bytes:
    scale = np.float32(max(float(np.abs(row).max()), 1e-9) / 127)
    return bytes(scale.astype("<f4").tobytes() + np.rint(row / scale).astype(np.int8).tobytes())


def find_row(db: Connection, project_id: str, seq: int) -> Embedded | None:
    """The row of one item; None where it has none."""
    for found in db.all(AROUND, {"project": project_id, "seq": seq}):
        block = _block(found)
        places = np.flatnonzero(block.seqs == seq)
        if len(places):
            return Embedded(space=found["space"], row=block.row(int(places[0])))
    return None


def read_spaces(db: Connection, project_id: str) -> dict[str, int]:
    """How many items each space holds."""
    return {row["space"]: int(row["items"]) for row in db.all(SPACES, {"project": project_id})}
