"""Label Studio's own exports, task by task, with flat memory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject, AttributeValue
from goldsmith.core.dataset import Record
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.formats._json_stream import elements
from goldsmith.formats._label_studio_forms import FORMS, form_objects
from goldsmith.formats._label_studio_shapes import TYPES, shape_of
from goldsmith.formats._pictures import picture
from goldsmith.formats._reading import UNREADABLE, Problems, noter, reason_of, stays_inside, teller
from goldsmith.kinds import decode_value
from goldsmith.kinds.relation.kind import Relation
from goldsmith.kinds.span.kind import Span

FILE = "label_studio.json"
RELATIONS = "relations"  # the field of relations, and the label of one that has none
TOOLS = frozenset(TYPES.values())
UPLOADED = re.compile(r"^[0-9a-f]{8}-")  # what Label Studio puts before the name of an uploaded file
PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?)$", re.IGNORECASE)


class Result(msgspec.Struct):
    """One result: a region, a part of one, or an answer to the whole task."""

    type: str
    id: str = ""
    from_name: str = ""
    to_name: str | list[str] = ""
    source: str = ""
    value: dict[str, Any] = {}
    original_width: float | None = 0
    original_height: float | None = 0
    item_index: int | None = 0  # which picture of a list
    goldsmith: dict[str, Any] = {}
    from_id: str = ""  # of a relation
    to_id: str = ""
    labels: list[str] | None = None
    direction: str | None = "right"

    def targets(self) -> list[str]:
        """What it is about, by name."""
        names = self.to_name if isinstance(self.to_name, list) else self.to_name.split(",")
        return [one.strip() for one in names if one.strip()]


class Answer(msgspec.Struct):
    """An annotation of a task."""

    result: list[Any] = []
    was_cancelled: bool | None = False
    ground_truth: bool | None = False
    updated_at: str | None = ""


class Own(msgspec.Struct):
    """What our own export says of an item."""

    item_id: str = ""
    split: str = ""
    assets: dict[str, AssetFacts] = {}


class Meta(msgspec.Struct):
    """What a task carries besides its data."""

    goldsmith: Own | None = None


class Task(msgspec.Struct):
    """One task of an export."""

    data: dict[str, Any]
    id: int | str | None = None
    annotations: list[Answer] | None = None
    completions: list[Answer] | None = None  # what old exports call them
    predictions: list[Any] | None = None
    drafts: list[Any] | None = None
    meta: Meta | Any = None


_decoder = msgspec.json.Decoder(Task)


class _Listed:
    """A file that holds a list, as one that holds an object with that list."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._parts = file, [b'{"tasks":']
        self._is_done = False

    def read(self, size: int) -> bytes:
        """The next bytes, none at the end."""
        if self._parts:
            return self._parts.pop()
        chunk = self._file.read(size)
        if not chunk and not self._is_done:
            self._is_done = True
            return b"}"
        return chunk


def read(folder: Path, problems: Problems | None = None) -> Iterator[Record]:
    """Yield the records of label_studio.json, or of the folder's only JSON file."""
    tell = teller(problems)
    path = _label_file(folder)
    if path is None:
        tell(FILE, f"The folder has no {FILE}; name the file itself where it is called otherwise.")
        return
    home = path.parent
    with path.open("rb") as file:
        is_list = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["
        file.seek(0)
        if not is_list:
            tell(path.name, "The file holds no list of tasks.")
            return
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        try:
            for _, number, raw in elements(cast(BinaryIO, _Listed(file))):
                if number:
                    yield from _record(raw, home, number, f"{path.name}[{number - 1}]", tell, noter(problems))
        except UNREADABLE as error:
            tell(path.name, reason_of(error))


def _label_file(folder: Path) -> Path | None:
    if folder.is_file():
        return folder
    found = [folder / FILE] if (folder / FILE).is_file() else sorted(folder.glob("*.json"))
    return found[0] if len(found) == 1 else None


def _record(raw: bytes, home: Path, number: int, place: str, tell: Problems, note: Problems) -> Iterator[Record]:
    try:
        task = _decoder.decode(raw)
    except UNREADABLE as error:
        tell(place, reason_of(error))
        return
    reader = _TaskReader(task, home, place, tell, note)
    own = reader.own
    yield Record(item_id=own.item_id or str(number if task.id is None else task.id), split=own.split,
                 value=reader.value(), item=reader.item())


class _TaskReader:
    """One task on its way to a record."""

    def __init__(self, task: Task, home: Path, place: str, tell: Problems, note: Problems) -> None:
        self._task, self._home, self._place, self._tell, self._note = task, home, place, tell, note
        try:
            self.own = msgspec.convert(task.meta, Meta).goldsmith or Own()
        except msgspec.ValidationError:
            self.own = Own()
        self._results = self._decoded(self._answer())
        self._pictures = self._find_pictures()

    def _answer(self) -> Answer:
        """The annotation that is taken; what else there is, is told."""
        given = self._task.annotations or self._task.completions or []
        whole = [one for one in given if not one.was_cancelled]
        for what, count in (("cancelled annotation", len(given) - len(whole)), ("draft", len(self._task.drafts or [])),
                            ("prediction", len(self._task.predictions or [])),
                            ("annotation beside the one taken", max(0, len(whole) - 1))):
            if count:
                self._note(self._place, f"not read: {what}{f' ({count})' if count > 1 else ''}")
        return max(whole, key=lambda one: (bool(one.ground_truth), one.updated_at or ""), default=Answer())

    def _decoded(self, answer: Answer) -> list[Result]:
        found: list[Result] = []
        for i, raw in enumerate(answer.result):
            try:
                found.append(msgspec.convert(raw, Result))
            except UNREADABLE as error:
                self._tell(f"{self._place} result[{i}]", reason_of(error))
        return found

    def _find_pictures(self) -> dict[str, tuple[int, int]]:
        """Keys of the data that are pictures, with their size where a result says it."""
        names = {key: value for key, value in self._task.data.items() if isinstance(value, str)}
        found = {key: (0, 0) for key, value in names.items() if PICTURE.search(_path_of(value))}
        for one in self._results:
            size = int(one.original_width or 0), int(one.original_height or 0)
            key = self._key(one, list(found))
            if min(size) > 0 and key in names:
                found[key] = size
        return found

    def _key(self, one: Result, candidates: Sequence[str]) -> str:
        """The data key that a result is about; empty where nothing says which."""
        targets = one.targets()
        for name in (one.source.removeprefix("$"), *targets[:1]):
            if name in self._task.data:
                return name
        return candidates[0] if len(candidates) == 1 else ""

    def item(self) -> ItemData:
        """The data, in which files and whole lists have become what they are here."""
        assets = {name: self._facts(facts, self._task.data.get(name)) for name, facts in self.own.assets.items()}
        for key, (width, height) in self._pictures.items():
            if key not in assets:
                assets[key] = picture(self._located(str(self._task.data[key])), width, height)
        data = {key: _plain(value) for key, value in self._task.data.items() if key not in assets}
        return ItemData(data=data, assets=assets)

    def _facts(self, facts: AssetFacts, said: Any) -> AssetFacts:
        """Our own facts; the file name is the path inside the folder where the file lies there."""
        path = said if isinstance(said, str) and stays_inside(said) and (self._home / said).is_file() else ""
        return replace(facts, file_name=path) if path else facts

    def _located(self, said: str) -> str:
        """The file's path inside the folder where it lies there, else its name as it was before it was uploaded."""
        path = _path_of(said)
        base = path.rpartition("/")[2]
        plain = UPLOADED.sub("", base)
        for name in (path.lstrip("/"), f"images/{base}", base, f"images/{plain}", plain):
            if name and stays_inside(name) and os.path.isfile(self._home / name):
                return name
        return plain

    def value(self) -> dict[str, tuple[AnnotatedObject, ...]]:
        """All objects by field; what cannot be read is told."""
        by_id: dict[str, list[Result]] = {}
        found: dict[str, list[AnnotatedObject]] = {}
        for i, one in enumerate(self._results):
            if one.type == "relation":
                field = one.goldsmith.get("field")
                found.setdefault(field if isinstance(field, str) else RELATIONS, []).extend(self._relation(one, i))
                continue
            by_id.setdefault(one.id or f"r{i}", []).append(one)
        for result_id, group in by_id.items():
            try:
                for field, o in self._objects(result_id, group):
                    found.setdefault(field, []).append(o)
            except UNREADABLE as error:
                self._tell(f"{self._place} result {result_id}", reason_of(error))
        return {field: tuple(objects) for field, objects in found.items() if objects}

    def _relation(self, one: Result, index: int) -> list[Relation]:
        """The relation under each of its labels; one to the left goes the other way, one both ways is told as such."""
        own = one.goldsmith.get("objects")
        if isinstance(own, list) and own and isinstance(own[0], dict) and own[0].get("kind") == "relation":
            return [o for o in decode_value({RELATIONS: own})[RELATIONS] if isinstance(o, Relation)]
        ends = (one.to_id, one.from_id) if one.direction == "left" else (one.from_id, one.to_id)
        if one.direction == "bi":
            self._note(self._place, "not read: that a relation goes both ways")
        labels = one.labels or [RELATIONS]
        return [Relation(id=f"relation-{index}-{n}", label=label, source=ends[0], target=ends[1])
                for n, label in enumerate(labels)]

    def _objects(self, result_id: str, group: list[Result]) -> Iterator[tuple[str, AnnotatedObject]]:
        region = next((one for one in group if _is_region(one)), None)
        if region is None:
            for one in group:
                for o in self._forms(one, result_id):
                    yield one.from_name, o
            return
        labels = [label for one in group for label in _labels(one)]
        if len(set(labels)) > 1:
            self._note(self._place, f"not read: label beside the first of {result_id}")
        attributes: dict[str, AttributeValue] = {}
        for one in group:
            if not _is_region(one) and not _labels(one):
                attributes |= _attributes(one)
        shape = self._region(region)
        label = labels[0] if labels else region.from_name
        yield region.from_name, replace(shape, id=result_id, label=label, attributes=attributes)

    def _region(self, one: Result) -> AnnotatedObject:
        if "start" in one.value or "globalOffsets" in one.value:
            return self._span(one)
        asset = self._key(one, list(self._pictures))
        kind = one.goldsmith.get("kind")
        frame = int(one.original_width or 0), int(one.original_height or 0)
        if one.value.get("item_index") or one.item_index:
            raise ValueError("The region lies on another page of a list.")
        shape = shape_of(one.type.removesuffix("labels"), one.value, frame, is_turned=kind == "rotated_box")
        return replace(shape, asset=asset)

    def _span(self, one: Result) -> Span:
        offsets = one.value.get("globalOffsets") or one.value
        start, end = offsets.get("start"), offsets.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or "channel" in one.value:
            raise ValueError("The region has no offsets in a text.")
        texts = [key for key, value in self._task.data.items() if isinstance(value, str) and key not in self._pictures]
        return Span(id="", label="", asset=self._key(one, texts), start=start, end=end)

    def _forms(self, one: Result, result_id: str) -> list[AnnotatedObject]:
        """Our own objects as they were; another tool's by what the result says."""
        own = one.goldsmith.get("objects")
        if isinstance(own, list):
            return list(decode_value({one.from_name: own})[one.from_name])
        if one.type not in FORMS.values() and one.type != "datetime":
            raise ValueError(f"Results of the type {one.type!r} are not read.")
        return form_objects(one.type, one.value, one.from_name, result_id, one.targets())


def _is_region(one: Result) -> bool:
    """Whether the result says where something is."""
    tool = one.type.removesuffix("labels")
    if tool in TOOLS:
        return bool(one.value.keys() & {"x", "points", "vertices", "rle"})
    return one.type in ("labels", "hypertextlabels") and bool(one.value.keys() & {"start", "globalOffsets"})


def _labels(one: Result) -> list[str]:
    """The labels of a region's result."""
    given = one.value.get(one.type) if one.type.endswith("labels") else None
    return [label for label in given if isinstance(label, str)] if isinstance(given, list) else []


def _attributes(one: Result) -> dict[str, AttributeValue]:
    """What a result says of its region."""
    if one.type in TOOLS:
        return {}
    given = one.value.get({"textarea": "text"}.get(one.type, one.type))
    if one.goldsmith.get("kind") == "flag":
        return {one.from_name: given == ["true"]}
    if one.type in ("number", "rating") and isinstance(given, int | float):
        return {one.from_name: given}
    if one.type in ("textarea", "datetime"):
        texts = [given] if isinstance(given, str) else given
        return {one.from_name: "\n".join(str(text) for text in texts)} if isinstance(texts, list) else {}
    if isinstance(given, list) and one.type in ("choices", "taxonomy"):
        names = [" > ".join(map(str, path)) if isinstance(path, list) else str(path) for path in given]
        if len(names) == 1:
            return {one.from_name: names[0]}
        return {f"{one.from_name}: {name}": True for name in names}
    raise ValueError(f"Results of the type {one.type!r} on a region are not read.")


def _path_of(said: str) -> str:
    """The path in an address of a file, as Label Studio writes them."""
    try:
        parts = urlsplit(said)
    except ValueError:
        return said
    local = parse_qs(parts.query).get("d")
    if local:
        return unquote(local[0])
    return unquote(parts.path) if parts.scheme or said.startswith("/data/") else said


def _plain(value: Any) -> str | float | bool | None:
    """The value as an item holds it: what is no plain value as JSON text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return msgspec.json.encode(value).decode()
