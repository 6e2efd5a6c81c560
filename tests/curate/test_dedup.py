"""Duplicates: against a plain reading of the same rules, in any order, in any portions, from any file."""

from __future__ import annotations

import itertools
import json
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from goldsmith.cli import main
from goldsmith.core.errors import BadInput
from goldsmith.curate import OPERATORS, _local
from goldsmith.curate._minhash import bands_of, rows_per_band, signatures
from goldsmith.curate._words import Sets, mixed, shingles_of, words_of

DIRTY = Path(__file__).parents[3] / "shared/data/dirty_text"
needs_dirty = pytest.mark.skipif(not DIRTY.is_dir(), reason=f"needs the real texts in {DIRTY}")


def documents() -> dict[str, str]:
    return {row["id"]: row["text"] for row in map(json.loads, (DIRTY / "docs.jsonl").read_bytes().splitlines())}


def plain_shingles(text: str, width: int = 5) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i:i + width]) for i in range(max(1, len(words) - width + 1))} if words else set()


def decided(source: Path, out: Path, name: str, **settings: Any) -> dict[str, dict[str, Any]]:
    operator = OPERATORS[name]
    kept = _local.run(operator, source, out, operator.Settings(**settings))
    rows = pl.read_parquet(out).to_dicts()
    assert kept == sum(row["keep"] for row in rows)
    return {row["id"]: row for row in rows}


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    path.write_text("".join(json.dumps({"id": id_, "text": text}) + "\n" for id_, text in rows), "utf-8")
    return path


@pytest.mark.parametrize("text", [
    "The quick, brown fox - jumps_over 12 lazy dogs!", "", " \n\t", "Straße ÉCOLE naïve", "a", "...", "x" * 200_000,
    "Привет, мир", "אבג דהו", "one\ntwo\r\nthree\x00four", "\ud800 lone"])
def test_words_are_those_of_a_plain_reading(text: str) -> None:
    same = {word: mixed(words_of([word]).values * 0 + words_of([word]).values)[0] for word in re.findall(r"\w+", text)}
    found = words_of(["before", text, "after"])
    assert len(found.row(1)) == len(re.findall(r"\w+", text))
    assert [mixed(found.row(1)[i:i + 1])[0] for i in range(len(found.row(1)))] == [
        same[word] for word in re.findall(r"\w+", text)]
    assert found.row(2) == words_of(["after"]).values


def test_case_is_ignored_and_scripts_without_spaces_are_read_letter_by_letter() -> None:
    upper, lower, han, mixture = words_of(["NAVIGATION Ж", "navigation ж", "數據引擎", "a數b"]), 1, 2, 3
    assert (upper.row(0) == upper.row(lower)).all()
    assert len(upper.row(han)) == 4 and len(upper.row(mixture)) == 3
    assert len(set(upper.values.tolist())) == 2 + 4 + 2  # 數 twice


def test_shingles_stay_within_their_row() -> None:
    rows = ["a b c", "d e", "", "a b c d", "f"]
    found = shingles_of(words_of(rows), 3)
    assert np.diff(found.starts).tolist() == [1, 1, 0, 2, 1]
    assert found.row(0)[0] == found.row(3)[0]
    assert len(set(found.values.tolist())) == 4
    assert shingles_of(words_of(["d e"]), 3).values[0] != shingles_of(words_of(["e d"]), 3).values[0]


@pytest.mark.parametrize(("share", "size"), [(0.2, 300), (0.5, 150), (0.8, 150), (0.8, 24)])
def test_bins_agree_as_often_as_the_sets_are_alike(share: float, size: int) -> None:
    draw = np.random.default_rng(3)
    both = round(size * 2 * share / (1 + share))
    true = both / (2 * size - both)
    agreed = []
    for _ in range(400):
        a, b, same = (mixed(draw.integers(0, 2**63, n, dtype=np.uint64)) for n in (size - both, size - both, both))
        found = signatures(Sets(np.concatenate((a, same, b, same)), np.array([0, size, 2 * size])))
        agreed.append((found[0] == found[1]).mean())
    assert np.mean(agreed) == pytest.approx(true, abs=0.01)
    assert np.std(agreed) < (true * (1 - true) / 128) ** 0.5 * 1.15  # no worse than 128 permutations would be


@pytest.mark.parametrize("least", [0.3, 0.5, 0.7, 0.8, 0.9, 1.0])
def test_pairs_just_alike_enough_share_a_band(least: float) -> None:
    rows = rows_per_band(least)
    assert 1 - (1 - least**rows) ** (128 // rows) >= 0.9995
    empty = signatures(Sets(np.empty(0, np.uint64), np.zeros(3, np.int64)))
    assert not bands_of(empty, rows).any()


@needs_dirty
def test_near_duplicates_are_those_of_all_pairs_compared(tmp_path: Path) -> None:
    texts = dict(list(documents().items())[:1500])
    source = write(tmp_path / "in.jsonl", list(texts.items()))
    shingles = {id_: plain_shingles(text) for id_, text in texts.items()}
    holders: dict[tuple[str, ...], list[str]] = {}
    for id_, some in sorted(shingles.items()):
        for one in some:
            holders.setdefault(one, []).append(id_)

    def jaccard(a: str, b: str) -> float:
        return len(shingles[a] & shingles[b]) / len(shingles[a] | shingles[b])

    candidates = {pair for ids in holders.values() if 2 <= len(ids) <= 60 for pair in itertools.combinations(ids, 2)}
    alike = {pair for pair in candidates if jaccard(*pair) >= 0.8}
    found = decided(source, tmp_path / "near.parquet", "near_dedup")

    dropped = {id_: row["cluster"] for id_, row in found.items() if not row["keep"]}
    assert len(alike) > 150 and len(dropped) > 150
    for id_, leader in dropped.items():
        assert found[leader]["keep"] and leader < id_
        assert jaccard(leader, id_) >= 0.8
        assert found[id_]["score"] == pytest.approx(jaccard(leader, id_), abs=1e-9)
    left = [(a, b) for a, b in alike if found[a]["keep"] and found[b]["keep"]]
    assert len(left) <= 0.002 * len(alike)


@needs_dirty
def test_decisions_do_not_depend_on_order_portions_or_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = list(documents().items())[:1200]
    first = decided(write(tmp_path / "a.jsonl", rows), tmp_path / "a.parquet", "near_dedup")
    random.Random(5).shuffle(rows)
    monkeypatch.setattr(_local, "BATCH_ROWS", 77)
    pl.DataFrame(rows, ["id", "text"], orient="row").write_parquet(tmp_path / "b-in.parquet")
    assert decided(tmp_path / "b-in.parquet", tmp_path / "b.parquet", "near_dedup") == first
    assert pl.read_parquet(tmp_path / "b.parquet")["id"].to_list() == [id_ for id_, _ in rows]


def test_what_is_cut_off_or_wrapped_is_contained(tmp_path: Path) -> None:
    words = [f"word{i}" for i in range(100)]
    source = write(tmp_path / "in.jsonl", [
        ("a", " ".join(words)), ("b", " ".join(words[:70])), ("c", "menu home " + " ".join(words) + " all rights"),
        ("d", " ".join(words[:20])), ("e", "quite another thing altogether than those")])
    assert [row["keep"] for row in decided(source, tmp_path / "j.parquet", "near_dedup").values()] == [
        True, True, False, True, True]
    found = decided(source, tmp_path / "c.parquet", "near_dedup", measure="containment", threshold=0.9)
    assert {id_: row["cluster"] for id_, row in found.items()} == {"a": "a", "b": "a", "c": "a", "d": "d", "e": "e"}
    assert found["b"]["reason"] == "near_dedup of a"


def test_a_chain_of_likes_drops_only_what_is_alike_to_what_stays(tmp_path: Path) -> None:
    words = [f"w{i}" for i in range(200)]
    texts = [" ".join(words[i:i + 100]) for i in range(0, 60, 6)]  # neighbours share 90 of 96 runs, ends none
    found = decided(write(tmp_path / "in.jsonl", [(f"t{i}", text) for i, text in enumerate(texts)]),
                    tmp_path / "out.parquet", "near_dedup")
    kept = [id_ for id_, row in found.items() if row["keep"]]
    assert kept == ["t0", "t2", "t4", "t6", "t8"]


def test_many_of_one_text_are_one_and_empty_rows_are_no_duplicates(tmp_path: Path) -> None:
    many = [(f"r{i:04}", "the same words in the same order every time") for i in range(1500)]
    almost = [(f"s{i:04}", "the same words in the same order every time" + f" number{i % 3}" * 9) for i in range(300)]
    source = write(tmp_path / "in.jsonl", [*many, *almost, ("x", ""), ("y", " \n ")])
    for name, kept in (("near_dedup", {"r0000", "s0000", "s0001", "s0002", "x", "y"}),
                       ("exact_dedup", {"r0000", "s0000", "s0001", "s0002", "x", "y"})):
        found = decided(source, tmp_path / f"{name}.parquet", name)
        assert {id_ for id_, row in found.items() if row["keep"]} == kept


def test_the_same_text_is_found_beyond_unicode_form_and_white_space(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [
        ("2", "caf\u00e9  au\nlait"), ("1", "cafe\u0301 au lait "), ("3", "Caf\u00e9 au lait")])
    found = decided(source, tmp_path / "out.parquet", "exact_dedup")
    assert [found[i]["cluster"] for i in "123"] == ["1", "1", "3"]
    found = decided(source, tmp_path / "out.parquet", "exact_dedup", ignore_case=True)
    assert [found[i]["cluster"] for i in "123"] == ["1", "1", "1"]


@pytest.mark.parametrize(("content", "says"), [
    (b'{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n', "more than once"),
    (b'{"name": "a"}\n', "missing required field `id`"), (b'{"id": "a", "te', "truncated"),
    (b'{"id": null, "text": "x"}\n', "no id")])
def test_bad_input_is_told_with_its_place_and_leaves_no_file(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "in.jsonl").write_bytes(content)
    with pytest.raises(BadInput, match=says) as error:
        decided(tmp_path / "in.jsonl", tmp_path / "out.parquet", "near_dedup")
    assert "in.jsonl" in error.value.where
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_an_operator_by_its_name_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "a sentence that is long enough to have some runs of five words"
    pl.DataFrame({"id": [1, 2, 3], "text": [text, text + " more", "other"]}).write_parquet(tmp_path / "in.parquet")
    at = [str(tmp_path / name) for name in ("in.parquet", "out.parquet")]
    monkeypatch.setattr("sys.argv", ["goldsmith", "curate", "near_dedup", *at, "--threshold", "0.8"])
    main()
    assert capsys.readouterr().out.startswith("2 of 3 rows kept")
    assert pl.read_parquet(at[1]).columns == ["id", "cluster", "keep", "reason", "score"]
    monkeypatch.setattr("sys.argv", ["goldsmith", "curate", "near_dedup", *at, "--threshold", "7"])
    with pytest.raises(SystemExit, match="1"):
        main()
    assert "between 0.05 and 1" in capsys.readouterr().err
