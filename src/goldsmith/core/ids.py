"""Ids: prefixed, time-ordered strings such as `task_01jd3…`, never a bare integer on the wire."""

from __future__ import annotations

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32


def make_id(prefix: str, *, now_us: int, random_bits: int) -> str:
    """`prefix`, then 48 bits of milliseconds and 80 random bits, so that ids sort by time."""
    number = ((now_us // 1000) & (2**48 - 1)) << 80 | (random_bits & (2**80 - 1))
    return prefix + "_" + "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
