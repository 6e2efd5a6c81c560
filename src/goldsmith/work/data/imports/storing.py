"""Importing: what arrives, stored batch by batch, while annotators work. Each batch is one transaction with its counts.

A bad part is kept with its place, reason and bytes, so that it can be downloaded, mended and tried again; the rest
goes on. What a crash interrupts is continued by sending the same again: known content is not stored twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from goldsmith.arrivals import Arrival, Rejection
from goldsmith.arrivals.arrival import RAW_BYTES
from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.events import Event
from goldsmith.core.ids import make_id
from goldsmith.core.item import ItemData, Origin, name_of
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Database, Row
from goldsmith.kinds import value_problems
from goldsmith.stores.folder import FolderStore
from goldsmith.work.data.imports.known import Labelled
from goldsmith.work.data.imports.outside import MODELS_MOST, Models, Predicted, check_prediction
from goldsmith.work.data.ingest import NewItem, add_items, content_hash
from goldsmith.work.setup.vocabularies import names_of, strangers

BATCH = 40  # one transaction: annotators wait for at most one of them
LISTED_MOST = 1000  # rejections in one answer; the import lists all
KNOWN = "The same content is in this project already."
PREDICTED = "The same content is in this project already; the predictions that came now are kept."
LABELLED = "The same content is in this project already; it has the labels that came now."


class Rejected(Struct, frozen=True, kw_only=True):
    """What was not taken: the how-manieth part it was, where it stood, and why."""

    index: int
    place: str
    reason: str
    raw: bytes = b""
    known: bool = False  # its content was there already


class Totals(Struct, kw_only=True):
    """What came of one upload."""

    accepted: int = 0
    known: int = 0
    rejected: int = 0
    listed: list[Rejected] = msgspec.field(default_factory=list)  # the first LISTED_MOST


NEW_IMPORT = """
INSERT INTO import (import_id, workspace_id, project_id, person_id, name, source, licence, basis, state, files,
                    created_us, updated_us)
VALUES (:import, :workspace, :project, :person, :name, :source, :licence, :basis, 'running', :files, :now, :now)
"""


def open_import(db: Connection, project: Row, person_id: str, name: str, origin: Origin, *, files: int = 0,
                now_us: int) -> str:
    """A new import; gives its id."""
    import_id = make_id("imp", now_us=now_us, random_bits=secrets.randbits(80))
    db.execute(NEW_IMPORT, {
        "import": import_id, "workspace": project["workspace_id"], "project": project["project_id"], "name": name,
        "person": person_id, "source": origin.source, "licence": origin.licence, "basis": origin.basis, "files": files,
        "now": now_us})
    return import_id


SELECT = """
SELECT i.*, EXISTS (SELECT 1 FROM event e WHERE e.workspace_id = i.workspace_id AND e.project_id = i.project_id
                       AND e.what = 'import.seen' AND e.about = i.import_id) AS is_seen
  FROM import i WHERE i.workspace_id = :workspace AND i.project_id = :project
"""


def list_imports(db: Connection, workspace_id: str, project_id: str) -> list[Row]:
    """The last hundred imports, newest first."""
    return db.all(f"{SELECT} ORDER BY i.import_id DESC LIMIT 100", {"workspace": workspace_id, "project": project_id})


def find_import(db: Connection, workspace_id: str, project_id: str, import_id: str) -> Row:
    """The import, or NotFound."""
    row = db.one(f"{SELECT} AND i.import_id = :import",
                 {"import": import_id, "workspace": workspace_id, "project": project_id})
    if row is None:
        raise NotFound("No such import in this project.", where="import_id")
    return row


def see(db: Connection, row: Row, person_id: str, *, now_us: int) -> list[Event]:
    """Somebody has seen what the import rejected: it waits for nobody any more. Conflict while more may come."""
    if row["state"] == "running":
        raise Conflict("The import still runs: more may be rejected.", where="import_ids", hint="Wait for its end.")
    if row["is_seen"]:
        return []
    return [Event(what="import.seen", about=row["import_id"], workspace_id=row["workspace_id"],
                  project_id=row["project_id"], person_id=person_id, now_us=now_us)]


END = """
UPDATE import SET state = :state, updated_us = :now WHERE import_id = :import AND workspace_id = :workspace
   AND state IN ('running', :state)
"""


def end_import(db: Connection, row: Row, state: Literal["done", "cancelled"], *, now_us: int) -> None:
    """Close an import; what came in stays. Conflict when it was closed otherwise."""
    args = {"state": state, "now": now_us, "import": row["import_id"], "workspace": row["workspace_id"]}
    if not db.execute(END, args):
        raise Conflict(f"The import is {row['state']} already.")


COUNT = """
UPDATE import SET accepted = accepted + :accepted, known = known + :known, rejected = rejected + :rejected,
       updated_us = :now
 WHERE import_id = :import AND state = 'running'
"""
REJECT = """
INSERT INTO rejection (workspace_id, import_id, row_index, place, reason, raw)
VALUES (:workspace, :import, :index, :place, :reason, :raw)
"""


def _storable(text: str) -> str:
    """Without NUL, which PostgreSQL keeps in no text; an item's content is bytes, and keeps its own."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def without_question(schema: LabelSchema, item: ItemData) -> list[str]:
    """Why nobody could answer anything about the item: every field is about a part that it does not have."""
    asked = sorted({field.asset for field in schema.fields})
    has = [*item.assets, *item.data]
    if not asked or any(not name or name in has for name in asked):
        return []
    return [f"The schema asks about {' and '.join(asked)}; here is only {', '.join(has[:5])}."]


class Waiting(NamedTuple):
    """An item that is to be stored with its batch: the how-manieth part it was, where it stood, and what models said.
    """

    number: int
    place: str
    new: NewItem
    predictions: list[Predicted]


class Importer:
    """Takes what arrives for one project under one import; not for several threads at once."""

    def __init__(self, database: Database, store: FolderStore, project: Row, row: Row, *,
                 clock: Callable[[], int], batch: str = "") -> None:
        """`batch`: the batch that new items join, by a name that `batch_name` gave."""
        self._database, self._store, self._project, self._import = database, store, project, row
        self._clock, self._batch_name = clock, batch
        self._origin = Origin(source=row["source"], licence=row["licence"], basis=row["basis"])
        self._schema = msgspec.json.decode(project["schema_json"], type=LabelSchema)
        self._asks_entities = bool(names_of(self._schema))
        self._batch: list[Waiting] = []
        self._models = Models(project)
        self._refused: list[Rejected] = []
        self._index = 0
        self.totals = Totals()

    def take(self, arrivals: Iterable[Arrival | Rejection]) -> None:
        """Store all that arrives; Conflict when the import is cancelled meanwhile."""
        for one in arrivals:
            self._take_one(one)
            if len(self._batch) + len(self._refused) >= BATCH:
                self.flush()

    def _take_one(self, one: Arrival | Rejection) -> None:
        index, self._index = self._index, self._index + 1
        if isinstance(one, Rejection):
            self._refused.append(Rejected(index=index, place=one.place, reason=one.reason, raw=one.raw))
            return
        problems = value_problems(one.value, self._schema, one.item) if one.value is not None else []
        if one.value is not None and self._asks_entities:
            problems += strangers(self._database.read(), self._project["workspace_id"], self._schema, one.value)
        problems = without_question(self._schema, one.item) + problems
        if problems:
            raw = msgspec.json.encode({"data": one.item.data, "value": one.value})[:RAW_BYTES]
            self._refused.append(Rejected(index=index, place=one.place, reason=" ".join(problems[:3]), raw=raw))
            return
        for name, path in one.files.items():
            self._store.put_file(path, one.item.assets[name].sha256)
        value_json = None if one.value is None else msgspec.json.encode(one.value)
        new = NewItem(item=one.item, name=_storable(one.name or name_of(one.item)), group=_storable(one.group),
                      value_json=value_json)
        self._batch.append(Waiting(index, one.place, new, list(self._checked(one, index))))

    def _checked(self, one: Arrival, index: int) -> Iterator[Predicted]:
        """The predictions that fit; what does not is refused, and the item comes without it."""
        for opinion in one.predictions:
            try:
                found = check_prediction(opinion, self._schema, one.item)
                if not self._models.admit(found.by):
                    raise BadInput(f"The prediction of {found.by} was left out: one import brings {MODELS_MOST} models "
                                   "at most.")
                yield found
            except BadInput as error:
                self._refused.append(Rejected(index=index, place=one.place, reason=error.message))

    def flush(self) -> None:
        """Put what is waiting on the disk."""
        batch, refused, self._batch, self._refused = self._batch, self._refused, [], []
        known, without = self._database.write(lambda db: self._store_batch(db, batch, refused))
        self.totals.accepted += len(batch) - len(known) - len(without)
        self.totals.known += len(known)
        self.totals.rejected += len(refused) + len(without)
        self.totals.listed += (refused + without + known)[:LISTED_MOST - len(self.totals.listed)]

    def _store_batch(self, db: Connection, batch: list[Waiting],
                     refused: list[Rejected]) -> tuple[list[Rejected], list[Rejected]]:
        """Gives what was known, and of it apart what came with labels that could not be taken."""
        now_us, import_id = self._clock(), self._import["import_id"]
        added = add_items(db, self._project, [one.new for one in batch], self._origin, import_id=import_id,
                          batch=self._batch_name, now_us=now_us)
        self._models.keep(db, [(content_hash(one.new.item), said) for one in batch for said in one.predictions],
                          now_us=now_us)
        known = [Rejected(index=batch[i].number, place=batch[i].place, reason=_known(batch[i], one), known=True)
                 for i, one in added.known.items() if not one.refused]
        without = [Rejected(index=batch[i].number, place=batch[i].place, reason=one.refused, raw=_raw(batch[i].new))
                   for i, one in added.known.items() if one.refused]
        db.many(REJECT, [{"workspace": self._project["workspace_id"], "import": import_id, "index": one.index,
                          "place": _storable(one.place), "reason": _storable(one.reason), "raw": one.raw}
                         for one in refused + without])
        if not db.execute(COUNT, {"accepted": added.accepted, "known": len(known),
                                  "rejected": len(refused) + len(without),
                                  "now": now_us, "import": import_id}):
            raise Conflict("The import was closed; what came in before stays.", where="import_id")
        return known, without


def _known(one: Waiting, became: Labelled) -> str:
    """What is told of content that was there."""
    if became.is_taken:
        return LABELLED
    return PREDICTED if one.predictions else KNOWN


def _raw(new: NewItem) -> bytes:
    """The item with its labels, as it is kept to be tried again."""
    value = msgspec.Raw(new.value_json or b"null")
    return msgspec.json.encode({"data": new.item.data, "value": value})[:RAW_BYTES]
