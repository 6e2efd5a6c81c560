"""The driver that needs nothing beside it: one process, batch after batch, memory bounded by the batch."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl

from goldsmith.core.errors import BadInput
from goldsmith.curate._grouping import Grouping
from goldsmith.curate._operator import Find, FindOperator, GroupOperator, Operator, RowOperator

BATCH_ROWS = 20_000
BATCH_BYTES = 16 * 2**20  # of a file of lines
SCHEMA: dict[str, Any] = {
    "id": pl.String, "cluster": pl.String, "keep": pl.Boolean, "reason": pl.String, "score": pl.Float64}
FOUND: dict[str, Any] = {
    "finds": pl.List(pl.Struct({"start": pl.Int64, "end": pl.Int64, "type": pl.String})), "text": pl.String}

Progress = Callable[[int], None]


def run(operator: Operator, source: Path, out: Path, settings: Any, progress: Progress = lambda rows: None) -> int:
    """Write a decision about each row of `source` (Parquet or JSON Lines with `id` and `text`); how many were kept.

    `out` is Parquet with `id`, `cluster` (the id of the row that stands for it; its own where it is kept), `keep`,
    `reason` and `score`, in the order of `source`; of an operator that finds parts also `finds` (start and end in code
    points, type) and `text`, with something else in the place of each. It is there whole or not at all. BadInput names
    what does not fit.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
        place = Path(folder)
        if isinstance(operator, GroupOperator):
            kept = _run_group(operator, source, place, settings, progress)
        elif isinstance(operator, FindOperator):
            kept = _run_finds(operator, source, place, settings, progress)
        elif isinstance(operator, RowOperator):
            kept = _run_rows(operator, source, place, settings, progress)
        else:
            raise TypeError(operator)
        pl.scan_ipc(sorted(place.glob("decisions-*"))).sink_parquet(place / "out", compression="zstd")
        (place / "out").replace(out)
    return kept


def batches(source: Path) -> Iterator[pl.DataFrame]:
    """`id` and `text` of a file, some rows at a time."""
    if not source.is_file():
        raise BadInput("There is no such file.", where=str(source))
    frames = _lines(source) if source.suffix in (".jsonl", ".ndjson", ".json") else _row_groups(source)
    for frame in frames:
        try:
            yield frame.select(pl.col("id").cast(pl.String), pl.col("text").cast(pl.String))
        except pl.exceptions.ColumnNotFoundError:
            raise BadInput(f"The columns are {', '.join(frame.columns)}.", where=str(source),
                           hint="Name the text `text` and what tells rows apart `id`.") from None


def _row_groups(source: Path) -> Iterator[pl.DataFrame]:
    try:
        plan = pl.scan_parquet(source)
        rows = int(plan.select(pl.len()).collect().item())
    except pl.exceptions.PolarsError as error:
        raise BadInput(f"The file is not readable as Parquet: {error}", where=str(source)) from None
    for begin in range(0, max(rows, 1), BATCH_ROWS):
        yield plan.slice(begin, BATCH_ROWS).collect()


class _Line(msgspec.Struct):
    id: str | int | None
    text: str | None = None


def _lines(source: Path) -> Iterator[pl.DataFrame]:
    decode = msgspec.json.Decoder(_Line).decode
    number = 0
    with source.open("rb") as file:
        while lines := file.readlines(BATCH_BYTES):
            ids: list[str | None] = []
            texts: list[str | None] = []
            for line in lines:
                number += 1
                if line.isspace():
                    continue
                try:
                    one = decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise BadInput(f"Not a JSON object with `id` and `text`: {error}",
                                   where=f"{source}, line {number}") from None
                ids.append(None if one.id is None else str(one.id))
                texts.append(one.text)
            yield pl.DataFrame({"id": ids, "text": texts}, {"id": pl.String, "text": pl.String})


def _checked(frame: pl.DataFrame, source: Path, before: int) -> tuple[pl.Series, list[str]]:
    ids, texts = frame["id"], frame["text"].fill_null("")
    if ids.null_count():
        at = before + int(ids.is_null().arg_max() or 0) + 1
        raise BadInput("A row has no id.", where=f"{source}, row {at}")
    return ids, texts.to_list()


def _run_rows(operator: RowOperator, source: Path, place: Path, settings: Any, progress: Progress) -> int:
    kept = done = 0
    for number, frame in enumerate(batches(source)):
        ids, texts = _checked(frame, source, done)
        decided = operator.decide(texts, settings)
        keep = [one.keep for one in decided]
        pl.DataFrame({"id": ids, "cluster": ids, "keep": keep, "reason": [one.reason for one in decided],
                      "score": [one.score for one in decided]}, SCHEMA).write_ipc(place / f"decisions-{number:06}")
        kept += sum(keep)
        done += len(ids)
        progress(done)
    return kept


def _run_finds(operator: FindOperator, source: Path, place: Path, settings: Any, progress: Progress) -> int:
    done = 0
    for number, frame in enumerate(batches(source)):
        ids, texts = _checked(frame, source, done)
        found = operator.find(texts, settings)
        rows = {"id": ids, "cluster": ids, "keep": [True] * len(ids), "reason": [""] * len(ids),
                "score": [None] * len(ids), "finds": [[one._asdict() for one in some] for some in found],
                "text": [redacted(operator, text, some, settings) for text, some in zip(texts, found, strict=True)]}
        pl.DataFrame(rows, SCHEMA | FOUND).write_ipc(place / f"decisions-{number:06}")
        done += len(ids)
        progress(done)
    return done


def redacted(operator: FindOperator, text: str, found: list[Find], settings: Any) -> str:
    """The text with something else in the place of each find."""
    parts, at = [], 0
    for one in found:
        parts += [text[at:one.start], operator.stand_in(one, text[one.start:one.end], settings)]
        at = one.end
    return "".join([*parts, text[at:]])


def _run_group(operator: GroupOperator, source: Path, place: Path, settings: Any, progress: Progress) -> int:
    some: list[pl.Series] = [pl.Series([], dtype=pl.String)]
    with closing(Grouping(operator, settings, place)) as grouping:
        for frame in batches(source):
            ids, texts = _checked(frame, source, grouping.rows)
            grouping.add(texts)
            some.append(ids)
            progress(grouping.rows)
    ids = pl.concat(some)
    twice = ids.filter(ids.is_duplicated())
    if len(twice):
        raise BadInput(f"{twice.n_unique()} ids are there more than once, the first is {twice[0]!r}.",
                       where=str(source), hint="Each row needs an id of its own.")
    ranks = np.empty(len(ids), np.int64)
    ranks[ids.arg_sort().to_numpy()] = np.arange(len(ids))
    leader, score = grouping.clusters(ranks)
    is_kept = leader == np.arange(len(leader))
    for number, begin in enumerate(range(0, max(len(ids), 1), BATCH_ROWS)):
        part = slice(begin, begin + BATCH_ROWS)
        cluster = ids.gather(leader[part])
        why = pl.select(pl.when(pl.Series(is_kept[part])).then(pl.lit("")).otherwise(
            pl.concat_str(pl.lit(f"{operator.name} of "), cluster))).to_series()
        pl.DataFrame({"id": ids[part], "cluster": cluster, "keep": is_kept[part], "reason": why,
                      "score": pl.Series(score[part]).fill_nan(None)}, SCHEMA
                     ).write_ipc(place / f"decisions-{number:06}")
    return int(is_kept.sum())
