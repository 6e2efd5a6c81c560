"""Looking: the answers of a project, tested for what is odd, with items that show it; of the newest answers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import islice
from statistics import median

import msgspec
import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from goldsmith.core.schema import Field, LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.quality.signals.collapse import find_collapse, others_say
from goldsmith.quality.signals.copying import find_copying
from goldsmith.quality.signals.finding import Finding, Looked, discover
from goldsmith.quality.signals.pace import find_hurry
from goldsmith.quality.signals.twins import find_twins
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.ballots import Value, ballots, classes_of

ANSWERS_MOST, SHAPED_MOST = 200_000, 20_000  # newest answers that are looked at
CHUNK = 500
BOTH_BELOW = 0.8  # of a pair's answers that one gave later: below it nobody can say who was first
VERY_STRONG, STRONG = 1e-6, 1e-3  # adjusted probabilities


class Example(Struct, frozen=True, kw_only=True):
    """One item that shows it: what was given, what the other or most others gave, and the seconds of both."""

    item_id: str
    item: str
    given: str
    other: str = ""
    seconds: float | None = None
    seconds_usual: float | None = None


class Evidence(Struct, frozen=True, kw_only=True):
    """What a signal rests on; `figures` by name as the test of its sort gives them. It names no other person."""

    p: float  # of honest work that looks at least so odd
    q: float  # the same, adjusted for all people and pairs that were tested
    tests: int
    figures: dict[str, float]
    label: str = ""  # that everything was called, of a collapse
    examples: list[Example]


class Seen(Struct, frozen=True, kw_only=True):
    """One signal as it was seen now."""

    person_id: str
    other_id: str  # "" where it is about everybody else
    field: str  # "" where it is about all of them
    sort: str
    strength: str  # notable, strong or very_strong
    answers: int
    evidence: Evidence


class Look(Struct, frozen=True, kw_only=True):
    """What one look at a project gave."""

    answers: int  # that were looked at
    tests: int
    seen: list[Seen]


class _Answers(Struct):
    """The answers as rows, oldest first."""

    ids: list[str]
    task: NDArray[np.intp]  # numbers from 0
    seqs: list[int]  # task_seq by that number
    annotator: NDArray[np.intp]
    people: list[str]
    is_model: NDArray[np.bool_]
    seconds: NDArray[np.float64]
    votes: dict[str, NDArray[np.intp]]  # by single-choice field; -1 where there is none
    shapes: dict[str, list[frozenset[Hashable]]]  # by field drawn by hand


GIVEN = """
SELECT annotation_id, task_seq, person_id, value_json, work_seconds FROM annotation
 WHERE project_id = :project AND workspace_id = :workspace AND origin IN ('answer', 'gold')
   AND state IN ('submitted', 'accepted', 'fixed') ORDER BY annotation_id DESC LIMIT :most
"""
MODELS = "SELECT person_id FROM person WHERE workspace_id = :workspace AND sort = 'model'"
KNOWN = """
SELECT t.task_seq, d.value_json FROM task t JOIN annotation d ON d.annotation_id = t.annotation_id
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state = 'settled' AND t.task_seq >= :least
   AND (d.origin = 'fix' OR EXISTS (SELECT 1 FROM annotation a WHERE a.task_seq = t.task_seq AND a.origin = 'answer'
                                       AND a.state = 'accepted'))
"""
GOLD = """
SELECT task_seq, known_json AS value_json FROM gold
 WHERE project_id = :project AND workspace_id = :workspace AND state = 'active' AND task_seq >= :least
"""


def look(db: Connection, project: Row) -> Look:
    """Test a project's newest answers; `db` is a snapshot. Takes seconds on a large project: run it in a thread."""
    schema = decode_schema(bytes(project["schema_json"]))
    given = _read(db, project, schema)
    if given is None:
        return Look(answers=0, tests=0, seen=[])
    known = _known(db, project, schema, given)
    parts = list(_tested(schema, given, known))
    kept = {id(one): q for one, q in discover([part for _, part in parts])}
    tests = sum(part.tests for _, part in parts)
    seen = [signal for field, part in parts for one in part.findings if id(one) in kept
            for signal in _signals(db, schema, given, field, one, kept[id(one)], tests)]
    return Look(answers=len(given.ids), tests=tests, seen=seen)


def _read(db: Connection, project: Row, schema: LabelSchema) -> _Answers | None:
    drawn = [field for field in schema.fields if KINDS[field.kind].tolerance > 0]
    chosen = [field for field in schema.fields if field.kind == "choice" and not field.multiple]
    args = {"project": project["project_id"], "workspace": project["workspace_id"],
            "most": SHAPED_MOST if drawn else ANSWERS_MOST}
    ids: list[str] = []
    tasks: list[int] = []
    people: list[str] = []
    seconds: list[float] = []
    votes: dict[str, list[int]] = {field.name: [] for field in chosen}
    shapes: dict[str, list[frozenset[Hashable]]] = {field.name: [] for field in drawn}
    for rows in _chunks(db.stream(GIVEN, args)):
        values = [decode_value(bytes(row["value_json"])) for row in rows]
        ids += [row["annotation_id"] for row in rows]
        tasks += [row["task_seq"] for row in rows]
        people += [row["person_id"] for row in rows]
        seconds += [row["work_seconds"] or 0.0 for row in rows]
        for field in chosen:
            votes[field.name] += [-1 if vote is None else vote for vote in ballots(schema, field, values)]
        for field in drawn:
            shapes[field.name] += [_outlines(field, value) for value in values]
    if not ids:
        return None
    seqs, task = np.unique(tasks[::-1], return_inverse=True)
    names, annotator = np.unique(people[::-1], return_inverse=True)
    models = {row["person_id"] for row in db.all(MODELS, {"workspace": project["workspace_id"]})}
    return _Answers(
        ids=ids[::-1], task=task, seqs=[int(one) for one in seqs], annotator=annotator, people=[*map(str, names)],
        is_model=np.array([name in models for name in names]), seconds=np.array(seconds[::-1]),
        votes={name: np.array(found[::-1], dtype=np.intp) for name, found in votes.items()},
        shapes={name: found[::-1] for name, found in shapes.items()})


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _outlines(field: Field, value: Value) -> frozenset[Hashable]:
    """Each shape by its coordinates alone."""
    return frozenset(
        msgspec.json.encode(structs.replace(one, id="", label="", attributes={}, asset=one.asset or field.asset))
        for one in value.get(field.name, ()))


def _known(db: Connection, project: Row, schema: LabelSchema, given: _Answers) -> dict[str, NDArray[np.intp]]:
    """By field, the label that a reviewer found right, or that trusted gold has, for each task; -1 elsewhere."""
    found = {name: np.full(len(given.seqs), -1, dtype=np.intp) for name in given.votes}
    number = {seq: i for i, seq in enumerate(given.seqs)}
    args = {"project": project["project_id"], "workspace": project["workspace_id"], "least": given.seqs[0]}
    for rows in (chunk for statement in (KNOWN, GOLD) for chunk in _chunks(db.stream(statement, args))):
        inside = [row for row in rows if row["task_seq"] in number]
        values = [decode_value(bytes(row["value_json"])) for row in inside]
        for field in schema.fields:
            if field.name in found:
                for row, vote in zip(inside, ballots(schema, field, values), strict=True):
                    found[field.name][number[row["task_seq"]]] = -1 if vote is None else vote
    return found


def _tested(schema: LabelSchema, given: _Answers, known: Mapping[str, NDArray[np.intp]]) -> Iterator[
        tuple[Field | None, Looked]]:
    """Every test of the project with the field that it is about; examples are rows of `given`."""
    by_hand = np.flatnonzero(~given.is_model[given.annotator])  # a model may be as fast, and as alike, as it is
    yield None, _moved(find_hurry(given.task[by_hand], given.annotator[by_hand], given.seconds[by_hand]), by_hand)
    for field in schema.fields:
        if field.name in given.votes:
            votes, classes = given.votes[field.name], len(classes_of(field))
            rows = np.flatnonzero(votes >= 0)
            people = np.intersect1d(rows, by_hand)
            yield field, _moved(find_collapse(given.task[people], given.annotator[people], votes[people], classes),
                                people)
            yield field, _moved(find_copying(given.task[rows], given.annotator[rows], votes[rows], classes,
                                             known=known[field.name], at=rows, is_model=given.is_model), rows)
        elif field.name in given.shapes:
            items: dict[int, dict[int, tuple[int, frozenset[Hashable]]]] = {}
            for row, outlines in enumerate(given.shapes[field.name]):
                items.setdefault(int(given.task[row]), {})[int(given.annotator[row])] = row, outlines
            yield field, find_twins([one for one in items.values() if len(one) > 1],
                                    is_model=[bool(one) for one in given.is_model])


def _moved(part: Looked, rows: NDArray[np.intp]) -> Looked:
    """The same with examples as numbers of all rows."""
    return Looked(tests=part.tests, findings=[
        structs.replace(one, examples=tuple(int(rows[row]) for row in one.examples)) for one in part.findings])


def _signals(db: Connection, schema: LabelSchema, given: _Answers, field: Field | None, one: Finding, q: float,
             tests: int) -> Iterator[Seen]:
    """The signal of a finding, and of a pair a second one where nobody can say who was first; of models none."""
    if given.is_model[one.person]:
        return
    yield _signal(db, schema, given, field, one, q, tests)
    later = one.figures.get("later", 1.0)
    if one.sort != "model" and one.other >= 0 and later < BOTH_BELOW:
        turned = structs.replace(one, person=one.other, other=one.person, figures={**one.figures, "later": 1 - later},
                                 examples=tuple(_rows_of(given, one.other, one.examples)))
        yield _signal(db, schema, given, field, turned, q, tests)


def _rows_of(given: _Answers, person: int, rows: Sequence[int]) -> Iterator[int]:
    """The person's own rows of these rows' items."""
    for row in rows:
        yield from map(int, np.flatnonzero((given.task == given.task[row]) & (given.annotator == person))[:1])


def _signal(db: Connection, schema: LabelSchema, given: _Answers, field: Field | None, one: Finding, q: float,
            tests: int) -> Seen:
    figures, label = dict(one.figures), ""
    if field is not None and "label" in figures:
        label = classes_of(field)[int(figures.pop("label"))]
    return Seen(
        person_id=given.people[one.person], other_id=given.people[one.other] if one.other >= 0 else "",
        field=field.name if field is not None else "", sort=one.sort,
        strength="very_strong" if q <= VERY_STRONG else "strong" if q <= STRONG else "notable",
        answers=int((given.annotator == one.person).sum()),
        evidence=Evidence(p=one.p, q=q, tests=tests, figures=figures, label=label,
                          examples=[_example(db, given, field, one, row) for row in one.examples]))


NAMED = "SELECT item_id, name FROM item WHERE item_seq = :task"


def _example(db: Connection, given: _Answers, field: Field | None, one: Finding, row: int) -> Example:
    item = db.one(NAMED, {"task": given.seqs[given.task[row]]})
    assert item is not None
    said, other = _said(given, field, one, row)
    times = [float(given.seconds[at]) for at in np.flatnonzero((given.task == given.task[row])
                                                             & (given.annotator != one.person))]
    timed = [one for one in times if one > 0]
    return Example(item_id=item["item_id"], item=item["name"], given=said, other=other,
                   seconds=float(given.seconds[row]) or None, seconds_usual=median(timed) if timed else None)


def _said(given: _Answers, field: Field | None, one: Finding, row: int) -> tuple[str, str]:
    """What the person gave, and what the other person, or most others, gave; of shapes how many were identical."""
    if field is None:
        return "", ""
    beside = np.flatnonzero((given.task == given.task[row]) & (given.annotator == one.other))
    if field.name in given.shapes:
        mine = given.shapes[field.name][row]
        theirs = given.shapes[field.name][beside[0]] if len(beside) else frozenset()
        return str(len(mine & theirs)), str(len(theirs))
    votes, names = given.votes[field.name], classes_of(field)
    if one.other >= 0:
        return names[votes[row]], names[votes[beside[0]]] if len(beside) and votes[beside[0]] >= 0 else ""
    inside = np.flatnonzero((given.task == given.task[row]) & (votes >= 0))
    others = others_say(given.task[inside], votes[inside], len(names))[int(np.searchsorted(inside, row))]
    return names[votes[row]], names[others] if others >= 0 else ""
