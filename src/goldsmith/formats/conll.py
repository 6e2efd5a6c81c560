"""CoNLL-2003: four columns (token -X- -X- tag, IOB2), a file <field>.conll for every field of spans.

Each item is a document with its -DOCSTART- line in every file; a line break of the text ends a sentence unless a span
goes over it. items.jsonl holds the items themselves in the same order and fields.json what each file is about, so that
Goldsmith reads offsets back exactly; without them a document's text is its tokens joined by spaces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import msgspec

from goldsmith.core.dataset import Record, Report
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.formats._assets import OpenAsset, UniqueNames
from goldsmith.formats._conll_reading import FIELDS, ITEMS, START, FieldFile, Line, read
from goldsmith.formats._losses import lose
from goldsmith.formats._tokens import tokens_of
from goldsmith.kinds import kind_of
from goldsmith.kinds.span.kind import Span

__all__ = ["extension", "media", "name", "read", "title", "write"]

name = "conll"
title = "CoNLL-2003 named entities"
media = ("text",)
extension = "conll"


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write a file for each span field, items.jsonl and fields.json. Files of the items do not travel."""
    report = Report()
    out.mkdir(parents=True, exist_ok=True)
    fields = {f.name: f for f in schema.fields if f.kind == "span"}
    about = _field_files(list(fields.values()), report)
    with ExitStack() as open_files:
        files = {a.field: open_files.enter_context(_open(out / a.file)) for a in about}
        items = open_files.enter_context((out / ITEMS).open("wb"))
        for r in records:
            report.records += 1
            lose(report, "file left behind", len(r.item.assets) if open_asset else 0)
            _count_others(r, fields, report)
            for a in about:
                _write_document(files[a.field], r, a, report)
            items.write(msgspec.json.encode(Line(item_id=r.item_id, item=r.item, split=r.split)) + b"\n")
    (out / FIELDS).write_text(json.dumps(msgspec.to_builtins(about), ensure_ascii=False, indent=1), encoding="utf-8")
    return report


def _open(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="\n")


def _field_files(fields: list[Field], report: Report) -> list[FieldFile]:
    """A file for each field, and a tag without white space for each of its labels."""
    with UniqueNames() as names:
        files = {f.name: f"{names.take(f.name, 'field')}.conll" for f in fields}
    found: list[FieldFile] = []
    for f in fields:
        tags: dict[str, str] = {}
        for label in f.labels:
            tag = re.sub(r"\s", "_", label.name)
            while tag in tags:
                tag += "_"
            lose(report, "label renamed", tag != label.name)
            tags[tag] = label.name
        found.append(FieldFile(field=f.name, file=files[f.name], key=f.asset, tags=tags))
    return found


def _count_others(r: Record, fields: dict[str, Field], report: Report) -> None:
    """Objects that belong into no file."""
    for field, objects in r.value.items():
        for o in objects:
            if not isinstance(o, Span):
                report.lose(f"{kind_of(o)} object")
            elif field not in fields:
                report.lose("object outside the schema")


def _write_document(file: TextIO, r: Record, about: FieldFile, report: Report) -> None:
    key = about.key_in(r.item)
    text = str(r.item.data.get(key) or "")
    tokens = tokens_of(text)
    tags = _tags(tokens, _spans(r, about, key, report), about, report)
    file.write(f"{START} -X- -X- O\n\n")
    before = 0
    for (start, end), tag in zip(tokens, tags, strict=True):
        if before and "\n" in text[before:start] and not tag.startswith("I-"):
            file.write("\n")
        file.write(f"{text[start:end]} -X- -X- {tag}\n")
        before = end
    file.write("\n" if tokens else "")


def _spans(r: Record, about: FieldFile, key: str, report: Report) -> list[Span]:
    """The field's spans that lie on its text, by place."""
    labels = set(about.tags.values())
    kept: list[Span] = []
    for o in r.value.get(about.field, ()):
        if not isinstance(o, Span):
            continue
        if (o.asset or key) != key:
            report.lose("span of another text")
        elif o.label not in labels:
            report.lose("object outside the schema")
        elif o.more:
            report.lose("span of several parts")
        else:
            kept.append(o)
    return sorted(kept, key=lambda s: (s.start, -s.end))


def _tags(tokens: list[tuple[int, int]], spans: list[Span], about: FieldFile, report: Report) -> list[str]:
    tags = ["O"] * len(tokens)
    starts = {start: i for i, (start, _) in enumerate(tokens)}
    ends = {end: i for i, (_, end) in enumerate(tokens)}
    tag_of = {label: tag for tag, label in about.tags.items()}
    free = 0  # the first token no span has yet
    for s in spans:
        first, last = starts.get(s.start), ends.get(s.end)
        if first is None or last is None or last < first:
            report.lose("span off token borders")
        elif first < free:
            report.lose("overlapping span")
        else:
            tag = tag_of[s.label]
            tags[first : last + 1] = [f"B-{tag}"] + [f"I-{tag}"] * (last - first)
            free = last + 1
            report.objects += 1
            report.lose("object id")
            lose(report, "attribute", len(s.attributes))
    return tags
