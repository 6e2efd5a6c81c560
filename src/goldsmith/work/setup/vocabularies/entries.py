"""What a vocabulary is made of, and how a file of entries is read: CSV, TSV or JSON Lines, one entry a line."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput

COLUMNS = ("id", "name", "aliases", "description")
ENTRIES_MOST, ID_MOST, NAME_MOST, ALIASES_MOST, DESCRIPTION_MOST = 1_000_000, 200, 500, 100, 2_000
WORDS_MOST, TERM_BYTES = 8, 200  # of a name's words the first eight begin a term; a term is cut to so many bytes
NOTHING = "NIL"  # the answer that no entry is meant, as in TAC KBP's entity linking
WORD = re.compile(r"\w+")


class VocabularyEntry(Struct, frozen=True, kw_only=True):
    """One thing that can be meant: its id within the vocabulary, its name, and what else it is called."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""


class RefusedEntry(Struct, frozen=True, kw_only=True):
    """One line that is no entry, and why."""

    line: int  # in the file, from 1
    reason: str
    text: str  # the line as it stood, its first 500 characters


Numbered = RefusedEntry | tuple[int, VocabularyEntry]  # a line refused, or taken with its number


def fold(text: str) -> str:
    """The text as it is searched: without case, accents and more than one space between words."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(plain.casefold().split())


def terms_of(entry: VocabularyEntry) -> set[bytes]:
    """What the entry is found by: each of its names from each of its words on, folded, as UTF-8."""
    found: set[bytes] = set()
    for name in (entry.name, *entry.aliases):
        folded = fold(name)
        starts = [0, *(match.start() for match in WORD.finditer(folded))][: WORDS_MOST + 1]
        found |= {term_of(folded[start:]) for start in starts}
    return found - {b""}


def term_of(folded: str) -> bytes:
    """A folded text as the index holds it."""
    return folded.encode()[:TERM_BYTES]


def read_entries(path: Path) -> Iterator[VocabularyEntry | RefusedEntry]:
    """The file's lines, one by one; BadInput where it cannot be read as a vocabulary at all."""
    with path.open("rb") as raw:
        first = raw.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not first:
        raise BadInput("The file is empty.", where="file", hint=f"Its columns are {', '.join(COLUMNS)}.")
    lines = _json_lines(path) if first.startswith(b"{") else _table_lines(path)
    return _unique(lines)


def _unique(lines: Iterator[Numbered]) -> Iterator[VocabularyEntry | RefusedEntry]:
    seen: set[str] = set()
    for one in lines:
        if isinstance(one, RefusedEntry):
            yield one
            continue
        line, entry = one
        if entry.id in seen:
            yield RefusedEntry(line=line, reason=f"The id {entry.id!r} stands further up already.", text=entry.name)
        elif len(seen) >= ENTRIES_MOST:
            yield RefusedEntry(line=line, text=entry.name, reason=f"A vocabulary has at most {ENTRIES_MOST:,} entries;"
                                                                  " this line and those after it were not read.")
            return
        else:
            seen.add(entry.id)
            yield entry


def _json_lines(path: Path) -> Iterator[Numbered]:
    decoder = msgspec.json.Decoder(VocabularyEntry)
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
            if not raw:
                continue
            try:
                entry = _checked(decoder.decode(raw))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                yield _refused(number, str(error), raw.decode(errors="replace"))
            except BadInput as error:
                yield _refused(number, error.message, raw.decode(errors="replace"))
            else:
                yield number, entry


def _table_lines(path: Path) -> Iterator[Numbered]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = file.readline()
        reader = csv.reader(chain([head], file), delimiter=max("\t,;", key=head.count), strict=True)
        names: list[str] = []
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield _refused(number, f"The line cannot be read: {error}.", "")
                continue
            if cells is None:
                return
            if not names:
                names = _columns(cells)
            elif any(cell.strip() for cell in cells):
                yield _row(number, dict(zip(names, cells, strict=False)), cells)


def _columns(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if "id" not in names or "name" not in names:
        raise BadInput("The first line names the columns; it needs `id` and `name`.", where="line 1",
                       hint=f"Known are {', '.join(COLUMNS)}; aliases have `|` between them.")
    return names


def _row(number: int, row: dict[str, Any], cells: list[str]) -> Numbered:
    aliases = tuple(part.strip() for part in row.get("aliases", "").split("|") if part.strip())
    try:
        entry = VocabularyEntry(id=row.get("id", "").strip(), name=row.get("name", "").strip(), aliases=aliases,
                      description=row.get("description", "").strip())
        return number, _checked(entry)
    except BadInput as error:
        return _refused(number, error.message, ",".join(cells))


def _checked(entry: VocabularyEntry) -> VocabularyEntry:
    """The entry where it can be kept; BadInput says why not."""
    if not entry.id or len(entry.id) > ID_MOST or entry.id == NOTHING:
        raise BadInput(f"An id has 1 to {ID_MOST} characters and is not {NOTHING}.")
    if not fold(entry.name) or len(entry.name) > NAME_MOST:
        raise BadInput(f"A name has 1 to {NAME_MOST} characters.")
    if len(entry.aliases) > ALIASES_MOST or any(len(one) > NAME_MOST for one in entry.aliases):
        raise BadInput(f"An entry has at most {ALIASES_MOST} aliases of {NAME_MOST} characters each.")
    if len(entry.description) > DESCRIPTION_MOST:
        raise BadInput(f"A description has at most {DESCRIPTION_MOST:,} characters.")
    if any("\0" in text for text in (entry.id, entry.name, entry.description, *entry.aliases)):
        raise BadInput("A text holds the character NUL.")
    return entry


def _refused(line: int, reason: str, text: str) -> RefusedEntry:
    return RefusedEntry(line=line, reason=reason, text=text[:500])
