"""Canonical JSON is that of RFC 8785: the same bytes in every language."""

from __future__ import annotations

import json
import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.quality.canonical import canonical_bytes, read_strictly


@pytest.mark.parametrize(  # appendix B of RFC 8785
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(bits: str, text: str) -> None:
    assert canonical_bytes(struct.unpack(">d", bytes.fromhex(bits))[0]) == text.encode()


def test_members_stand_in_the_order_of_utf_16_and_text_is_escaped_as_little_as_can_be() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "\r": 4, "1": 5, "\x80": 6, "a": [True, None, "\u2028\x0f\"\\"]}

    assert canonical_bytes(value).decode() == (
        '{"\\r":4,"1":5,"a":[true,null,"\u2028\\u000f\\"\\\\"],"\x80":6,"\u20ac":3,"\U0001f600":2,"\ufb33":1}'
    )


NAMES = st.text(st.characters(codec="utf-8"), max_size=9)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_what_is_read_back_is_equal_and_has_the_same_bytes(value: object) -> None:
    raw = canonical_bytes(value)  # type: ignore[arg-type]

    assert json.loads(raw, parse_int=float) == value
    assert canonical_bytes(read_strictly(raw)) == raw
    assert canonical_bytes(msgspec.json.decode(raw)) == raw


@pytest.mark.parametrize("raw", [b'{"a":1,"a":2}', b'[{"b":{"c":1,"c":1}}]', b"NaN", b"[Infinity]", b"{", b"\xff"])
def test_what_two_readers_could_take_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        read_strictly(raw)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, -(10**400)])
def test_numbers_without_one_form_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        canonical_bytes(value)
