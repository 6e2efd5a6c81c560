"""Exams: items with known answers, by which people show that they have a skill.

An exam stands beside projects. It keeps the schema and the guideline it was made with, so that it stays as it is when
the project goes on. Mode `exam` tells nothing until the end; `training` shows after each answer what was known.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.ids import make_id
from goldsmith.core.item import AssetFacts, ItemData, name_of
from goldsmith.core.people.profile import checked_skill
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import check_schema, decode_value, value_problems
from goldsmith.stores.folder import FolderStore
from goldsmith.work.consensus import decode_schema
from goldsmith.work.pay import training
from goldsmith.work.pay.training import TrainingPay
from goldsmith.work.people import Person

Mode = Literal["exam", "training"]
ExamState = Literal["draft", "open", "closed"]
ITEMS_MOST, ADDED_MOST, TEXT_MOST, RESULTS_MOST = 2000, 500, 20_000, 200


class Rules(Struct, frozen=True, kw_only=True):
    """What a manager sets of an exam."""

    name: str
    skill: str
    mode: Mode
    text: str  # Markdown: what it is about, shown before it begins
    pass_percent: int  # of the items that must be right
    tolerance: float  # how far from the known answer an answer may be, in [0, 1)
    attempts_most: int | None  # None: any number
    cool_down_seconds: int  # between a failed attempt and the next
    valid_days: int | None  # None: the qualification does not expire
    pay: TrainingPay | None = None  # what an answered item of a training earns; None: nothing

    def check(self) -> None:
        """Raise BadInput naming the first part that cannot be."""
        if not self.name.strip() or len(self.name) > 100 or not self.name.isprintable():
            raise BadInput("An exam needs a name of at most 100 characters.", where="name")
        checked_skill(self.skill)
        if len(self.text) > TEXT_MOST or "\0" in self.text:
            raise BadInput(f"The text has at most {TEXT_MOST:,} characters.", where="text")
        if not 0 <= self.tolerance < 1:
            raise BadInput("The tolerance is a distance: 0 or more, and below 1.", where="tolerance")
        if self.pay is not None:
            if self.mode != "training":
                raise BadInput("Only training is paid: an exam decides who may earn.", where="pay")
            self.pay.check()
        for where, number, least, most in (
                ("pass_percent", self.pass_percent, 1, 100), ("attempts_most", self.attempts_most, 1, 1000),
                ("cool_down_seconds", self.cool_down_seconds, 0, 366 * 86_400),
                ("valid_days", self.valid_days, 1, 36_500)):
            if number is not None and not least <= number <= most:
                raise BadInput(f"This is {least:,} to {most:,}.", where=where)


class NewItem(Struct, frozen=True, kw_only=True):
    """An item with its known answer, as it is added to an exam."""

    item: ItemData
    known: dict[str, Any]
    name: str = ""
    explanation: str = ""  # why the known answer is right; shown in training


RULES = ("name, skill, mode, text, pass_percent, tolerance, attempts_most, cool_down_seconds, valid_days,"
         " price_json, payer_id")
ADD_EXAM = f"""
INSERT INTO exam (exam_id, workspace_id, state, schema_json, guideline, person_id, created_us, {RULES})
VALUES (:exam, :workspace, 'draft', :schema, :guideline, :author, :now, :name, :skill, :mode, :text, :pass_percent,
        :tolerance, :attempts_most, :cool_down_seconds, :valid_days, :price_json, :payer_id)
"""


def make_exam(db: Connection, person: Person, rules: Rules, schema: LabelSchema, guideline: str, *,
              now_us: int) -> str:
    """A new exam without items, not open yet; gives its id."""
    rules.check()
    training.check_payer(db, person.workspace_id, rules.pay)
    check_schema(schema)
    exam_id = _new_id("exam", now_us)
    db.execute(ADD_EXAM, {"exam": exam_id, "workspace": person.workspace_id, "schema": msgspec.json.encode(schema),
                          "guideline": guideline, "author": person.person_id, "now": now_us, **_plain(rules)})
    return exam_id


def _plain(rules: Rules) -> dict[str, object]:
    price_json, payer_id = training.stored(rules.pay)
    return {**msgspec.structs.asdict(rules), "price_json": price_json, "payer_id": payer_id, "name": rules.name.strip(),
            "skill": rules.skill.strip()}


SET_RULES = """
UPDATE exam SET name = :name, skill = :skill, mode = :mode, text = :text, pass_percent = :pass_percent,
       tolerance = :tolerance, attempts_most = :attempts_most, cool_down_seconds = :cool_down_seconds,
       valid_days = :valid_days, state = :state, price_json = :price_json, payer_id = :payer_id
 WHERE exam_id = :exam AND workspace_id = :workspace
"""


def change_exam(db: Connection, exam: Row, rules: Rules, state: ExamState) -> None:
    """Other rules, for attempts that end from now on; Conflict when an exam without items is to be opened."""
    rules.check()
    training.check_payer(db, exam["workspace_id"], rules.pay)
    if state == "open" and not count_items(db, exam["exam_id"]):
        raise Conflict("An exam needs items before it opens.", where="state", hint="Add items with known answers.")
    db.execute(SET_RULES, {"exam": exam["exam_id"], "workspace": exam["workspace_id"], "state": state,
                           **_plain(rules)})


def rules_of(exam: Row) -> Rules:
    """The rules as they stand."""
    plain = {name: exam[name] for name in Rules.__struct_fields__ if name != "pay"}
    return Rules(**plain, pay=training.read_pay(exam))


def need_exam(db: Connection, workspace_id: str, exam_id: str) -> Row:
    """The exam; NotFound when it is absent or another tenant's."""
    row = db.one("SELECT * FROM exam WHERE exam_id = :exam AND workspace_id = :workspace",
                 {"exam": exam_id, "workspace": workspace_id})
    if row is None:
        raise NotFound("No such exam in this workspace.", where="exam_id")
    return row


LIST = """
SELECT e.*, (SELECT count(*) FROM exam_item i WHERE i.exam_id = e.exam_id AND i.removed_us IS NULL) AS items,
       (SELECT count(*) FROM exam_attempt a WHERE a.exam_id = e.exam_id AND a.state <> 'running') AS ended,
       (SELECT count(*) FROM exam_attempt a WHERE a.exam_id = e.exam_id AND a.state = 'passed') AS passed
  FROM exam e WHERE e.workspace_id = :workspace ORDER BY e.exam_id DESC
"""


def list_exams(db: Connection, workspace_id: str) -> list[Row]:
    """The workspace's exams, newest first, with their items and how many attempts ended and passed."""
    return db.all(LIST, {"workspace": workspace_id})


def count_items(db: Connection, exam_id: str) -> int:
    """How many items are asked now."""
    row = db.one("SELECT count(*) FROM exam_item WHERE exam_id = :exam AND removed_us IS NULL", {"exam": exam_id})
    return int(row[0]) if row is not None else 0


ITEMS = """
SELECT i.*, (SELECT count(*) FROM exam_answer a WHERE a.exam_item_id = i.exam_item_id AND a.is_right IS NOT NULL)
         AS answered,
       (SELECT count(*) FROM exam_answer a WHERE a.exam_item_id = i.exam_item_id AND a.is_right = 1) AS were_right
  FROM exam_item i WHERE i.exam_id = :exam AND i.removed_us IS NULL ORDER BY i.exam_item_id
"""


def list_items(db: Connection, exam_id: str) -> list[Row]:
    """The items that are asked now, each with how often it was answered and answered right."""
    return db.all(ITEMS, {"exam": exam_id})


ADD_ITEM = """
INSERT INTO exam_item (exam_item_id, workspace_id, exam_id, name, item_json, known_json, explanation, created_us)
VALUES (:item, :workspace, :exam, :name, :json, :known, :explanation, :now)
"""


def add_items(db: Connection, exam: Row, items: Sequence[NewItem], store: FolderStore, *, now_us: int) -> int:
    """Add items with known answers; gives how many. BadInput names the first whose answer cannot be."""
    if len(items) > ADDED_MOST or count_items(db, exam["exam_id"]) + len(items) > ITEMS_MOST:
        raise BadInput(f"At most {ADDED_MOST} items at once, and {ITEMS_MOST:,} in an exam.", where="items")
    schema = decode_schema(bytes(exam["schema_json"]))
    for i, one in enumerate(items):
        known = _checked_known(schema, one.item, one.known, f"items[{i}]")
        _check_assets(one.item.assets, store, f"items[{i}]")
        db.execute(ADD_ITEM, {
            "item": _new_id("exitem", now_us + 1000 * i), "workspace": exam["workspace_id"], "exam": exam["exam_id"],
            "name": one.name[:200] or name_of(one.item), "json": msgspec.json.encode(one.item), "known": known,
            "explanation": _explanation(one.explanation, f"items[{i}]"), "now": now_us})
    return len(items)


def _checked_known(schema: LabelSchema, item: ItemData, known: dict[str, Any], where: str) -> bytes:
    value = decode_value(known)
    problems = value_problems(value, schema, item)
    if problems:
        raise BadInput(" ".join(problems[:3]), where=where,
                       hint="The known answer fits the exam's schema and the item.")
    return msgspec.json.encode(value)


def _check_assets(assets: dict[str, AssetFacts], store: FolderStore, where: str) -> None:
    for name, facts in assets.items():
        try:
            store.path(facts.sha256)
        except NotFound as error:
            raise BadInput(f"The file of the asset {name!r} is not in this workspace.", where=where) from error


def _explanation(text: str, where: str) -> str:
    if len(text) > TEXT_MOST or "\0" in text:
        raise BadInput(f"An explanation has at most {TEXT_MOST:,} characters.", where=where)
    return text.strip()


SETTLED = """
SELECT i.item_id, i.name, i.item_json, a.value_json FROM item i JOIN task t ON t.task_seq = i.item_seq
  JOIN annotation a ON a.annotation_id = t.annotation_id
 WHERE i.item_id = :item AND i.project_id = :project AND t.state = 'settled'
"""
NEWEST_SETTLED = """
SELECT i.item_id FROM task t JOIN item i ON i.item_seq = t.task_seq
 WHERE t.project_id = :project AND t.state = 'settled' ORDER BY t.task_seq DESC LIMIT :limit
"""


def settled_items(db: Connection, project: Row, item_ids: Sequence[str]) -> list[NewItem]:
    """Settled items of a project with what was settled; BadInput names the first that is not settled."""
    found: list[NewItem] = []
    for i, item_id in enumerate(dict.fromkeys(item_ids)):
        row = db.one(SETTLED, {"item": item_id, "project": project["project_id"]})
        if row is None:
            raise BadInput("This item of the project is not settled.", where=f"item_ids[{i}]",
                           hint="An exam is made from items whose answer is decided.")
        found.append(NewItem(item=msgspec.json.decode(row["item_json"], type=ItemData), name=row["name"],
                             known=msgspec.json.decode(row["value_json"])))
    return found


def drawn_items(db: Connection, project: Row, count: int) -> list[str]:
    """Some settled items of the project, drawn at random from the newest 10,000."""
    rows = db.all(NEWEST_SETTLED, {"project": project["project_id"], "limit": 10_000})
    ids = [str(row[0]) for row in rows]
    return secrets.SystemRandom().sample(ids, min(count, len(ids)))


CHANGE_ITEM = """
UPDATE exam_item SET known_json = coalesce(:known, known_json), explanation = coalesce(:explanation, explanation)
 WHERE exam_item_id = :item AND exam_id = :exam AND removed_us IS NULL
"""


def change_item(db: Connection, exam: Row, exam_item_id: str, *, known: dict[str, Any] | None,
                explanation: str | None) -> None:
    """Another known answer or explanation, for answers that come from now on."""
    row = db.one("SELECT item_json FROM exam_item WHERE exam_item_id = :item AND exam_id = :exam",
                 {"item": exam_item_id, "exam": exam["exam_id"]})
    if row is None:
        raise NotFound("No such item in this exam.", where="exam_item_id")
    item = msgspec.json.decode(row["item_json"], type=ItemData)
    schema = decode_schema(bytes(exam["schema_json"]))
    db.execute(CHANGE_ITEM, {
        "item": exam_item_id, "exam": exam["exam_id"],
        "known": None if known is None else _checked_known(schema, item, known, "known"),
        "explanation": None if explanation is None else _explanation(explanation, "explanation")})


REMOVE_ITEM = """
UPDATE exam_item SET removed_us = :now WHERE exam_item_id = :item AND exam_id = :exam AND removed_us IS NULL
"""


def remove_item(db: Connection, exam: Row, exam_item_id: str, *, now_us: int) -> None:
    """Ask an item no more; attempts that have it go on with it. An open exam keeps its last item."""
    if exam["state"] == "open" and count_items(db, exam["exam_id"]) == 1:
        raise Conflict("An open exam keeps its last item.", hint="Close the exam first.")
    if not db.execute(REMOVE_ITEM, {"item": exam_item_id, "exam": exam["exam_id"], "now": now_us}):
        raise NotFound("No such item in this exam.", where="exam_item_id")


RESULTS = """
SELECT a.*, p.name, p.email FROM exam_attempt a JOIN person p ON p.person_id = a.person_id
 WHERE a.exam_id = :exam AND (:after = '' OR a.attempt_id < :after) ORDER BY a.attempt_id DESC LIMIT :limit
"""


def list_results(db: Connection, exam_id: str, *, after: str = "", limit: int = 50) -> list[Row]:
    """The exam's attempts with who made them, newest first, those before `after`."""
    return db.all(RESULTS, {"exam": exam_id, "after": after, "limit": max(1, min(limit, RESULTS_MOST))})


def _new_id(prefix: str, now_us: int) -> str:
    return make_id(prefix, now_us=now_us, random_bits=secrets.randbits(80))
