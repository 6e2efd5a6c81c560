"""Tokens: the words a CoNLL file has a row for.

A word is a run of letters, digits and underscores with their marks and joiners; of Chinese, Japanese, Thai, Lao,
Khmer and Burmese, which put no space between words, every character is a token. So is every other sign, an emoji with
what is joined to it. White space belongs to no token. Two texts that are equal have equal tokens.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

_SINGLE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
_JOINERS = "\u200c\u200d"
_TONES = "\U0001f3fb-\U0001f3ff"


@cache
def _pattern() -> re.Pattern[str]:
    marks = _marks()
    letter = f"(?:(?![{_SINGLE}])\\w)"
    word = f"{letter}(?:{letter}|[{marks}{_JOINERS}])*"
    single = f"[{_SINGLE}][{marks}]*"
    sign = f"[^\\w\\s](?:[{marks}{_TONES}]|\u200d[^\\w\\s])*"
    return re.compile(f"{single}|{word}|{sign}")


def _marks() -> str:
    """Every combining mark of Unicode, as ranges of a regular expression."""
    ranges: list[list[int]] = []
    for code in range(0x300, sys.maxunicode + 1):
        if unicodedata.category(chr(code)).startswith("M"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def tokens_of(text: str) -> list[tuple[int, int]]:
    """Start and end of every token, in code points, in order and without overlap."""
    return [(found.start(), found.end()) for found in _pattern().finditer(text)]
