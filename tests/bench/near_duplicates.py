"""Near-duplicates: speed, memory and truth against daft's minhash and datasketch, over documentation of this machine.

    .venv/bin/python tests/bench/near_duplicates.py [--megabytes 100] [--peers PYTHON] [--from FOLDER ...]

`--peers` is a Python that has `daft` and `datasketch` (pip install daft datasketch). Texts are cut into pieces of about
a page; of 80 % of them a copy is added in which up to 8 % of the words are changed, and the Jaccard similarity of each
such pair is counted exactly, by runs of five words. Peers group rows that share a band, as their users do.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

HERE = Path(__file__).parent
PAGE = 2500  # characters
COPIED, CHANGED_MOST = 0.8, 0.08
OURS = """
import sys; from pathlib import Path
from goldsmith.curate import OPERATORS, _local
operator = OPERATORS["near_dedup"]
_local.run(operator, Path(sys.argv[1]), Path(sys.argv[2]), operator.Settings())
"""


def pages(folders: list[Path]) -> Iterator[str]:
    """Pieces of text files, each at the end of a line."""
    seen = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix not in (".md", ".rst", ".txt") or not path.is_file() or path.is_symlink():
                continue
            text = path.read_bytes().decode("utf-8", "replace")
            for start in range(0, len(text), PAGE):
                piece = text[start:start + PAGE]
                if len(piece) > 400 and hash(piece) not in seen:
                    seen.add(hash(piece))
                    yield piece


def changed(text: str, share: float, draw: random.Random) -> str:
    """So many of its words are others, in another case or gone."""
    words = re.split(r"(\s+)", text)
    for i in range(0, len(words), 2):
        if draw.random() < share:
            words[i] = draw.choice(("", words[i].upper() + "x", "other", f"{draw.randrange(999)}"))
    return "".join(words)


def write(out: Path, folders: list[Path], megabytes: float) -> tuple[int, int, dict[str, str]]:
    """Rows, characters, and for each copy the row that it was made from."""
    draw, size, rows, made = random.Random(11), 0, 0, {}
    with out.open("w", encoding="utf-8") as file:
        for i, text in enumerate(pages(folders)):
            for id_, one in ((f"{i:08}", text), (f"{i:08}c", changed(text, draw.random() * CHANGED_MOST, draw))):
                if id_.endswith("c"):
                    if draw.random() > COPIED:
                        continue
                    made[id_] = f"{i:08}"
                file.write(json.dumps({"id": id_, "text": one}) + "\n")
                size, rows = size + len(one), rows + 1
            if size > megabytes * 1e6:
                break
    return rows, size, made


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i:i + 5]) for i in range(max(1, len(words) - 4))}


def jaccard(a: str, b: str) -> float:
    one, other = shingles(a), shingles(b)
    return len(one & other) / len(one | other)


def timed(name: str, command: list[str], megabytes: float) -> str:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"{name}: failed: {done.stderr.strip().splitlines()[-1:]}"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "?"
    return (f"{name}: {megabytes / cpu:.1f} MB per CPU-second, {cpu:.1f} s CPU, {time.monotonic() - begun:.1f} s,"
            f" peak {peak} MB")


def judged(clusters: dict[str, str], texts: dict[str, str], made: dict[str, str]) -> str:
    """Planted pairs at least .8 alike of which one is dropped; dropped rows as alike as asked to the one that stays."""
    alike = [(copy, of) for copy, of in made.items() if jaccard(texts[copy], texts[of]) >= 0.8]
    met = sum(clusters[copy] != copy or clusters[of] != of for copy, of in alike)
    dropped = [(id_, of) for id_, of in clusters.items() if id_ != of]
    sample = random.Random(3).sample(dropped, min(5000, len(dropped)))
    right = sum(jaccard(texts[a], texts[b]) >= 0.8 for a, b in sample)
    return (f"   {len(dropped)} dropped, recall of {len(alike)} planted pairs {met / max(1, len(alike)):.4f},"
            f" as alike as asked to what stays {right / max(1, len(sample)):.4f} of {len(sample)}")


PEAK = "\nimport resource; print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))\n"


def main() -> None:
    """Make the texts, run each system on them, judge what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--peers", default="")
    parser.add_argument("--from", nargs="*", type=Path, default=[Path("/usr"), Path(sys.prefix)], dest="folders")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = folder / "texts.jsonl"
        rows, size, made = write(source, args.folders, args.megabytes)
        megabytes = size / 1e6
        print(f"{rows} texts, {megabytes:.0f} MB, {len(made)} of them changed copies")
        texts = {row["id"]: row["text"] for row in map(json.loads, source.open(encoding="utf-8"))}
        runs = [("goldsmith", [sys.executable, "-c", OURS + PEAK, str(source), str(folder / "goldsmith.parquet")])]
        if args.peers:
            for peer in ("daft", "datasketch"):
                out = str(folder / f"{peer}.json")
                runs.append((peer, [args.peers, str(HERE / "peers" / f"near_{peer}.py"), str(source), out]))
        for name, command in runs:
            print(timed(name, command, megabytes), flush=True)
            if (folder / f"{name}.json").exists():
                print(judged(json.loads((folder / f"{name}.json").read_text()), texts, made), flush=True)
            elif (folder / f"{name}.parquet").exists():
                import polars

                found = polars.read_parquet(folder / f"{name}.parquet", columns=["id", "cluster"])
                print(judged(dict(found.iter_rows()), texts, made), flush=True)


if __name__ == "__main__":
    main()
