"""Ids: prefixed, time-ordered strings such as `task_01jd3…`, never a bare integer on the wire."""

from __future__ import annotations

from base64 import b32hexencode

FROM_HEX = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUV", b"abcdefghjkmnpqrstvwxyz")  # to Crockford's base 32


def make_id(prefix: str, *, now_us: int, random_bits: int) -> str:
    """`prefix`, then 48 bits of milliseconds and 80 random bits in 26 characters, so that ids sort by time."""
    number = ((now_us // 1000) & (2**48 - 1)) << 80 | (random_bits & (2**80 - 1))
    return f"{prefix}_{b32hexencode(number.to_bytes(16, 'big'))[:26].translate(FROM_HEX).decode()}"
