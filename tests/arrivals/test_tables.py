"""Tables arrive row by row; a broken row costs itself only."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.arrivals import Limits, Options
from goldsmith.arrivals.lines import read_lines
from goldsmith.arrivals.tables import REREAD_BYTES, delimiter_of, read_rows
from tests.arrivals.uploads import take_bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_its_delimiter_and_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["id", "text", "group"], ["1", "hé 😀", "a"], ["2", "two\nlines", "b"], ["3", 'a "word"', ""]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)

    taken = take_bytes(tmp_path, "t.csv", out.getvalue().encode(encoding))

    assert not taken.rejections
    assert taken.data == [{"id": i, "text": t} for i, t, _ in rows[1:]]
    assert [a.group for a in taken.arrivals] == ["a", "b", ""]
    assert taken.places == ["t.csv:2", "t.csv:3", "t.csv:5"]


def test_broken_rows_in_the_middle_are_named_and_the_rest_arrives(tmp_path: Path) -> None:
    raw = b"id,text\n1,one\n2\n3,a,b\n4,\xff\xfe\n5,nul\0\n6,six\n,\n\n9,nine\n"

    taken = take_bytes(tmp_path, "t.csv", raw)

    assert [d["id"] for d in taken.data] == ["1", "6", "9"]
    assert set(taken.reasons) == {f"t.csv:{n}" for n in (3, 4, 5, 6, 8)}
    assert "1 cells, the header 2" in taken.reasons["t.csv:3"]
    assert f"byte {raw.index(0xFF)} of the file" in taken.reasons["t.csv:5"]
    assert f"NUL at byte {raw.index(0)} of the file" in taken.reasons["t.csv:6"]
    assert {r.place: r.raw for r in taken.rejections}["t.csv:4"] == b"3,a,b\n"


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    raw = b'id,text\n1,one\n2,"never closed\n' + b"".join(b"%d,x\n" % n for n in range(3, 1000))

    taken = take_bytes(tmp_path, "t.csv", raw)

    assert [d["id"] for d in taken.data] == ["1", *map(str, range(3, 1000))]
    assert list(taken.reasons) == ["t.csv:3"]
    assert "quote" in taken.reasons["t.csv:3"]


def test_rows_made_to_be_read_again_and_again_end(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b'a","x\n' * 2000)
    lines = 0

    with path.open("rb") as file:
        for row in read_rows(read_lines(file, 600), ",", 600):
            lines += len(row.lines)

    assert lines == 2000
    assert REREAD_BYTES <= 2**28


def test_a_line_of_more_than_the_limit_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    raw = b"text\nok\n" + b"x" * 700_000 + b"\nafter\n"

    taken = take_bytes(tmp_path, "t.csv", raw, Options(limits=Limits(line_bytes=300_000)))

    assert taken.data == [{"text": "ok"}, {"text": "after"}]
    assert "longer than 300000 bytes" in taken.reasons["t.csv:3"]
    assert len(taken.rejections[0].raw) == 64 * 1024


def test_the_text_column_is_called_text(tmp_path: Path) -> None:
    taken = take_bytes(tmp_path, "t.csv", b"id,review\n1,good\n", Options(text_column="review"))
    assert taken.data == [{"id": "1", "text": "good"}]

    taken = take_bytes(tmp_path, "t.csv", b"id,review\n1,good\n", Options(text_column="body"))
    assert "no column 'body'" in taken.reasons["t.csv:1"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"a,a\n1,2\n", "named 'a'"), (b"a,b\n", "no rows"), (b"", "empty"), (b"\n\n", "empty")],
)
def test_a_table_without_use_is_refused_whole(tmp_path: Path, raw: bytes, reason: str) -> None:
    taken = take_bytes(tmp_path, "t.csv", raw)
    assert not taken.arrivals
    assert reason in next(iter(taken.reasons.values()))


def test_a_column_without_a_name_is_called_by_its_number(tmp_path: Path) -> None:
    assert take_bytes(tmp_path, "t.csv", b",text\n0,a\n").data == [{"column 1": "0", "text": "a"}]


def test_commas_in_texts_do_not_mislead_the_delimiter() -> None:
    assert delimiter_of(["id;text", "1;a, b, c", "2;d", "3;e, f"], ",") == ";"
    assert delimiter_of(["text", "a", "b, c"], ",") == ","


def test_broken_utf_16_costs_its_line_only(tmp_path: Path) -> None:
    raw = b"\xff\xfe" + "t\none\n".encode("utf-16-le") + b"a\0\x00\xd8" + "\ntwo\n".encode("utf-16-le") + b"x"

    taken = take_bytes(tmp_path, "t.csv", raw)

    assert [d["t"] for d in taken.data] == ["one", "two"]
    assert "UTF-16-LE at byte 2 of the line" in taken.reasons["t.csv:3"]
    assert "t.csv:5" in taken.reasons


# control characters are left out: a file full of them is no text
cell = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=8)


@given(st.lists(st.tuples(cell.filter(bool), cell), min_size=1, max_size=8))
def test_every_table_that_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("first", "second"), *rows])

    taken = take_bytes(tmp_path_factory.mktemp("t"), "t.csv", out.getvalue().encode())

    assert not taken.rejections
    assert [(d["first"], d["second"]) for d in taken.data] == rows
