"""Routes of vocabularies: made, filled from a file, searched by whoever labels, taken away."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from goldsmith.core.errors import BadInput
from goldsmith.core.events import Event
from goldsmith.db.connection import Connection
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.files.downloads import send_written
from goldsmith.server.files.spooling import AnyRequest, spool_body, spool_folder
from goldsmith.server.wire import projects as wire
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.setup import vocabularies
from goldsmith.work.setup.vocabularies.entries import read_entries

FILE_BYTES_MOST, NAMED_MOST = 512 * 2**20, 200


@get("/api/vocabularies")
async def list_vocabularies(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.VocabularyList:
    """The workspace's vocabularies, by name."""
    need_role(person, "manager")
    db = context.db.read()
    users = vocabularies.users_of(db, person.workspace_id)
    return wire.VocabularyList(vocabularies=[
        wire.VocabularyRow(vocabulary_id=row["vocabulary_id"], name=row["name"], entries=row["entries"],
                           projects=users.get(row["name"], []), updated_at=rfc3339(row["updated_us"]))
        for row in vocabularies.list_vocabularies(db, person.workspace_id)])


@post("/api/vocabularies")
async def make_vocabulary(context: NamedDependency[Context], person: NamedDependency[Person],
                          data: JSONBody[wire.VocabularyText]) -> wire.VocabularyMade:
    """Make an empty vocabulary, where there is none of this name; gives its id."""
    need_role(person, "manager")

    def write(db: Connection) -> str:
        at = now_us()
        made = vocabularies.make_vocabulary(db, person.workspace_id, data.name, now_us=at)
        tell(db, Event(what="vocabulary.made", about=made, workspace_id=person.workspace_id,
                       person_id=person.person_id, now_us=at, details={"name": data.name}))
        return made

    return wire.VocabularyMade(vocabulary_id=await context.write(write))


@put("/api/vocabularies/{vocabulary_id:str}/entries", request_max_body_size=None)
async def replace_entries(context: NamedDependency[Context], person: NamedDependency[Person],
                          vocabulary_id: FromPath[str], request: AnyRequest) -> wire.EntriesReplaced:
    """Put a file in place of all entries: CSV or TSV with the columns id, name, aliases (`|` between), description, or
    JSON Lines with these keys. What was there is in force until all of the file is in; refused lines are listed.
    """
    need_role(person, "manager")
    row = vocabularies.find_vocabulary(context.db.read(), person.workspace_id, vocabulary_id)
    with tempfile.TemporaryDirectory(dir=spool_folder(context)) as folder:
        path = Path(folder) / "entries"
        await spool_body(request, path, bytes_most=FILE_BYTES_MOST, what="vocabulary")
        replaced = await asyncio.to_thread(
            lambda: vocabularies.replace_entries(context.db, row, read_entries(path), clock=now_us))
    await context.write(lambda db: tell(db, Event(
        what="vocabulary.replaced", about=vocabulary_id, workspace_id=person.workspace_id, person_id=person.person_id,
        now_us=now_us(), details={"entries": replaced.entries, "refused": replaced.refused})))
    return wire.EntriesReplaced(entries=replaced.entries, refused=replaced.refused,
                                refused_listed=replaced.refused_listed)


@get("/api/vocabularies/{vocabulary_id:str}/file")
async def save_vocabulary(context: NamedDependency[Context], person: NamedDependency[Person],
                          vocabulary_id: FromPath[str]) -> Response[Any]:
    """All entries as JSON Lines, as `replace_entries` takes them."""
    need_role(person, "manager")
    row = vocabularies.find_vocabulary(context.db.read(), person.workspace_id, vocabulary_id)

    def lines() -> Iterator[bytes]:
        with context.db.snapshot() as db:
            for one in vocabularies.all_entries(db, row):
                yield msgspec.json.encode(one) + b"\n"

    return await send_written(context.data, lines, name=f"{row['name']}.jsonl", media_type="application/x-ndjson")


@delete("/api/vocabularies/{vocabulary_id:str}", status_code=204)
async def drop_vocabulary(context: NamedDependency[Context], person: NamedDependency[Person],
                          vocabulary_id: FromPath[str]) -> None:
    """Take a vocabulary away. Conflict while a project asks from it."""
    need_role(person, "manager")
    row = vocabularies.find_vocabulary(context.db.read(), person.workspace_id, vocabulary_id)
    await asyncio.to_thread(vocabularies.drop_vocabulary, context.db, row)
    await context.write(lambda db: tell(db, Event(
        what="vocabulary.dropped", about=vocabulary_id, workspace_id=person.workspace_id, person_id=person.person_id,
        now_us=now_us(), details={"name": row["name"]})))


@get("/api/entries")
async def search_entries(context: NamedDependency[Context], person: NamedDependency[Person],
                         vocabulary: FromQuery[str], search: FromQuery[str] = "",
                         entry_id: FromQuery[list[str] | None] = None, limit: FromQuery[int] = 20) -> wire.EntryList:
    """Entries of the vocabulary of that name: those with these ids, or those with a name in which a word begins by
    `search`; whoever labels may ask.
    """
    row = vocabularies.vocabulary_named(context.db.read(), person.workspace_id, vocabulary)
    if row is None:
        raise BadInput("There is no such vocabulary.", where="vocabulary")
    if entry_id is None:
        return wire.EntryList(entries=vocabularies.search(context.db.read(), row, search[:500], limit=limit))
    if len(entry_id) > NAMED_MOST:
        raise BadInput(f"One call names at most {NAMED_MOST} entries.", where="entry_id")
    return wire.EntryList(entries=vocabularies.named(context.db.read(), row, entry_id))


ROUTES = [list_vocabularies, make_vocabulary, replace_entries, save_vocabulary, drop_vocabulary, search_entries]
