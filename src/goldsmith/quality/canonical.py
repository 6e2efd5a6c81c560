"""Canonical JSON: the one sequence of bytes for a JSON value, so that it can be hashed and signed (RFC 8785).

Whoever reads a value and writes it in this form again, in any language, gets the same bytes: members in the order of
their names, no blanks, numbers as ECMAScript writes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

Json = None | bool | int | float | str | Sequence["Json"] | dict[str, "Json"]
EXACT = 2**53  # whole numbers beyond are taken as the nearest double, as ECMAScript does


def canonical_bytes(value: Json) -> bytes:
    """The value in canonical form; ValueError for a number that has none: NaN, an infinity or beyond a double."""
    return _text(value).encode()


def _text(value: Json) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_quoted(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    assert isinstance(value, int | float)
    return _number(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(value: int | float) -> str:
    if isinstance(value, int) and abs(value) < EXACT:
        return str(value)
    try:
        double = float(value)
    except OverflowError:
        double = math.inf
    if not math.isfinite(double):
        raise ValueError(f"{double} has no canonical form in JSON")
    if double == 0:
        return "0"
    return ("-" if double < 0 else "") + _positive(abs(double))


def _positive(value: float) -> str:
    """Number::toString of ECMAScript: the shortest digits that read back as the same number, and where the point is."""
    mantissa, _, power = f"{value!r}".partition("e")
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + part) - len(digits))  # places before the decimal point
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    sign = "+" if point > 0 else "-"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{sign}{abs(point - 1)}"


def read_strictly(raw: bytes) -> Json:
    """A JSON value in which no member stands twice; ValueError otherwise. Two readers could take another one each."""

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a member stands twice in one object")
        return found

    def refused(word: str) -> Json:
        raise ValueError(f"{word} is no JSON")

    value: Json = json.loads(raw, object_pairs_hook=members, parse_constant=refused)
    return value
