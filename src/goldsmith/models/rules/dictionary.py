"""A dictionary of terms found in texts: the longest at each word, without regard to case and accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import regex
from msgspec import Struct

# A word; of scripts that are written without spaces each character is one.
SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
WORD = regex.compile(rf"[{SPACELESS}]\p{{M}}*|[\w--[{SPACELESS}]]+", regex.V1)
WORDS_MOST = 16  # of a term


class Term(Struct, frozen=True, kw_only=True):
    """What a word or several say: a label, and an entry of a vocabulary where they name one."""

    label: str
    entry_id: str = ""


class Found(NamedTuple):
    """A range of a text in code points, end not included, and what stands there."""

    start: int
    end: int
    term: Term


def fold(text: str) -> str:
    """The word without case and accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).casefold()


class Dictionary:
    """Terms by their words."""

    def __init__(self, terms: Iterable[tuple[str, Term]], *, is_exact: bool) -> None:
        """`is_exact`: case and accents count. Of two terms that are written alike the first counts."""
        self._fold = (lambda word: word) if is_exact else fold
        self._terms: dict[str, Term] = {}
        self._most: dict[str, int] = {}  # by a term's first word: how many words its longest term has
        for text, term in terms:
            words = [self._fold(match.group()) for match in WORD.finditer(text)][:WORDS_MOST]
            if words:
                self._terms.setdefault(" ".join(words), term)
                self._most[words[0]] = max(self._most.get(words[0], 0), len(words))

    def __len__(self) -> int:
        return len(self._terms)

    def find(self, text: str) -> Iterator[Found]:
        """The terms in the text, from its start; none overlaps another."""
        places = [(match.start(), match.end()) for match in WORD.finditer(text)]
        words = [self._fold(text[start:end]) for start, end in places]
        at = 0
        while at < len(words):
            for count in range(min(self._most.get(words[at], 0), len(words) - at), 0, -1):
                term = self._terms.get(" ".join(words[at:at + count]))
                if term is not None:
                    yield Found(places[at][0], places[at + count - 1][1], term)
                    at += count - 1
                    break
            at += 1
