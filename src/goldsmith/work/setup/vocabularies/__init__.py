"""Vocabularies: what entity attributes choose from. One has a name and up to a million entries, replaced as a whole.

Entries of a new state are put in beside those in force, in portions, and come into force in one statement; what was
before goes afterwards. So nobody waits for a large vocabulary, and nobody sees half of one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.ids import make_id
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Database, Row
from goldsmith.work.setup.vocabularies.entries import NOTHING, RefusedEntry, VocabularyEntry, fold, term_of, terms_of

PORTION = 500  # entries in one transaction: a few milliseconds
REFUSED_MOST = 1_000  # told of one file
FOUND_MOST = 50

LIST = "SELECT * FROM vocabulary WHERE workspace_id = :workspace ORDER BY lower(name), vocabulary_id"
FIND = "SELECT * FROM vocabulary WHERE vocabulary_id = :vocabulary AND workspace_id = :workspace"
FIND_BY_NAME = "SELECT * FROM vocabulary WHERE name = :name AND workspace_id = :workspace"
ADD = """
INSERT INTO vocabulary (vocabulary_id, workspace_id, name, created_us, updated_us)
VALUES (:vocabulary, :workspace, :name, :now, :now) ON CONFLICT (workspace_id, name) DO NOTHING
"""
ADD_ENTRY = """
INSERT INTO vocabulary_entry (workspace_id, vocabulary_id, generation, entry_id, name, aliases_json, description)
VALUES (:workspace, :vocabulary, :generation, :entry, :name, :aliases, :description)
"""
ADD_TERM = """
INSERT INTO vocabulary_term (workspace_id, vocabulary_id, generation, term, entry_id)
VALUES (:workspace, :vocabulary, :generation, :term, :entry)
"""
TAKE_EFFECT = """
UPDATE vocabulary SET generation = :generation, entries = :entries, updated_us = :now
 WHERE vocabulary_id = :vocabulary AND workspace_id = :workspace AND generation < :generation
"""
SWEEP = tuple(f"""
DELETE FROM {table} WHERE (vocabulary_id, generation, {key}) IN (
  SELECT vocabulary_id, generation, {key} FROM {table}
   WHERE vocabulary_id = :vocabulary AND workspace_id = :workspace AND generation < :before LIMIT 5000)
""" for table, key in (("vocabulary_term", "term, entry_id"), ("vocabulary_entry", "entry_id")))
SEARCH = """
SELECT t.term, e.entry_id, e.name, e.aliases_json, e.description FROM vocabulary_term t
  JOIN vocabulary_entry e ON e.vocabulary_id = t.vocabulary_id AND e.generation = t.generation
                         AND e.entry_id = t.entry_id
 WHERE t.vocabulary_id = :vocabulary AND t.generation = :generation AND t.term >= :low AND t.term < :high
 ORDER BY t.term, t.entry_id LIMIT 400
"""
ENTRY = """
SELECT entry_id, name, aliases_json, description FROM vocabulary_entry
 WHERE vocabulary_id = :vocabulary AND generation = :generation AND entry_id = :entry
"""
ENTRIES = """
SELECT entry_id, name, aliases_json, description FROM vocabulary_entry
 WHERE vocabulary_id = :vocabulary AND generation = :generation ORDER BY entry_id
"""
SCHEMAS = "SELECT name, schema_json FROM project WHERE workspace_id = :workspace ORDER BY lower(name), project_id"


class VocabularyReplaced(Struct, frozen=True, kw_only=True):
    """What came of a file of entries."""

    entries: int
    refused: int
    refused_listed: list[RefusedEntry]  # the first thousand


def list_vocabularies(db: Connection, workspace_id: str) -> list[Row]:
    """The workspace's vocabularies, by name."""
    return db.all(LIST, {"workspace": workspace_id})


def find_vocabulary(db: Connection, workspace_id: str, vocabulary_id: str) -> Row:
    """The vocabulary; NotFound where the workspace has none of this id."""
    row = db.one(FIND, {"vocabulary": vocabulary_id, "workspace": workspace_id})
    if row is None:
        raise NotFound("There is no such vocabulary.", where="vocabulary_id")
    return row


def make_vocabulary(db: Connection, workspace_id: str, name: str, *, now_us: int) -> str:
    """Make an empty vocabulary, where there is none of this name; gives its id."""
    name = name.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise BadInput("A vocabulary needs a name of at most 80 characters.", where="name")
    made = make_id("vocabulary", now_us=now_us, random_bits=secrets.randbits(80))
    db.execute(ADD, {"vocabulary": made, "workspace": workspace_id, "name": name, "now": now_us})
    row = vocabulary_named(db, workspace_id, name)
    assert row is not None
    return str(row["vocabulary_id"])


def replace_entries(database: Database, row: Row, entries: Iterable[VocabularyEntry | RefusedEntry], *,
                    clock: Callable[[], int]) -> VocabularyReplaced:
    """Put these entries in place of all the vocabulary has; Conflict where a later call has done so meanwhile.

    Where nothing of the file can be taken what was there stays, and BadInput says so.
    """
    generation, taken, refused, listed = clock(), 0, 0, list[RefusedEntry]()
    waiting: list[VocabularyEntry] = []
    for one in entries:
        if isinstance(one, RefusedEntry):
            refused += 1
            listed += [one] if len(listed) < REFUSED_MOST else []
            continue
        waiting.append(one)
        if len(waiting) == PORTION:
            database.write(lambda db, portion=tuple(waiting): _store(db, row, generation, portion))  # type: ignore[misc]
            taken, waiting = taken + PORTION, []
    database.write(lambda db: _store(db, row, generation, waiting))
    taken += len(waiting)
    if not taken:
        first = f" Line {listed[0].line}: {listed[0].reason}" if listed else ""
        raise BadInput(f"The file holds no entry.{first}", where="file", hint="What was there before stays.")
    now = {**_args(row), "generation": generation, "entries": taken, "now": clock()}
    if not database.write(lambda db: db.execute(TAKE_EFFECT, now)):
        _sweep(database, row, generation + 1, _current(database, row))
        raise Conflict("The vocabulary was replaced or taken away meanwhile.", where="vocabulary_id")
    _sweep(database, row, generation, generation)
    return VocabularyReplaced(entries=taken, refused=refused, refused_listed=listed)


def _current(database: Database, row: Row) -> int:
    found = database.read().one(FIND, _args(row))
    return int(found["generation"]) if found is not None else 2**62


def _store(db: Connection, row: Row, generation: int, entries: Sequence[VocabularyEntry]) -> None:
    place = {**_args(row), "generation": generation}
    db.many(ADD_ENTRY, [{**place, "entry": one.id, "name": one.name, "description": one.description,
                         "aliases": msgspec.json.encode(one.aliases).decode()} for one in entries])
    db.many(ADD_TERM, [{**place, "entry": one.id, "term": term} for one in entries for term in sorted(terms_of(one))])


def _sweep(database: Database, row: Row, *before: int) -> None:
    """Take away, in portions, what is older than the oldest of these."""
    args = {**_args(row), "before": min(before)}
    for statement in SWEEP:
        while database.write(lambda db, sql=statement: db.execute(sql, args)):  # type: ignore[misc]
            pass


def drop_vocabulary(database: Database, row: Row) -> None:
    """Take the vocabulary away; Conflict where a project's schema asks from it."""
    def drop(db: Connection) -> None:
        users = users_of(db, row["workspace_id"]).get(row["name"])
        if users:
            raise Conflict(f"The project {users[0]!r} asks from this vocabulary.", where="vocabulary_id",
                           hint="Change its schema first.")
        db.execute("DELETE FROM vocabulary WHERE vocabulary_id = :vocabulary AND workspace_id = :workspace", _args(row))

    database.write(drop)
    _sweep(database, row, 2**62)


def users_of(db: Connection, workspace_id: str) -> dict[str, list[str]]:
    """The names of the projects that ask from each vocabulary, by its name."""
    found: dict[str, list[str]] = {}
    for one in db.all(SCHEMAS, {"workspace": workspace_id}):
        for name in names_of(msgspec.json.decode(bytes(one["schema_json"]), type=LabelSchema)):
            found.setdefault(name, []).append(one["name"])
    return found


def all_entries(db: Connection, row: Row) -> Iterator[VocabularyEntry]:
    """Every entry in force, by id."""
    return (_entry(one) for one in db.stream(ENTRIES, {**_args(row), "generation": row["generation"]}))


def search(db: Connection, row: Row, text: str, *, limit: int = 20) -> list[VocabularyEntry]:
    """Entries with a name that has a word by which `text` begins; those so called first, then those by its start."""
    low = term_of(fold(text))
    found: dict[str, tuple[bool, VocabularyEntry]] = {}
    for one in db.all(SEARCH, {**_args(row), "generation": row["generation"], "low": low, "high": low + b"\xff"}):
        is_whole = bytes(one["term"]) == low
        found.setdefault(one["entry_id"], (is_whole, _entry(one)))
    plain = fold(text)

    def rank(pair: tuple[bool, VocabularyEntry]) -> tuple[bool, bool, int, str]:
        is_whole, entry = pair
        return not is_whole, not fold(entry.name).startswith(plain), len(entry.name), entry.id

    return [entry for _, entry in sorted(found.values(), key=rank)[: max(1, min(limit, FOUND_MOST))]]


def named(db: Connection, row: Row, entry_ids: Iterable[str]) -> list[VocabularyEntry]:
    """The entries with these ids that there are."""
    rows = (db.one(ENTRY, {**_args(row), "generation": row["generation"], "entry": one}) for one in entry_ids)
    return [_entry(one) for one in rows if one is not None]


def names_of(schema: LabelSchema) -> set[str]:
    """The vocabularies that a schema asks from."""
    return {one.vocabulary for field in schema.fields for one in field.attributes if one.sort == "entity"}


def check_vocabularies(db: Connection, workspace_id: str, schema: LabelSchema) -> None:
    """BadInput where an attribute asks from a vocabulary that the workspace does not have."""
    for i, field in enumerate(schema.fields):
        for k, one in enumerate(field.attributes):
            if one.sort == "entity" and vocabulary_named(db, workspace_id, one.vocabulary) is None:
                raise BadInput(f"There is no vocabulary {one.vocabulary!r}.", hint="Upload it under Settings first.",
                               where=f"schema.fields[{i}].attributes[{k}].vocabulary")


def strangers(db: Connection, workspace_id: str, schema: LabelSchema,
              value: Mapping[str, Sequence[AnnotatedObject]]) -> list[str]:
    """What the value's entity attributes name that their vocabulary does not have, in words."""
    named_at: dict[str, dict[str, list[str]]] = {}  # by vocabulary and entry: where it is named
    for field in schema.fields:
        asked = {one.name: one.vocabulary for one in field.attributes if one.sort == "entity"}
        for i, one in enumerate(value.get(field.name, ()) if asked else ()):
            for name, vocabulary in asked.items():
                entry = str(one.attributes.get(name, NOTHING))
                if entry != NOTHING:
                    named_at.setdefault(vocabulary, {}).setdefault(entry, []).append(f"{field.name}[{i}]")
    found: list[str] = []
    for vocabulary, places in named_at.items():
        row = vocabulary_named(db, workspace_id, vocabulary)
        known = set() if row is None else {one.id for one in named(db, row, places)}
        found += [f"{place}: The vocabulary {vocabulary!r} has no entry {entry!r}."
                  for entry, at in places.items() if entry not in known for place in at]
    return found


def vocabulary_named(db: Connection, workspace_id: str, name: str) -> Row | None:
    """The workspace's vocabulary of this name."""
    return db.one(FIND_BY_NAME, {"workspace": workspace_id, "name": name})


def _entry(row: Row) -> VocabularyEntry:
    return VocabularyEntry(id=row["entry_id"], name=row["name"], description=row["description"],
                 aliases=msgspec.json.decode(row["aliases_json"], type=tuple[str, ...]))


def _args(row: Row) -> dict[str, object]:
    return {"vocabulary": row["vocabulary_id"], "workspace": row["workspace_id"]}
