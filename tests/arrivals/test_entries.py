"""JSON Lines, JSON arrays and plain texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.arrivals import Limits, Options
from tests.arrivals.uploads import fields, folder, picture, take, take_bytes

CHOICE = {"id": "o1", "kind": "choice", "label": "good"}


def test_json_lines_are_records_objects_or_texts(tmp_path: Path) -> None:
    lines = [
        {"data": {"text": "a", "n": 5}, "group": "g", "value": {"mood": [CHOICE]}},
        {"text": "b", "group": 7, "nested": [1, {"x": None}], "big": 2**60},
        "c",
    ]

    taken = take_bytes(tmp_path, "x.jsonl", "\n".join(map(json.dumps, lines)).encode())

    assert not taken.rejections
    assert taken.data[0] == {"text": "a", "n": 5.0}
    assert taken.data[1] == {"text": "b", "nested": '[1,{"x":null}]', "big": str(2**60)}
    assert taken.data[2] == {"text": "c"}
    assert [a.group for a in taken.arrivals] == ["g", "7", ""]
    first = taken.arrivals[0].value
    assert first and first["mood"][0].label == "good"


def test_labels_go_to_the_field_of_their_kind_and_others_are_told(tmp_path: Path) -> None:
    raw = json.dumps(
        {
            "data": {"text": "a"},
            "value": {"mood": [CHOICE], "x": [{"id": "s", "kind": "span", "label": "y", "start": 0, "end": 1}]},
        }
    )

    taken = take_bytes(tmp_path, "x.jsonl", raw.encode(), Options(fields=fields(choice="sentiment")))

    value = taken.arrivals[0].value
    assert value and list(value) == ["sentiment"]
    assert taken.reasons == {"x.jsonl:1": "The schema has no field for 1 span label(s)."}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"17", "object or a text"),
        (b"{}", "no content"),
        (b'{"data": {"t": "a"}, "value": {"f": [{"kind": "nothing"}]}}', "nothing"),
        (b'{"t": "\xff"}', "UTF-8"),
        (b'{"t": "\\ud800"}', "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (
            b'{"assets": {"image": {"sha256": "", "media_type": "", "size_bytes": 0, "file_name": "a.jpg"}}}',
            "not in the upload",
        ),
    ],
)
def test_a_broken_line_is_refused_and_the_next_arrives(tmp_path: Path, line: bytes, reason: str) -> None:
    taken = take_bytes(tmp_path, "x.jsonl", b'{"t": "ok"}\n' * 99 + line + b'\n{"t": "after"}\n')

    assert [d["t"] for d in taken.data] == ["ok"] * 99 + ["after"]
    assert reason in taken.reasons["x.jsonl:100"]
    assert taken.rejections[0].raw.startswith(line[:1000])


def test_an_array_loses_only_its_broken_elements(tmp_path: Path) -> None:
    raw = b'[{"t": "a, ]\\""}, {"t": nonsense}, {"t": "b"}, 5, "text",\n{"t": "' + b"x" * 5000 + b'"}, {"t": "c"}]'

    taken = take_bytes(tmp_path, "x.json", raw, Options(limits=Limits(line_bytes=4000)))

    assert [d.get("t", d.get("text")) for d in taken.data] == ['a, ]"', "b", "text", "c"]
    assert set(taken.reasons) == {"x.json:2", "x.json:4", "x.json:6"}
    assert taken.places[-1] == "x.json:7"


@pytest.mark.parametrize(
    ("raw", "count", "reason"),
    [
        (b'[{"t": "a"}, {"t": "b"', 1, "ends before"),
        (b'[{"t": "a"}] and more', 1, "follows the last bracket"),
        (b'[{"t": "a"}}', 1, "closed by"),
        (b"[]", 0, "empty"),
        (b'[{"t": "a"},]', 1, "last comma"),
    ],
)
def test_a_broken_array_is_told(tmp_path: Path, raw: bytes, count: int, reason: str) -> None:
    taken = take_bytes(tmp_path, "x.json", raw)
    assert len(taken.arrivals) == count
    assert any(reason in text for text in taken.reasons.values()), taken.reasons


def test_an_object_is_one_item_or_its_only_list(tmp_path: Path) -> None:
    assert take_bytes(tmp_path, "x.json", b'{"text": "a", "n": 1}').data == [{"text": "a", "n": 1.0}]
    assert take_bytes(tmp_path, "x.json", b'{"rows": [{"t": "a"}, {"t": "b"}]}').data == [{"t": "a"}, {"t": "b"}]
    assert take_bytes(tmp_path, "x.json", b'{"t": "a"}\n{"t": "b"}\n').data == [{"t": "a"}, {"t": "b"}]


@given(
    st.lists(
        st.dictionaries(st.text(min_size=1), st.text(min_size=1), min_size=1).filter(
            lambda d: not d.keys() & {"group", "data"}
        ),
        min_size=1,
    )
)
def test_every_array_that_json_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    taken = take_bytes(tmp_path_factory.mktemp("t"), "x.json", json.dumps(rows).encode())

    assert not taken.rejections
    assert taken.data == rows


def test_a_text_alone_is_read_by_line_and_in_a_folder_by_file(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbfone\r\n\r\ntwo\rthree"

    assert take_bytes(tmp_path, "a.txt", raw).data == [{"text": "one"}, {"text": "two"}, {"text": "three"}]
    whole = take(folder(tmp_path / "texts", {"a.txt": raw, "b.txt": b"x\0"}))
    assert whole.data == [{"text": "one\n\ntwo\nthree"}]
    assert "NUL at byte 1" in whole.reasons["texts/b.txt"]
    assert take_bytes(tmp_path, "a.txt", raw, Options(text="file")).data == whole.data


def test_our_own_export_comes_back_with_pictures_and_labels(tmp_path: Path) -> None:
    from hashlib import sha256

    raw = picture()
    facts = {
        "sha256": sha256(raw).hexdigest(),
        "media_type": "image/jpeg",
        "size_bytes": len(raw),
        "file_name": "a.jpg",
    }
    box = {"id": "b", "kind": "box", "label": "x", "x_px": 1, "y_px": 1, "width_px": 5, "height_px": 5}
    line = json.dumps(
        {"item_id": "item_1", "assets": {"photo": facts}, "value": {"f": [box]}, "split": "train"}
    ).encode()
    other = json.dumps({"item_id": "item_2", "assets": {"photo": {**facts, "sha256": "0" * 64}}, "value": {}}).encode()
    files = {"records.jsonl": line + b"\n" + other, f"assets/{facts['sha256']}.jpg": raw}

    taken = take(folder(tmp_path / "export", files))

    assert taken.places == ["export/records.jsonl:1"]
    assert taken.bytes["export/records.jsonl:1"] == raw
    assert taken.arrivals[0].value and taken.arrivals[0].item.assets["photo"].width_px == 60
    assert "not in the upload" in taken.reasons["export/records.jsonl:2"]
