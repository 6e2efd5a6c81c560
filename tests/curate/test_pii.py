"""Personal data with a form: what is found, what looks like it and is not, and what stands in its place."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from goldsmith.curate import OPERATORS, _local, pii
from goldsmith.curate._operator import Find

SHARED = Path(__file__).parents[3] / "shared/data"
AWS, GITHUB = "AKIA" + "IOSFODNN7EXAMPLE", "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"  # documented examples


def found(text: str) -> list[tuple[str, str]]:
    [some] = pii.find([text], pii.Settings())
    return [(one.type, text[one.start:one.end]) for one in some]


@pytest.mark.parametrize(("text", "expected"), [
    ("Write to ana.b+c@mail.example.org, please.", [("EMAIL_ADDRESS", "ana.b+c@mail.example.org")]),
    ("IBAN GB33 BUKB 2020 1555 5555 55 or de89370400440532013000", [
        ("IBAN_CODE", "GB33 BUKB 2020 1555 5555 55"), ("IBAN_CODE", "de89370400440532013000")]),
    ("card 4111 1111 1111 1111 or 378282246310005.", [
        ("CREDIT_CARD", "4111 1111 1111 1111"), ("CREDIT_CARD", "378282246310005")]),
    ("from 192.168.3.4 and 2001:db8::ff00:42:8329", [
        ("IP_ADDRESS", "192.168.3.4"), ("IP_ADDRESS", "2001:db8::ff00:42:8329")]),
    ("SSN 123-45-6789", [("US_SSN", "123-45-6789")]),
    ("call +49 (0)30 123456-78 or 905-674-3793 x12", [
        ("PHONE_NUMBER", "+49 (0)30 123456-78"), ("PHONE_NUMBER", "905-674-3793 x12")]),
    ("my phone is 9498777106", [("PHONE_NUMBER", "9498777106")]),
    ("DNI 12345678Z, CPF 529.982.247-25, NIR 2 55 08 14 168 025 38, QQ12", [
        ("NATIONAL_ID", "12345678Z"), ("NATIONAL_ID", "529.982.247-25"), ("NATIONAL_ID", "2 55 08 14 168 025 38")]),
    ("NI number AB 12 34 56 C; RSSMRA85T10A562S", [
        ("NATIONAL_ID", "AB 12 34 56 C"), ("NATIONAL_ID", "RSSMRA85T10A562S")]),
    (f"export AWS={AWS} and {GITHUB}", [("SECRET", AWS), ("SECRET", GITHUB)]),
    ('password = "hunter2Hunter"', [("SECRET", "hunter2Hunter")]),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", [
        ("SECRET", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----")]),
    ("😀 émile: emile@example.org", [("EMAIL_ADDRESS", "emile@example.org")])])
def test_what_has_a_form_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", [
    "", "In 1990-1991 it rose by 12,345,678.90", "2004-05-12 11:30:22", "on 12.03.2004 at 10:15",
    "42 U.S.C. 1983 § 1320a-7b",
    "version 10.2.3.4 of it", "card 4111 1111 1111 1112", "IBAN GB33BUKB20201555555556", 
    "ids 000-12-3456 and 666-12-3456",
    "order 123456789012", "CPF 529.982.247-24", "12345678A", "password: <your password>", "secret: changeme",
    "a@b", "@handle", "see 300.400.500.600",
    "pages 100-200, 300-400 and 1000-2000", "1111111111", "π = 3.14159265358979"])
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert found(text) == []


def test_pseudonyms_are_the_same_for_the_same_value_and_need_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = pii.Settings()

    def stand_in(value: str, key: str, type_: str = "CREDIT_CARD") -> str:
        monkeypatch.setenv(pii.KEY, key)
        pii._key.cache_clear()
        return pii.stand_in(Find(start=0, end=0, type=type_), value, settings)

    first = stand_in("4111 1111 1111 1111", "one")
    assert first == stand_in("4111111111111111", "one") and first.startswith("<CREDIT_CARD_")
    assert first != stand_in("4111 1111 1111 1111", "two")
    assert first[-9:] != stand_in("4111 1111 1111 1111", "one", "PHONE_NUMBER")[-9:]
    pii._key.cache_clear()
    assert pii.stand_in(Find(start=0, end=0, type="US_SSN"), "1", pii.Settings(replace="type")) == "<US_SSN>"


def test_a_file_keeps_every_row_with_its_finds_and_a_text_without_them(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "Mail x@example.org, or x@example.org."}, {"id": "b", "text": "nothing"}, {"id": "c"}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    kept = _local.run(OPERATORS["pii"], tmp_path / "in.jsonl", tmp_path / "out.parquet", pii.Settings(replace="type"))
    table = pl.read_parquet(tmp_path / "out.parquet")
    assert kept == 3 and table["keep"].all()
    assert table["text"].to_list() == ["Mail <EMAIL_ADDRESS>, or <EMAIL_ADDRESS>.", "nothing", ""]
    assert [[(one["start"], one["end"]) for one in some] for some in table["finds"].to_list()] == [
        [(5, 18), (23, 36)], [], []]


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"needs the texts in {SHARED}")
@pytest.mark.parametrize("where", ["pii_synthetic", "dirty_text"])
def test_invented_persons_are_found_and_law_is_left_alone(where: str) -> None:
    if where == "pii_synthetic":
        lines = [json.loads(line) for line in (SHARED / where / "pii.jsonl").read_bytes().splitlines()]
        texts, truths = [one["text"] for one in lines], [one["spans"] for one in lines]
    else:
        spans = {one["id"]: one.get("pii", []) for one in map(
            json.loads, (SHARED / where / "truth.jsonl").read_bytes().splitlines())}
        lines = [json.loads(line) for line in (SHARED / where / "docs.jsonl").read_bytes().splitlines()]
        texts, truths = [one["text"] for one in lines], [spans[one["id"]] for one in lines]
    hit, true, false = Counter[str](), Counter[str](), Counter[str]()
    for some, truth in zip(pii.find(texts, pii.Settings()), truths, strict=True):
        mine = [span for span in truth if span[2] in pii.ORDER]
        for start, end, type_ in mine:
            true[type_] += 1
            hit[type_] += any(one.type == type_ and abs(one.start - start) <= 2 and abs(one.end - end) <= 2
                              for one in some)
        false.update(one.type for one in some if not any(
            one.type == type_ and start < one.end and one.start < end for start, end, type_ in mine))
    assert true["CREDIT_CARD"] > 60 and true["PHONE_NUMBER"] > 30
    for type_, count in true.items():
        assert hit[type_] >= (0.9 if type_ == "PHONE_NUMBER" else 0.98) * count, type_
    assert false.total() <= 2
