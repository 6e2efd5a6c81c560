"""Reading an upload: labels first, then tables and texts, then the pictures that nothing named.

A file, a folder, a ZIP or a tar archive. Whatever cannot be read is yielded as a rejection, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from msgspec import structs

from goldsmith.arrivals.arrival import RAW_BYTES, Arrival, Options, Rejection, reject, text_item
from goldsmith.arrivals.entries import Reading, read_json_array, read_json_lines, read_json_object
from goldsmith.arrivals.holdings.catalogue import Part
from goldsmith.arrivals.holdings.opened import opened
from goldsmith.arrivals.holdings.parts import Alone, Folder, full_place, open_plain, read_whole
from goldsmith.arrivals.json_marks import first_byte
from goldsmith.arrivals.labels.fitting import tell_changed
from goldsmith.arrivals.labels.labelled import is_coco, lay_out, read_coco, read_records, root_of
from goldsmith.arrivals.lines import read_lines
from goldsmith.arrivals.pictures import read_picture, take_picture
from goldsmith.arrivals.propose import has_yolo_names, looks_like_yolo, yolo_format
from goldsmith.arrivals.sorts import ARCHIVES, HEAD_BYTES, Sort, is_paper, sort_of
from goldsmith.arrivals.tables import read_table
from goldsmith.core.errors import BadInput, TooMuch
from goldsmith.core.item import ItemData
from goldsmith.media.text.media import text_of

#: Nothing is taken then: pictures that somebody answered meanwhile could not be given their labels later.
NAMELESS = ("These seem to be YOLO labels, but no data.yaml says what their classes are called. "
            "Add one, or send the pictures without the labels.")


def read_arrivals(
    path: Path,
    name: str,
    *,
    work: Path,
    options: Options = Options(),  # noqa: B008 (frozen)
) -> Iterator[Arrival | Rejection]:
    """Yield every item of the upload at `path`, called `name` by its owner, and every part that is refused.

    `work` is a folder for temporary files; what is put there is gone when the iterator ends or is closed.
    """
    work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=work, prefix="arrivals-") as room:
        try:
            with opened(path, name, Path(room), options) as holding:
                reading, is_empty = Reading(holding=holding, room=Path(room), options=options), True
                for found in _read(reading):
                    is_empty = False
                    yield found
                yield from (reject(holding.name, text) for text in tell_changed(reading.changed))
                if is_empty:
                    yield reject(name, "There is nothing in it to read.")
        except (BadInput, TooMuch) as error:
            yield reject(name, f"{error.message} {error.hint}".strip(), _start_of(path))


def _read(reading: Reading) -> Iterator[Arrival | Rejection]:
    holding, format = reading.holding, reading.options.format
    if isinstance(holding, Alone) and not format:
        yield from _read_part(Part(""), reading)
        return
    yield from holding.list_parts()
    is_yolo = not format and looks_like_yolo(holding)
    if is_yolo and not has_yolo_names(holding):
        yield reject(holding.name, NAMELESS)
    elif format or is_yolo:
        yield from _read_as(format or yolo_format(holding, reading.room), reading)
    else:
        yield from read_coco(reading)
        yield from _read_texts(reading)
        yield from _read_pictures(reading)


def _read_as(format: str, reading: Reading) -> Iterator[Arrival | Rejection]:
    """Let the format read the upload, laid out as a folder; pictures it did not name follow without labels."""
    folder, listed = reading.room / "laid-out", reading.room / "listed"
    folder.mkdir()
    listed.mkdir()
    yield from lay_out(reading, folder)
    with closing(Folder(folder, reading.holding.name, listed)) as laid:
        yield from laid.list_parts()
        inner = structs.replace(reading, holding=laid)
        root = root_of(folder)
        near = root.name if root.is_dir() and root != folder else ""
        yield from read_records(format, root, reading.holding.name, inner, near)
        yield from _read_pictures(inner)


def _read_pictures(reading: Reading) -> Iterator[Arrival | Rejection]:
    for part in reading.holding.catalogue.parts(pictures=True):
        yield from _read_part(part, reading)


def _read_texts(reading: Reading) -> Iterator[Arrival | Rejection]:
    for part in reading.holding.catalogue.parts(pictures=False):
        yield from _read_part(part, reading)


def _read_part(part: Part, reading: Reading) -> Iterator[Arrival | Rejection]:
    """Yield what one file holds."""
    holding, place = reading.holding, full_place(reading.holding, part)
    head = b""
    try:
        path = holding.path_of(part, reading.room / "unpacked")
        with open_plain(path) as file:
            head = file.read(RAW_BYTES)
            if is_paper(place, head, file):
                return
            file.seek(0)
            sort = sort_of(place, head[:HEAD_BYTES])
            if sort == "picture":
                yield _picture(path, place, reading)
            else:
                yield from _items(sort, file, path, place, reading)
    except BadInput as error:
        yield reject(place, error, head)


def _items(sort: Sort, file: BinaryIO, path: Path, place: str, reading: Reading) -> Iterator[Arrival | Rejection]:
    if sort in ARCHIVES:
        raise BadInput("An archive inside an upload is not opened.", hint="Send it on its own.")
    if sort == "table":
        yield from read_table(file, place, reading.options)
    elif sort == "json_lines":
        yield from read_json_lines(file, place, reading)
    elif sort == "json":
        yield from _read_json(file, path, place, reading)
    else:
        yield from _read_text(file, place, reading)


def _picture(path: Path, place: str, reading: Reading) -> Arrival:
    raw, name, kept = read_picture(path, reading.options.limits.picture_bytes), place.rpartition("/")[2], reading.room
    facts = take_picture(raw, name, kept / "asset-0")
    item = ItemData(assets={"image": facts})
    return Arrival(place=place, item=item, files={"image": kept / "asset-0"}, name=name or place)


def _read_text(file: BinaryIO, place: str, reading: Reading) -> Iterator[Arrival | Rejection]:
    by_line = reading.options.text == "line" or (not reading.options.text and isinstance(reading.holding, Alone))
    limit, count = reading.options.limits.line_bytes, 0
    if not by_line:
        raw = read_whole(file, limit)
        if len(raw) > limit:
            raise BadInput(f"The text is longer than {limit} bytes.")
        yield text_item(place, {"text": text_of(raw)})
        return
    for line in read_lines(file, limit):
        at = f"{place}:{line.number}"
        if line.problem:
            yield reject(at, line.problem, line.raw)
        elif line.text.strip():
            yield text_item(at, {"text": line.text.rstrip("\r\n")})
        else:
            continue
        count += 1
    if not count:
        raise BadInput("The file has no text.")


def _read_json(file: BinaryIO, path: Path, place: str, reading: Reading) -> Iterator[Arrival | Rejection]:
    """An array of items, an object a line, or one item; COCO only together with its pictures."""
    if first_byte(file) == b"[":
        yield from read_json_array(file, place, reading)
        return
    if is_coco(path):
        raise BadInput("This is a COCO file without pictures.", hint="Send it with them, in a folder or an archive.")
    file.seek(0)
    if _is_json_lines(file, reading.options.limits.line_bytes):
        yield from read_json_lines(file, place, reading)
    else:
        yield from read_json_object(file, place, reading)


def _is_json_lines(file: BinaryIO, limit: int) -> bool:
    """Whether a second line begins as the first does, with the bracket of an object in the first column."""
    lines = [line.text for line in read_lines(file, limit) if line.number <= 2]
    file.seek(0)
    return len(lines) == 2 and lines[0].startswith("{") and lines[0].rstrip().endswith("}") and lines[1].startswith("{")


def _start_of(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(RAW_BYTES)
