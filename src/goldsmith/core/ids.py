"""Ids: prefixed, time-ordered strings such as `task_01jd3…`, never a bare integer on the wire."""

from __future__ import annotations

DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32
PAIRS = tuple(a + b for a in DIGITS for b in DIGITS)  # two digits hold ten bits


def make_id(prefix: str, *, now_us: int, random_bits: int) -> str:
    """`prefix`, then 48 bits of milliseconds and 80 random bits in 26 characters, so that ids sort by time."""
    number = ((now_us // 1000) & (2**48 - 1)) << 82 | (random_bits & (2**80 - 1)) << 2
    return f"{prefix}_{''.join([PAIRS[(number >> shift) & 1023] for shift in range(120, -1, -10)])}"
