"""CoNLL files of any tool: documents with spans, from the tags that are their last column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record
from goldsmith.core.item import ItemData
from goldsmith.formats._pictures import split_of
from goldsmith.formats._reading import UNREADABLE, Problems, lines_of, reason_of, teller
from goldsmith.formats._tokens import tokens_of
from goldsmith.kinds.span.kind import Span

START = "-DOCSTART-"
ITEMS = "items.jsonl"
FIELDS = "fields.json"
PATTERNS = ("*.conll", "*.iob", "*.iob2", "*.bio", "*.txt", "*.train", "*.testa", "*.testb")

_TAG = re.compile(r"O|[BI]-.+", re.DOTALL)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of items.jsonl."""

    item_id: str
    item: ItemData
    split: str = ""


class FieldFile(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of fields.json: which file holds a field, and how it spells the labels."""

    field: str
    file: str
    key: str = ""  # the text the field is about; empty: the item's first
    tags: dict[str, str] = {}  # tag -> label

    def key_in(self, item: ItemData) -> str:
        """The name of the item's text that the field is about."""
        return self.key or next((k for k, v in item.data.items() if isinstance(v, str)), "text")


class Row(NamedTuple):
    """A token with its tag; `sentence` counts the blank lines before."""

    word: str
    tag: str
    sentence: int


Document = list[Row]


def read(folder: Path, problems: Problems | None = None) -> Iterator[Record]:
    """Yield a record a document; where a foreign file has no -DOCSTART- line, a record a sentence."""
    tell = teller(problems)
    if not folder.is_file() and (folder / FIELDS).is_file() and (folder / ITEMS).is_file():
        yield from _ours(folder, tell)
        return
    found = [folder] if folder.is_file() else sorted({p for pattern in PATTERNS for p in folder.glob(pattern)})
    if not found:
        tell("*.conll", "The folder has no CoNLL file.")
    for path in found:
        split = split_of(iter(re.findall(r"[a-z]+", path.name.lower())))
        for count, document in enumerate(_documents(path, tell), 1):
            yield _foreign(f"{path.stem}-{count}", document, split)


def _ours(folder: Path, tell: Problems) -> Iterator[Record]:
    try:
        about = msgspec.json.decode((folder / FIELDS).read_bytes(), type=list[FieldFile])
        if any(Path(a.file).name != a.file or not (folder / a.file).is_file() for a in about):
            raise ValueError("A file of a field is not there.")
    except UNREADABLE as error:
        tell(FIELDS, reason_of(error))
        return
    documents = [_documents(folder / a.file, tell) for a in about]
    consumed = 0
    for number, raw in lines_of(folder / ITEMS, tell):
        rows: list[Document | None] = []
        while consumed < number:
            rows, consumed = [next(found, None) for found in documents], consumed + 1
        try:
            line = msgspec.json.decode(raw, type=Line)
        except UNREADABLE as error:
            tell(f"{ITEMS}:{number}", reason_of(error))
            continue
        value: dict[str, tuple[AnnotatedObject, ...]] = {}
        for a, document in zip(about, rows, strict=True):
            try:
                spans = _placed(line, a, document)
            except ValueError as error:
                tell(f"{a.file} document {number}", str(error))
            else:
                value |= {a.field: spans} if spans else {}
        yield Record(item_id=line.item_id, item=line.item, value=value, split=line.split)


def _placed(line: Line, about: FieldFile, document: Document | None) -> tuple[Span, ...]:
    """The document's spans at their offsets in the item's own text."""
    key = about.key_in(line.item)
    text = str(line.item.data.get(key) or "")
    tokens = tokens_of(text)
    if document is None or [row.word for row in document] != [text[start:end] for start, end in tokens]:
        raise ValueError("The tokens are not those of the item's text.")
    return _spans(document, tokens, f"{line.item_id}-{about.field}", key, about.tags)


def _spans(
    document: Document, places: list[tuple[int, int]], id_start: str, key: str, labels: dict[str, str]
) -> tuple[Span, ...]:
    """Spans from tags: one goes on while I- tags of its label follow; an I- after another label begins one too."""
    found: list[tuple[str, int, int]] = []  # tag without B- or I-, start, end
    before = "O"
    for row, (start, end) in zip(document, places, strict=True):
        if row.tag.startswith("I-") and before[2:] == row.tag[2:]:
            found[-1] = (*found[-1][:2], end)
        elif row.tag != "O":
            found.append((row.tag[2:], start, end))
        before = row.tag
    return tuple(
        Span(id=f"{id_start}-{i}", label=labels.get(tag, tag), asset=key, start=start, end=end)
        for i, (tag, start, end) in enumerate(found)
    )


def _foreign(item_id: str, document: Document, split: str) -> Record:
    """A record whose text is the tokens joined by spaces, sentences by line breaks."""
    places: list[tuple[int, int]] = []
    text: list[str] = []
    position = 0
    for i, row in enumerate(document):
        if i:
            text.append("\n" if row.sentence != document[i - 1].sentence else " ")
            position += 1
        text.append(row.word)
        places.append((position, position + len(row.word)))
        position += len(row.word)
    spans = _spans(document, places, item_id, "text", {})
    value: dict[str, tuple[AnnotatedObject, ...]] = {"spans": spans} if spans else {}
    return Record(item_id=item_id, item=ItemData(data={"text": "".join(text)}), value=value, split=split)


def _documents(path: Path, tell: Problems) -> Iterator[Document]:
    """The documents of a file, empty ones too; its sentences where no -DOCSTART- line opens it."""
    document: Document | None = None
    has_starts = False
    sentence, last = 0, 0
    for number, raw in lines_of(path, tell):
        sentence, last = sentence + (number > last + 1), number
        try:
            columns = raw.decode("utf-8-sig" if number == 1 else "utf-8").split()
        except UnicodeDecodeError:
            tell(f"{path.name}:{number}", "The line is not UTF-8.")
            continue
        if columns[:1] == [START]:
            if document is not None:
                yield document
            document, has_starts = [], True
        elif len(columns) < 2 or not _TAG.fullmatch(columns[-1]):
            tell(f"{path.name}:{number}", "The line is not a token with an IOB tag.")
        else:
            if document and not has_starts and document[-1].sentence != sentence:
                yield document
                document = []
            document = document if document is not None else []
            document.append(Row(columns[0], columns[-1], sentence))
    if document is not None:
        yield document
