"""datasketch's MinHashLSH at .8 over runs of five words; rows that meet are one cluster. IN OUT"""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path

from datasketch import MinHash, MinHashLSH

lsh = MinHashLSH(threshold=0.8, num_perm=128)
parent: dict[str, str] = {}


def root(one: str) -> str:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one


for row in map(json.loads, Path(sys.argv[1]).open(encoding="utf-8")):
    words = re.findall(r"\w+", row["text"].casefold())
    sketch = MinHash(num_perm=128)
    sketch.update_batch([" ".join(words[i:i + 5]).encode() for i in range(max(1, len(words) - 4))])
    parent[row["id"]] = row["id"]
    for other in lsh.query(sketch):
        first, last = sorted((root(other), root(row["id"])))
        parent[last] = first
    lsh.insert(row["id"], sketch)
Path(sys.argv[2]).write_text(json.dumps({one: root(one) for one in parent}))
print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
