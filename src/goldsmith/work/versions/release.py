"""Release: dataset versions. A version is its manifest, and its name is the SHA-256 of the manifest's bytes.

The manifest is JSON Lines: a head, then a line for every settled item in the order they came, with the hashes of its
content and value, its split, licence and basis, and pseudonymous annotators. It holds no time and no chance beyond
the seed, so cutting the same state again gives the same hash. Answers and items are never changed once stored, so
what a manifest names can be exported at any time.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, zip_longest
from pathlib import Path

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record
from goldsmith.core.errors import BadInput, NotFound
from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import decode_value
from goldsmith.work.routing.models import read_models

Value = Mapping[str, tuple[AnnotatedObject, ...]]

FORMAT = "goldsmith-manifest/1"
PAGE = 250


class Head(Struct, frozen=True, kw_only=True):
    """The first line of a manifest."""

    format: str
    schema_version: int
    schema_sha256: str
    guideline_version: int
    guideline_sha256: str
    splits: dict[str, float]
    seed: int
    left_out: dict[str, int]  # reason → items


class Line(Struct, frozen=True, kw_only=True):
    """One item of a manifest."""

    item_id: str
    annotation_id: str
    item_sha256: str
    value_sha256: str
    licence: str
    basis: str
    annotators: tuple[str, ...]  # pseudonyms of people, sorted; empty where the labels were imported
    split: str = ""
    group: str = ""
    models: tuple[str, ...] | UnsetType = UNSET  # name and version of each model that answered; not there: none did


class Summary(Struct, kw_only=True):
    """What a manifest comes to, counted while it is written."""

    items: int = 0
    objects: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    splits: dict[str, int] = field(default_factory=dict)


class Settled(Struct, frozen=True, kw_only=True):
    """A settled item with everybody who answered it, people and models."""

    row: Row
    person_ids: tuple[str, ...]
    models: tuple[str, ...] = ()  # their names and versions


SETTLED = """
SELECT t.task_seq, i.item_id, i.item_json, i.licence, i.basis, i.group_key, a.annotation_id, a.value_json, a.origin
  FROM task t JOIN item i ON i.item_seq = t.task_seq JOIN annotation a ON a.annotation_id = t.annotation_id
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state = 'settled' ORDER BY t.task_seq
"""
ANSWERED_BY = """
SELECT t.task_seq, a.person_id FROM task t JOIN annotation a ON a.task_seq = t.task_seq
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state = 'settled' AND a.origin = 'answer'
   AND a.state IN ('submitted', 'accepted', 'fixed') ORDER BY t.task_seq
"""
NOT_SETTLED = """
SELECT state, excluded_reason, count(*) AS items FROM task
 WHERE project_id = :project AND workspace_id = :workspace AND state <> 'settled' GROUP BY state, excluded_reason
"""
REASONS = {"open": "not answered often enough", "in_review": "waiting for review", "undecided": "undecided"}


def _args(project: Row) -> dict[str, object]:
    return {"project": project["project_id"], "workspace": project["workspace_id"]}


def settled_items(db: Connection, project: Row) -> Iterator[Settled]:
    """Every settled item of the project, one after another; `db` is a snapshot."""
    answered = groupby(db.stream(ANSWERED_BY, _args(project)), key=lambda row: row["task_seq"])
    models = {person_id: model.full_name for person_id, model in read_models(db, project["workspace_id"]).items()}
    task_seq, people = next(answered, (None, iter(())))
    for row in db.stream(SETTLED, _args(project)):
        person_ids: tuple[str, ...] = ()
        while task_seq is not None and task_seq <= row["task_seq"]:
            if task_seq == row["task_seq"]:
                person_ids = tuple(one["person_id"] for one in people)
            task_seq, people = next(answered, (None, iter(())))
        yield Settled(row=row, person_ids=tuple(one for one in person_ids if one not in models),
                      models=tuple(sorted({models[one] for one in person_ids if one in models})))


def count_left_out(db: Connection, project: Row) -> dict[str, int]:
    """How many items are not settled, by reason."""
    found: Counter[str] = Counter()
    for row in db.all(NOT_SETTLED, _args(project)):
        reason = REASONS.get(row["state"], f"excluded: {row['excluded_reason']}")
        found[reason] += row["items"]
    return dict(sorted(found.items()))


def check_splits(splits: Mapping[str, float]) -> None:
    """Raise BadInput unless the shares are positive and come to 1 (or 100)."""
    if not splits:
        return
    if any(not name.strip() or not share > 0 for name, share in splits.items()):
        raise BadInput("Every split needs a name and a share above 0.", where="splits")
    if min(abs(sum(splits.values()) - whole) for whole in (1, 100)) > 1e-6:
        raise BadInput(f"The shares come to {sum(splits.values()):g}, not to 1 or 100.", where="splits")


def split_of(key: str, splits: Mapping[str, float], seed: int) -> str:
    """The split of an item or group: by the hash of its key, so that it never moves when other items come.

    Splits follow one another in the order given; a manifest has them by name.
    """
    place = int.from_bytes(hashlib.sha256(f"{seed}:{key}".encode()).digest()[:8], "big") / 2**64 * sum(splits.values())
    for name, share in splits.items():
        place -= share
        if place < 0:
            return name
    return list(splits)[-1] if splits else ""


class Plan(Struct, frozen=True, kw_only=True):
    """How to cut."""

    splits: dict[str, float] = field(default_factory=dict)
    seed: int = 0


def _ignore(line: Line, value: Value) -> None:
    return None


def write_manifest(db: Connection, project: Row, plan: Plan, path: Path, *, pseudonym_key: bytes,
                   see: Callable[[Line, Value], None] = _ignore) -> tuple[str, Summary]:
    """Write the manifest of the present state, in constant memory; gives its SHA-256 and what it comes to.

    `see` is shown every item on the way.
    """
    check_splits(plan.splits)
    plan = Plan(splits=dict(sorted(plan.splits.items())), seed=plan.seed)
    left_out = count_left_out(db, project)
    summary, digest, encoder = Summary(left_out=left_out), hashlib.sha256(), msgspec.json.Encoder(order="deterministic")
    with path.open("wb") as file:
        def put(struct: Struct) -> None:
            raw = encoder.encode(struct) + b"\n"
            file.write(raw)
            digest.update(raw)

        put(_head(project, plan, left_out))
        for settled in settled_items(db, project):
            line = _line(settled, plan, pseudonym_key)
            put(line)
            value = decode_value(bytes(settled.row["value_json"]))
            _count(summary, line, value)
            see(line, value)
    return digest.hexdigest(), summary


def _head(project: Row, plan: Plan, left_out: dict[str, int]) -> Head:
    return Head(
        format=FORMAT, schema_version=project["schema_version"], guideline_version=project["guideline_version"],
        schema_sha256=hashlib.sha256(project["schema_json"]).hexdigest(),
        guideline_sha256=hashlib.sha256(project["guideline"].encode()).hexdigest(),
        splits=plan.splits, seed=plan.seed, left_out=left_out)


def _line(settled: Settled, plan: Plan, pseudonym_key: bytes) -> Line:
    row = settled.row
    return Line(
        item_id=row["item_id"], annotation_id=row["annotation_id"], licence=row["licence"], basis=row["basis"],
        item_sha256=hashlib.sha256(row["item_json"]).hexdigest(),
        value_sha256=hashlib.sha256(row["value_json"]).hexdigest(), group=row["group_key"],
        split=split_of(row["group_key"] or row["item_id"], plan.splits, plan.seed) if plan.splits else "",
        annotators=tuple(sorted({pseudonym(pseudonym_key, one) for one in settled.person_ids})),
        models=settled.models or UNSET)


def pseudonym(key: bytes, person_id: str) -> str:
    """A name for a person that this installation alone can trace back."""
    return hmac.new(key, person_id.encode(), "sha256").hexdigest()[:16]


def _count(summary: Summary, line: Line, value: Value) -> None:
    summary.items += 1
    summary.objects += sum(len(objects) for objects in value.values())
    if line.split:
        summary.splits[line.split] = summary.splits.get(line.split, 0) + 1


def read_head(path: Path) -> Head:
    """A manifest's head."""
    with path.open("rb") as file:
        return msgspec.json.decode(file.readline(), type=Head)


def read_lines(path: Path) -> Iterator[Line]:
    """A manifest's items, one after another."""
    decoder = msgspec.json.Decoder(Line)
    with path.open("rb") as file:
        file.readline()
        for raw in file:
            yield decoder.decode(raw)


def live_records(db: Connection, project: Row) -> Iterator[Record]:
    """The settled items as they are now; `db` is a snapshot."""
    for settled in settled_items(db, project):
        yield _record(settled.row, "")


def version_records(db: Connection, workspace_id: str, path: Path) -> Iterator[Record]:
    """The items of a manifest with the values it names."""
    for line, row in named_rows(db, workspace_id, path):
        if row is None:
            raise NotFound(f"The answer {line.annotation_id}, which the version names, is gone.", where=line.item_id)
        yield _record(row, line.split)


def named_rows(db: Connection, workspace_id: str, path: Path) -> Iterator[tuple[Line, Row | None]]:
    """Each item of a manifest with the stored answer and item that it names; None where they are gone."""
    lines = read_lines(path)
    while page := [line for _, line in zip(range(PAGE), lines, strict=False)]:
        yield from _named_page(db, workspace_id, page)


# The wall between tenants stands at the item: asked of the annotation, SQLite reads all of the workspace for each page.
NAMED = """
SELECT a.annotation_id, a.value_json, i.item_id, i.item_json FROM annotation a JOIN item i ON i.item_seq = a.task_seq
 WHERE i.workspace_id = :workspace AND a.annotation_id IN ({names})
"""


def _named_page(db: Connection, workspace_id: str, page: list[Line]) -> Iterator[tuple[Line, Row | None]]:
    args = {f"a_{chr(97 + i // 26)}{chr(97 + i % 26)}": one.annotation_id for i, one in enumerate(page)}
    sql = NAMED.format(names=", ".join(":" + name for name in args))
    found = {row["annotation_id"]: row for row in db.all(sql, {**args, "workspace": workspace_id})}
    return ((line, found.get(line.annotation_id)) for line in page)


def _record(row: Row, split: str) -> Record:
    return Record(item_id=row["item_id"], item=msgspec.json.decode(row["item_json"], type=ItemData),
                  value=decode_value(bytes(row["value_json"])), split=split)


class Difference(Struct, kw_only=True):
    """How two manifests differ; ids are listed up to LISTED_MOST of each sort."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    moved: int = 0
    added_ids: list[str] = field(default_factory=list)
    removed_ids: list[str] = field(default_factory=list)
    changed_ids: list[str] = field(default_factory=list)


LISTED_MOST = 1000


def compare_manifests(new: Path, old: Path) -> Difference:
    """What came, went, changed its value, or moved to another split, from `old` to `new`.

    Both are read side by side and an item waits only until the other one comes to it, so that memory grows with what
    differs and not with what there is.
    """
    found = Difference()
    waiting_new: dict[str, Line] = {}
    waiting_old: dict[str, Line] = {}
    for pair in zip_longest(read_lines(new), read_lines(old)):
        for line, waiting in zip(pair, (waiting_new, waiting_old), strict=True):
            if line is not None:
                waiting[line.item_id] = line
        for line in pair:
            if line is not None and line.item_id in waiting_new and line.item_id in waiting_old:
                _compare(found, waiting_new.pop(line.item_id), waiting_old.pop(line.item_id))
    found.added, found.added_ids = len(waiting_new), list(waiting_new)[:LISTED_MOST]
    found.removed, found.removed_ids = len(waiting_old), list(waiting_old)[:LISTED_MOST]
    return found


def _compare(found: Difference, new: Line, old: Line) -> None:
    found.moved += new.split != old.split
    if new.value_sha256 != old.value_sha256:
        found.changed += 1
        if len(found.changed_ids) < LISTED_MOST:
            found.changed_ids.append(new.item_id)
