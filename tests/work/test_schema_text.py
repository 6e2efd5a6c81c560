"""Schemas as text: what is read, and the line of what is not."""

from __future__ import annotations

import pytest

from goldsmith.core.errors import BadInput
from goldsmith.work.setup.schema_text import parse_schema

GOOD = "fields:\n  - name: a\n    kind: choice\n    labels:\n      - {name: no}\n      - {name: 2020-01-01}\n    required: true\n"  # noqa: E501


def test_a_label_may_be_called_no_or_look_like_a_day() -> None:
    field = parse_schema(GOOD).fields[0]

    assert [label.name for label in field.labels] == ["no", "2020-01-01"] and field.required


def test_json_is_read_with_its_tabs_and_escapes() -> None:
    text = '{"fields": [\n\t{"name": "a", "kind": "box", "labels": [{"name": "\\ud83d\\ude00"}]}]}'

    assert parse_schema(text).fields[0].labels[0].name == "😀"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "line 1"),
        ("fields: 3", "line 1, fields"),
        ("- a", "line 1"),
        (GOOD.replace("kind: choice", "kind: [choice"), "line 4"),
        (GOOD.replace("no}", "1}"), "line 5, fields[0].labels[0].name"),
        (GOOD.replace("required", "requierd"), "line 7, fields[0].requierd"),
        (GOOD + "    required: false\n", "line 8"),
        ("a: &x [1]\nb: *x", "line 2"),
        ("!!python/object:os.system x", "line 1"),
        ("\0", "line 1"),
        ("?", "line 1"),
        ("a:\n  ? [b]\n  : 1", "line 2"),
        ("a:\n  - true: 1", "line 2"),
        ("{" * 100_000, "line 1"),
        ('fields:\n - {name: "\\ud800", kind: box, labels: [{name: a}]}', "line 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_schema(text)

    assert caught.value.where == where


def test_a_text_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(BadInput):
        parse_schema("a" * 500_001)
