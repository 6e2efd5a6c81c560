"""Label Studio's own exports, task by task, with flat memory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec.structs import replace

from goldsmith.core.dataset import Opinion, Record
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.formats._json_stream import elements
from goldsmith.formats._label_studio_results import Result, ResultReader, Value
from goldsmith.formats._pictures import picture, size_of
from goldsmith.formats._reading import UNREADABLE, Problems, noter, reason_of, stays_inside, teller

FILE = "label_studio.json"
UPLOADED = re.compile(r"^[0-9a-f]{8}-")  # what Label Studio puts before the name of an uploaded file
PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?)$", re.IGNORECASE)


class Answer(msgspec.Struct):
    """An annotation of a task."""

    result: list[Any] = []
    was_cancelled: bool | None = False
    ground_truth: bool | None = False
    updated_at: str | None = ""


class Guess(msgspec.Struct):
    """A prediction of a task."""

    result: list[Any] = []
    model_version: Any = None
    score: Any = None


class Own(msgspec.Struct):
    """What our own export says of an item."""

    item_id: str = ""
    split: str = ""
    assets: dict[str, AssetFacts] = {}
    texts: dict[str, str] = {}  # of lists among the data, as they were written here


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
                 value=reader.value(), item=reader.item(), predictions=reader.predictions())


class _TaskReader:
    """One task on its way to a record."""

    def __init__(self, task: Task, home: Path, place: str, tell: Problems, note: Problems) -> None:
        self._task, self._home, self._place, self._tell, self._note = task, home, place, tell, note
        try:
            self.own = msgspec.convert(task.meta, Meta).goldsmith or Own()
        except msgspec.ValidationError:
            self.own = Own()
        self._results = self._decoded(self._answer().result, "result")
        self._guesses = list(self._read_guesses(task.predictions or []))
        self._pictures = self._find_pictures()

    def _answer(self) -> Answer:
        """The annotation that is taken; what else there is, is told."""
        given = self._task.annotations or self._task.completions or []
        whole = [one for one in given if not one.was_cancelled]
        for what, count in (("cancelled annotation", len(given) - len(whole)), ("draft", len(self._task.drafts or [])),
                            ("annotation beside the one taken", max(0, len(whole) - 1))):
            if count:
                self._note(self._place, f"not read: {what}{f' ({count})' if count > 1 else ''}")
        return max(whole, key=lambda one: (bool(one.ground_truth), one.updated_at or ""), default=Answer())

    def _read_guesses(self, given: list[Any]) -> Iterator[tuple[Guess, list[Result]]]:
        """Predictions with their results; what is none is told."""
        for i, raw in enumerate(given):
            try:
                guess = msgspec.convert(raw, Guess)
            except UNREADABLE as error:
                self._tell(f"{self._place} predictions[{i}]", reason_of(error))
            else:
                yield guess, self._decoded(guess.result, f"predictions[{i}].result")

    def _decoded(self, given: list[Any], where: str) -> list[Result]:
        found: list[Result] = []
        for i, raw in enumerate(given):
            try:
                found.append(msgspec.convert(raw, Result))
            except UNREADABLE as error:
                self._tell(f"{self._place} {where}[{i}]", reason_of(error))
        return found

    def _find_pictures(self) -> dict[str, tuple[int, int]]:
        """Keys of the data that are pictures, with their size: as a result says it, else as the file does."""
        names = {key: value for key, value in self._task.data.items() if isinstance(value, str)}
        found = {key: (0, 0) for key, value in names.items() if PICTURE.search(_path_of(value))}
        given = [*self._results, *(one for _, results in self._guesses for one in results)]
        for one in given:
            size = int(one.original_width or 0), int(one.original_height or 0)
            key = one.key_in(self._task.data, list(found))
            if min(size) > 0 and key in names:
                found[key] = size
        return {key: self._measured(key) if given and min(size) <= 0 else size for key, size in found.items()}

    def _measured(self, key: str) -> tuple[int, int]:
        """The size of the picture where its file is here; else 0 x 0."""
        path = self._home / self._located(str(self._task.data[key]))
        try:
            return size_of(path) if path.is_file() else (0, 0)
        except (OSError, ValueError):
            return 0, 0

    def value(self) -> Value:
        """What the annotation says."""
        return self._reader("").read(self._results)[0]

    def predictions(self) -> tuple[Opinion, ...]:
        """What each model said; of several predictions of one the last is taken."""
        found: dict[str, Opinion] = {}
        for i, (guess, results) in enumerate(self._guesses):
            value, scores = self._reader(f" predictions[{i}]").read(results, guess.score)
            by = guess.model_version if isinstance(guess.model_version, str | int | float) else ""
            if found.pop(str(by), None):
                self._note(self._place, f"not read: earlier prediction of {by or 'a model without a name'}")
            if value:
                found[str(by)] = Opinion(by=str(by), value=value, scores=scores)
        return tuple(found.values())

    def _reader(self, where: str) -> ResultReader:
        return ResultReader(self._task.data, self._pictures, f"{self._place}{where}", self._tell, self._note)

    def item(self) -> ItemData:
        """The data, in which files and whole lists have become what they are here."""
        assets = {name: self._facts(facts, self._task.data.get(name)) for name, facts in self.own.assets.items()}
        for key, (width, height) in self._pictures.items():
            if key not in assets:
                assets[key] = picture(self._located(str(self._task.data[key])), width, height)
        texts = {key: text for key, text in self.own.texts.items() if isinstance(self._task.data.get(key), list)}
        data = {key: texts.get(key, _plain(value)) for key, value in self._task.data.items() if key not in assets}
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
