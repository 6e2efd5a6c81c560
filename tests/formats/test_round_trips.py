"""What a format can hold comes back as it was: laws over made-up records, and the files as other tools see them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.formats import FORMATS, format_named
from goldsmith.formats._losses import is_whole_object
from goldsmith.formats._tokens import tokens_of
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.span.kind import Span
from tests.formats.fidelity import Outcome, differences, unexplained
from tests.formats.made import (
    BOXES,
    HOLE,
    MAN,
    PEOPLE,
    SCHEMA,
    SHIP,
    SHIPS,
    box,
    by_field,
    choice,
    facts,
    photo,
    polygon,
    span,
    text,
)

quickly = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
texts = st.text(max_size=30)
scalars = st.one_of(texts, st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False))
attributes = st.dictionaries(texts, st.one_of(texts, st.booleans(), st.integers(-9, 9)), max_size=2)
inside_x, inside_y = st.integers(0, 400).map(lambda n: n / 4), st.integers(0, 320).map(lambda n: n / 4)
rings = st.lists(st.tuples(inside_x, inside_y), min_size=3, max_size=6, unique=True).map(tuple)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, right = sorted(draw(st.lists(inside_x, min_size=2, max_size=2, unique=True)))
    top, bottom = sorted(draw(st.lists(inside_y, min_size=2, max_size=2, unique=True)))
    size = {"width_px": right - left, "height_px": bottom - top}
    label = draw(st.sampled_from(["cat", "dog"]))
    return box(label=label, x_px=left, y_px=top, **size, attributes=draw(attributes))


polygons = st.builds(polygon, points=rings, holes=st.just(()), attributes=attributes)
holed = st.builds(polygon, points=rings, holes=st.sampled_from([(), (HOLE,)]))
choices = st.builds(choice, label=st.sampled_from(["good", "a|b", "[odd", "=1+1"]), attributes=attributes)
spans = st.builds(lambda start, length: span(start, start + length), st.integers(0, 20), st.integers(1, 9))


def _numbered(objects: list[AnnotatedObject], start: str = "o") -> list[AnnotatedObject]:
    return [replace(o, id=f"{start}{i}") for i, o in enumerate(objects)]


@st.composite
def records(draw: st.DrawFn, objects: st.SearchStrategy[AnnotatedObject]) -> list[Record]:
    found = []
    for i in range(draw(st.integers(0, 3))):
        made = _numbered(draw(st.lists(objects, max_size=4)), f"o{i}-")
        split = draw(st.sampled_from(["train", "val", "test", ""]))
        item = ItemData(data=draw(st.dictionaries(texts, scalars, max_size=3)), assets={"image": facts(f"{i}.jpg")})
        found.append(Record(item_id=f"i{i}{draw(texts)}", item=item, value=by_field(*made), split=split))
    return found


def _through(format_name: str, given: list[Record], schema: LabelSchema = SCHEMA) -> tuple[Report, list[Record]]:
    with TemporaryDirectory() as folder:
        report = FORMATS[format_name].write(given, Path(folder), schema)
        return report, list(FORMATS[format_name].read(Path(folder)))


def _without_data(given: list[Record]) -> list[Record]:
    return [replace(r, item=replace(r.item, data={})) for r in given]


@quickly
@given(records(st.one_of(boxes(), holed, choices, spans)))
def test_jsonl_gives_every_record_back_whole(given: list[Record]) -> None:
    report, back = _through("jsonl", given)

    assert back == given
    assert report.losses == {}


@quickly
@given(records(st.one_of(boxes(), holed, spans)))
def test_csv_gives_data_files_and_geometry_back_whole(given: list[Record]) -> None:
    report, back = _through("csv", given)

    assert back == given
    assert report.losses == {}


@quickly
@given(records(st.one_of(boxes(), polygons)))
def test_coco_gives_boxes_and_polygons_back_whole(given: list[Record]) -> None:
    given = _without_data(given)
    report, back = _through("coco", given)

    assert back == given
    assert report.losses == {}


@quickly
@given(st.data(), texts)
def test_conll_gives_spans_on_tokens_back_at_their_offsets(data: st.DataObject, content: str) -> None:
    tokens, wanted, at = tokens_of(content), [], 0
    while at < len(tokens) and data.draw(st.booleans()):
        first = data.draw(st.integers(at, len(tokens) - 1))
        last = data.draw(st.integers(first, len(tokens) - 1))
        wanted.append(span(tokens[first][0], tokens[last][1], label=data.draw(st.sampled_from(["PER", "LOC"]))))
        at = last + 1

    report, [back] = _through("conll", [text(content, *wanted)])

    found = [o for o in back.value.get("names", ()) if isinstance(o, Span)]
    assert [(o.start, o.end, o.label) for o in found] == [(o.start, o.end, o.label) for o in wanted]
    assert (back.item.data, set(report.losses) <= {"object id"}) == ({"text": content}, True)


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_whatever_is_written_differences_are_counted_and_no_object_vanishes(format_name: str) -> None:
    @quickly
    @given(records(st.one_of(boxes(), holed, choices, spans)))
    def law(given: list[Record]) -> None:
        report, back = _through(format_name, given)

        assert unexplained(Outcome(report, set(differences(given, back, SCHEMA)))) == []
        lost = sum(n for sort, n in report.losses.items() if is_whole_object(sort))
        assert report.objects + lost == sum(len(v) for r in given for v in r.value.values())
        assert report.records == len(given)

    law()


@quickly
@given(texts)
def test_tokens_leave_out_white_space_only(content: str) -> None:
    kept = "".join(content[start:end] for start, end in tokens_of(content))

    assert kept == "".join(content.split())


def test_a_token_is_what_a_reader_takes_for_one() -> None:
    content = "Ada's 3.5€ 👩‍👩‍👧! हिन्दी 中国 שָׁלוֹם สวัสดี"

    words = [content[start:end] for start, end in tokens_of(content)]

    assert words[:6] == ["Ada", "'", "s", "3", ".", "5"]
    assert words[6:13] == ["€", "👩‍👩‍👧", "!", "हिन्दी", "中", "国", "שָׁלוֹם"]


LINES_ONLY = ("chat", "preference", "rubric", "sharegpt")  # of which an empty file is a file without a record


def test_the_folder_is_the_list_of_formats() -> None:
    assert set(FORMATS) == {"jsonl", "csv", "coco", "yolo", "yolo_segment", "yolo_obb", "yolo_pose", "conll",
                            "label_studio", "voc_segmentation", *LINES_ONLY}
    for f in FORMATS.values():
        assert f.title and f.extension and set(f.media) <= {"image", "text"}
    with pytest.raises(BadInput) as caught:
        format_named("voc")
    assert "yolo_segment" in caught.value.hint


CELLS = ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "'=1", "'tis", "''", "＝1", "\n=1"]


@pytest.mark.parametrize("content", CELLS)
def test_csv_has_no_cell_that_a_spreadsheet_runs(tmp_path: Path, content: str) -> None:
    given = Record(item_id=content, item=ItemData(data={content: content, "text": content}), split=content)

    FORMATS["csv"].write([given], tmp_path, SCHEMA)

    with (tmp_path / "items.csv").open(newline="", encoding="utf-8") as file:
        assert not any(cell.startswith(tuple("=+-@\t\r\n＝")) for row in csv.reader(file) for cell in row)
    assert list(FORMATS["csv"].read(tmp_path)) == [given]


def test_csv_is_a_plain_table_for_texts_and_choices(tmp_path: Path) -> None:
    given = Record(item_id="i1", item=ItemData(data={"text": 'Ünï, "q"', "n": -5.0}), value={"mood": (choice(),)})

    FORMATS["csv"].write([given], tmp_path, LabelSchema(fields=tuple(f for f in SCHEMA.fields if f.name == "mood")))

    lines = (tmp_path / "items.csv").read_bytes().decode().splitlines()
    assert lines == ["item_id,split,data.text,data.n,value.mood", 'i1,,"Ünï, ""q""",-5.0,good']


def test_coco_files_have_the_usual_keys_and_nothing_beside(tmp_path: Path) -> None:
    report = FORMATS["coco"].write([photo(box(), polygon())], tmp_path, SCHEMA)

    assert (report.records, report.objects, report.losses) == (1, 2, {})
    assert [p.name for p in tmp_path.iterdir()] == ["instances.json"]


def test_yolo_rows_are_centre_and_size(tmp_path: Path) -> None:
    FORMATS["yolo"].write([photo(box())], tmp_path, LabelSchema(fields=(BOXES,)))

    assert (tmp_path / "labels" / "val" / "a.txt").read_text() == "1 0.25 0.5 0.3 0.5\n"
    assert (tmp_path / "data.yaml").read_text().splitlines()[:5] == [
        "train: images/train", "val: images/val", "names:", '  0: "cat"', '  1: "dog"',
    ]  # fmt: skip


def test_yolo_makes_a_polygon_the_box_around_it_and_segment_a_box_its_corners(tmp_path: Path) -> None:
    shapes = (polygon(holes=(HOLE,)), box())
    detect, [boxed] = _through("yolo", [photo(*shapes)])
    segment, [outlined] = _through("yolo_segment", [photo(*shapes)])

    assert [type(o) for v in boxed.value.values() for o in v] == [Box, Box]
    assert [type(o) for v in outlined.value.values() for o in v] == [Polygon, Polygon]
    assert (detect.losses["polygon made a box"], detect.losses["polygon hole"]) == (1, 1)
    assert (segment.losses["box made a polygon"], segment.losses["polygon hole"]) == (1, 1)


def test_yolo_refuses_a_folder_that_has_labels(tmp_path: Path) -> None:
    FORMATS["yolo"].write([], tmp_path, SCHEMA)

    with pytest.raises(BadInput):
        FORMATS["yolo"].write([], tmp_path, SCHEMA)


def test_conll_has_a_file_for_every_field_of_spans(tmp_path: Path) -> None:
    names = next(f for f in SCHEMA.fields if f.kind == "span")
    schema = LabelSchema(fields=(names, replace(names, name="../Places"), replace(names, name="names ")))

    FORMATS["conll"].write([text("Ada Lovelace.\nBob", span(0, 12))], tmp_path, schema)

    found = sorted(p.name for p in tmp_path.iterdir())
    assert found == ["_Places.conll", "fields.json", "items.jsonl", "names.conll", "names_.conll"]
    rows = "-DOCSTART- -X- -X- O\n\nAda -X- -X- B-PER\nLovelace -X- -X- I-PER\n. -X- -X- O\n\nBob -X- -X- O\n\n"
    assert (tmp_path / "names.conll").read_text() == rows


OUR_OWN: list[Callable[[Path], object]] = [lambda p: p.write_bytes(b""), lambda p: p.unlink()]


@pytest.mark.parametrize("format_name", sorted(FORMATS))
@pytest.mark.parametrize("spoil", OUR_OWN, ids=["empty", "absent"])
def test_a_folder_with_a_file_spoiled_is_told_and_never_breaks_the_reader(
    tmp_path: Path, format_name: str, spoil: Callable[[Path], object]
) -> None:
    full = replace(photo(box()), value={"boxes": (box(),), "ships": (SHIP,), "people": (MAN,)})
    schema = LabelSchema(fields=(*SCHEMA.fields, SHIPS, PEOPLE))
    FORMATS[format_name].write([full, text("Ada", span(0, 3))], tmp_path, schema)
    for path in [p for p in tmp_path.iterdir() if p.is_file() and p.name != "pictures.jsonl"]:
        spoil(path)
    told: list[tuple[str, str]] = []

    back = list(FORMATS[format_name].read(tmp_path, lambda place, reason: told.append((place, reason))))

    assert not any(r.value for r in back)
    assert told or (format_name in ("jsonl", "conll", *LINES_ONLY) and not back)
