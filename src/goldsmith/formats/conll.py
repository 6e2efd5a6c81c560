r"""CoNLL-2003: four columns (token -X- -X- tag, IOB2) of the schema's first span field in data.conll.

Tokens are the matches of \w+|[^\w\s]; every document starts with a -DOCSTART- line, and items.jsonl tells its item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.kinds.span.kind import Span

name = "conll"

_TOKEN = re.compile(r"\w+|[^\w\s]")
_START = "-DOCSTART-"


class Origin(msgspec.Struct, frozen=True):
    """One line of items.jsonl."""

    item_id: str
    field: str = "spans"
    key: str = "text"
    split: str = ""


def write(records: Iterable[Record], out: Path, schema: LabelSchema) -> Report:
    """Write data.conll and items.jsonl."""
    report = Report()
    field = next((f for f in schema.fields if f.kind == "span"), None)
    if field is None:
        raise BadInput("CoNLL needs a field of spans.", where="schema.fields")
    out.mkdir(parents=True, exist_ok=True)
    with (
        (out / "data.conll").open("w", encoding="utf-8", newline="\n") as file,
        (out / "items.jsonl").open("wb") as origins,
    ):
        for r in records:
            report.records += 1
            key = field.asset or next((k for k, v in r.item.data.items() if isinstance(v, str)), "text")
            text = str(r.item.data.get(key) or "")
            tokens = [(m.start(), m.end()) for m in _TOKEN.finditer(text)]
            tags = _tags(tokens, _spans(r, field, key, report), report)
            words = [text[start:end] for start, end in tokens]
            if text != " ".join(words):
                report.lose("spacing of a text")
            if others := len(r.item.data.keys() - {key}) + len(r.item.assets):
                report.lose("item data", others)
            file.write(f"{_START} -X- -X- O\n\n")
            file.writelines(f"{word} -X- -X- {tag}\n" for word, tag in zip(words, tags, strict=True))
            file.write("\n" if words else "")
            origins.write(msgspec.json.encode(Origin(r.item_id, field.name, key, r.split)) + b"\n")
    return report


def _spans(r: Record, field: Field, key: str, report: Report) -> list[Span]:
    """The spans that lie on the text."""
    kept: list[Span] = []
    for field_name, objects in r.value.items():
        for o in objects:
            if not isinstance(o, Span):
                report.lose(f"{type(o).__name__.lower()} object")
            elif field_name != field.name or (o.asset or key) != key:
                report.lose("span of another field or text")
            else:
                kept.append(o)
    return sorted(kept, key=lambda s: (s.start, -s.end))


def _tags(tokens: list[tuple[int, int]], spans: list[Span], report: Report) -> list[str]:
    tags = ["O"] * len(tokens)
    starts = {start: i for i, (start, _) in enumerate(tokens)}
    ends = {end: i for i, (_, end) in enumerate(tokens)}
    free = 0  # the first token no span has yet
    for s in spans:
        first, last = starts.get(s.start), ends.get(s.end)
        if first is None or last is None or last < first:
            report.lose("span not on token borders")
        elif first < free:
            report.lose("overlapping span")
        else:
            label = re.sub(r"\s", "_", s.label)
            if label != s.label:
                report.lose("space in a label")
            if s.attributes:
                report.lose("attribute", len(s.attributes))
            tags[first : last + 1] = [f"B-{label}"] + [f"I-{label}"] * (last - first)
            free = last + 1
            report.objects += 1
    return tags


def read(folder: Path) -> Iterator[Record]:
    """Yield a record a document, its text the tokens joined by single spaces."""
    origins = _origins(folder / "items.jsonl")
    rows: list[tuple[str, str]] | None = None
    with (folder / "data.conll").open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            columns = line.split()
            if columns and columns[0] == _START:
                if rows is not None:
                    yield _record(rows, next(origins))
                rows = []
            elif columns:
                if len(columns) < 2 or not re.match(r"O$|[BI]-.", columns[-1]):
                    raise BadInput("Not a token with an IOB tag.", where=f"data.conll:{number}")
                rows = rows if rows is not None else []
                rows.append((columns[0], columns[-1]))
    if rows is not None:
        yield _record(rows, next(origins))


def _origins(path: Path) -> Iterator[Origin]:
    """The lines of items.jsonl, then numbered items without end."""
    count = 0
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                yield msgspec.json.decode(line, type=Origin)
    while True:
        count += 1
        yield Origin(f"document-{count}")


def _record(rows: list[tuple[str, str]], origin: Origin) -> Record:
    found: list[tuple[str, int, int]] = []  # label, start, end
    position, before = 0, "O"
    for word, tag in rows:
        end = position + len(word)
        if tag.startswith("I-") and before[2:] == tag[2:]:
            found[-1] = (*found[-1][:2], end)
        elif tag != "O":
            found.append((tag[2:], position, end))
        position, before = end + 1, tag
    item = ItemData(data={origin.key: " ".join(word for word, _ in rows)})
    spans = tuple(
        Span(id=f"{origin.item_id}-{i}", label=label, asset=origin.key, start=start, end=end)
        for i, (label, start, end) in enumerate(found)
    )
    return Record(item_id=origin.item_id, item=item, value={origin.field: spans} if spans else {}, split=origin.split)
