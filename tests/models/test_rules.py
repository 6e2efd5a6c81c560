"""Rules: terms found by words, longest first, in every script; patterns that match, and patterns that would not end."""

from __future__ import annotations

import time

import msgspec
import pytest

from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.models import SORTS, Access, Asked, Closed, Prediction, Refused, Sample
from goldsmith.models.rules.model import RulesSettings

RANGES = {"span": {"properties": {"start": {}, "end": {}}}}
FILE = b'{"id":"Q1","name":"New York","aliases":["NYC"]}\n\n{"id":"Q2","name":"New York Times"}\n'


def asked(kind: str = "span", *, multiple: bool = True) -> Asked:
    labels = tuple(Label(name=name) for name in ("place", "drug", "mail"))
    field = Field(name="marks", kind=kind, labels=labels, asset="text", multiple=multiple)
    return Asked(schema=LabelSchema(fields=(field,)), shapes=RANGES if kind == "span" else {})


def ask(text: str, kind: str = "span", *, multiple: bool = True, file: bytes = b"", **settings: object
        ) -> list[dict[str, object]]:
    one = SORTS["rules"].open(msgspec.convert({"field": "marks", **settings}, RulesSettings),
                              Access(secret="", read=lambda sha: file))
    (answer,) = one.predict([Sample(item_id="i", item=ItemData(data={"text": text}))], asked(kind, multiple=multiple))
    assert isinstance(answer, Prediction), answer
    return answer.value["marks"]


def words(text: str, **settings: object) -> list[tuple[str, str]]:
    return [(text[int(str(one["start"])):int(str(one["end"]))], str(one["label"])) for one in ask(text, **settings)]


def test_terms_are_found_as_words_without_case_and_accents() -> None:
    terms = ["place: Orléans", "drug: acetyl salicylic acid", "drug: acid"]

    assert words("ORLEANS, neworleans; Acetyl  Salicylic-ACID and acid", terms=terms) == [
        ("ORLEANS", "place"), ("Acetyl  Salicylic-ACID", "drug"), ("acid", "drug")]
    assert words("ORLEANS and Orléans", terms=terms, is_exact=True) == [("Orléans", "place")]


def test_scripts_without_spaces_and_emoji_keep_their_places() -> None:
    terms = ["place: 東京", "place: القاهرة", "place: กรุงเทพ"]
    assert words("😀我在東京住。", terms=terms) == [("東京", "place")]
    assert words("سافرت إلى القاهرة أمس", terms=terms) == [("القاهرة", "place")]
    assert words("ไปกรุงเทพกัน", terms=terms) == [("กรุงเทพ", "place")]


def test_a_vocabularys_file_names_its_entries() -> None:
    found = ask("The new york times of NYC", file=FILE, file_sha256="x", file_label="place", file_attribute="which")
    assert [(one["start"], one["end"], one["attributes"]) for one in found] == [
        (4, 18, {"which": "Q2"}), (22, 25, {"which": "Q1"})]


def test_patterns_mark_their_match_or_their_group() -> None:
    patterns = [r"mail: \b[\w.]+@[\w.]+\w", r"drug: take (?<mark>\w+)"]
    assert words("Write to a.b@c.org and Take aspirin", patterns=patterns) == [
        ("a.b@c.org", "mail"), ("aspirin", "drug")]


def test_a_choice_gets_the_labels_that_are_found() -> None:
    terms = ["drug: aspirin", "place: York", "elsewhere: York"]
    assert [one["label"] for one in ask("York sells Aspirin in York", "choice", terms=terms)] == ["place", "drug"]
    assert [one["label"] for one in ask("York sells Aspirin", "choice", multiple=False, terms=terms)] == ["place"]
    assert ask("nothing", "choice", terms=terms) == []


def test_a_pattern_that_would_not_end_stops_the_run_soon() -> None:
    begun = time.monotonic()
    with pytest.raises(Closed, match="takes more than"):
        ask("a" * 4000 + "!", patterns=["drug: ((?:a|aa|a?)+)+$(?<=b)"])
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(("settings", "word"), [
    ({"field": "marks"}, "some terms"), ({"field": "", "terms": ["a: b"]}, "which field"),
    ({"field": "marks", "terms": ["no colon"]}, "a colon"),
    ({"field": "marks", "patterns": ["drug: ("]}, "cannot be read"),
    ({"field": "marks", "file_sha256": "x"}, "which label")])
def test_what_cannot_work_is_refused_with_its_reason(settings: dict[str, object], word: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=word):
        msgspec.convert(settings, RulesSettings)


def test_an_item_without_a_text_is_refused_alone_and_a_broken_file_with_its_line() -> None:
    one = SORTS["rules"].open(RulesSettings(field="marks", terms=("drug: x",)), Access(secret="", read=lambda sha: b""))
    assert isinstance(one.predict([Sample(item_id="i", item=ItemData(data={"n": 1}))], asked())[0], Refused)
    with pytest.raises(Closed, match="Line 3"):
        ask("x", file=FILE[:48] + b"\nnonsense\n", file_sha256="x", file_label="drug")
