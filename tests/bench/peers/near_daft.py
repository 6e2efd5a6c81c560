"""daft's minhash (128, runs of five words), 16 bands of 8; rows that share a band are one cluster. IN OUT"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

os.environ["DO_NOT_TRACK"] = "true"
import daft  # noqa: E402
from daft import col  # noqa: E402
from daft.functions import minhash, normalize  # noqa: E402

BANDS, ROWS = 16, 8
parent: dict[str, str] = {}


def root(one: str) -> str:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one


frame = daft.read_json(sys.argv[1]).select(
    col("id"), minhash(normalize(col("text"), remove_punct=True, lowercase=True, white_space=True),
                       num_hashes=BANDS * ROWS, ngram_size=5, seed=1).alias("sketch"))
first: dict[tuple[int, tuple[int, ...]], str] = {}
for row in frame.iter_rows():
    parent[row["id"]] = row["id"]
    for band in range(BANDS):
        key = (band, tuple(row["sketch"][band * ROWS:(band + 1) * ROWS]))
        other = first.setdefault(key, row["id"])
        if other != row["id"]:
            a, b = sorted((root(other), root(row["id"])))
            parent[b] = a
Path(sys.argv[2]).write_text(json.dumps({one: root(one) for one in parent}))
print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
