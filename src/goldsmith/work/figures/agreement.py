"""Agreement of a project, at a bounded cost: of the newest tasks that several people answered, as it is followed from
day to day, or, for a certificate, of a random sample of all of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import combinations
from statistics import fmean

import msgspec
import numpy as np
from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field, LabelSchema, asked_fields
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.quality.agreement import Likeness, field_alpha
from goldsmith.quality.certificate import FieldAgreement
from goldsmith.quality.coefficients import Coefficient, fleiss, gwet
from goldsmith.quality.distance_alpha import Alpha
from goldsmith.work.consensus import decode_schema

Value = Mapping[str, tuple[AnnotatedObject, ...]]
Alike = dict[tuple[str, str], list[float]]  # per two people, sorted: their agreement on each item both answered
TASKS_MOST, SHAPED_TASKS_MOST = 5000, 500  # newest multiply-answered tasks that agreement rests on
DRAWN_MOST, SHAPED_DRAWN_MOST = 5000, 1000  # multiply-answered tasks that a certificate's agreement rests on, by field
PAGE = 250
SEED = 1  # of the bootstrap: the same answers give the same interval

ANY = "SELECT 1 FROM task WHERE project_id = :project AND agreement IS NOT NULL LIMIT 1"
SEVERAL = """
SELECT a.task_seq, a.person_id, a.value_json FROM annotation a JOIN (
   SELECT task_seq FROM task WHERE project_id = :project AND workspace_id = :workspace AND agreement IS NOT NULL
    ORDER BY updated_us DESC, task_seq DESC LIMIT :most) t ON t.task_seq = a.task_seq
 WHERE a.origin = 'answer' AND a.state IN ('submitted', 'accepted', 'fixed') ORDER BY a.task_seq, a.annotation_id
"""


def several_answers(db: Connection, project: Row, *, most: int = TASKS_MOST) -> list[dict[str, Value]]:
    """The answers by person_id of the newest tasks that at least two people answered; `db` is a snapshot."""
    args = {"project": project["project_id"], "workspace": project["workspace_id"], "most": most}
    if db.one(ANY, args) is None:
        return []  # the newest are found in the order of time, which would be all there are
    tasks: dict[int, dict[str, Value]] = {}
    for row in db.stream(SEVERAL, args):
        tasks.setdefault(row["task_seq"], {})[row["person_id"]] = decode_value(bytes(row["value_json"]))
    return [task for task in tasks.values() if len(task) > 1]


# Whether a task has the answers is seen when they are read: one that was returned may have fewer now.
POPULATION = """
SELECT task_seq, task_id FROM task WHERE project_id = :project AND workspace_id = :workspace AND agreement IS NOT NULL
"""
ANSWERS = """
SELECT task_seq, person_id, value_json FROM annotation WHERE task_seq IN ({numbers}) AND workspace_id = :workspace
   AND origin = 'answer' AND state IN ('submitted', 'accepted', 'fixed') ORDER BY task_seq, annotation_id
"""


def drawn_agreement(db: Connection, project: Row, *, seed: str) -> list[FieldAgreement]:
    """Krippendorff's alpha of each field with its interval, on a simple random sample; `db` is a snapshot.

    The sample is the tasks with the smallest SHA-256 of seed and task id, so the same seed and answers give the same
    figures, and anybody can draw it again. A field without shapes rests on up to DRAWN_MOST tasks; one with shapes,
    whose comparison is dear, on the first SHAPED_DRAWN_MOST of these.
    """
    schema = decode_schema(bytes(project["schema_json"]))
    most = max((_most_drawn(field) for field in schema.fields), default=0)
    numbers, population = _draw(db, project, seed, most)
    tasks = list(_answers_to(db, project, numbers))
    found: list[FieldAgreement] = []
    for one in _likenesses(schema):
        several = [task for task in tasks[:_most_drawn(one.field)] if len(task) > 1]
        found += _alphas(_asked(schema, several), [one])
    return [msgspec.structs.replace(alpha, population=population) for alpha in found]


def _most_drawn(field: Field) -> int:
    return DRAWN_MOST if KINDS[field.kind].bounds is None else SHAPED_DRAWN_MOST


def _draw(db: Connection, project: Row, seed: str, most: int) -> tuple[list[int], int]:
    """The numbers of the tasks drawn, in the order of chance, and of how many."""
    population = 0

    def keys() -> Iterator[tuple[bytes, int]]:
        nonlocal population
        for row in db.stream(POPULATION, {"project": project["project_id"], "workspace": project["workspace_id"]}):
            population += 1
            yield sha256(f"{seed}:{row['task_id']}".encode()).digest(), row["task_seq"]

    drawn = heapq.nsmallest(most, keys())
    return [number for _, number in drawn], population


def _answers_to(db: Connection, project: Row, numbers: Sequence[int]) -> Iterator[dict[str, Value]]:
    """Each task's answers by person_id, in the order of `numbers`."""
    for start in range(0, len(numbers), PAGE):
        page = numbers[start:start + PAGE]
        found: dict[int, dict[str, Value]] = {number: {} for number in page}
        sql = ANSWERS.format(numbers=", ".join(map(str, page)))
        for row in db.all(sql, {"workspace": project["workspace_id"]}):
            found[row["task_seq"]][row["person_id"]] = decode_value(bytes(row["value_json"]))
        yield from found.values()


class Agreed(Struct, frozen=True, kw_only=True):
    """How far the people of a project agree."""

    fields: list[FieldAgreement]
    alike: Alike
    others: dict[str, list[Coefficient]]  # beside alpha, by field of single choices


def measure_agreement(schema: LabelSchema, tasks: Sequence[Mapping[str, Value]]) -> Agreed:
    """The agreement of each field, and of each two people; what both need is computed once."""
    likenesses, asked = _likenesses(schema), _asked(schema, tasks)
    others = {field.name: _coefficients(asked[field.name], field) for field in schema.fields
              if not field.multiple and KINDS[field.kind].bounds is None}
    return Agreed(fields=_alphas(asked, likenesses), alike=_alike(tasks, asked, likenesses), others=others)


def _coefficients(tasks: Sequence[Mapping[str, Value]], field: Field) -> list[Coefficient]:
    """Fleiss' kappa and Gwet's AC1 of single choices, on the same answers as alpha."""
    place = {label.name: i for i, label in enumerate(field.labels)}
    counts = np.zeros((len(tasks), len(place)))
    for row, task in enumerate(tasks):
        for answer in task.values():
            if (given := answer.get(field.name)) and given[0].label in place:
                counts[row, place[given[0].label]] += 1
    several = counts[counts.sum(axis=1) > 1]
    return [of(several, np.random.default_rng(SEED)) for of in (fleiss, gwet)]


def read_agreement(db: Connection, project: Row) -> Agreed:
    """The agreement in a project's newest multiply-answered tasks; `db` is a snapshot."""
    schema = decode_schema(bytes(project["schema_json"]))
    has_shapes = any(KINDS[field.kind].bounds is not None for field in schema.fields)
    most = SHAPED_TASKS_MOST if has_shapes else TASKS_MOST
    return measure_agreement(schema, several_answers(db, project, most=most))


STANDING = """
SELECT max(annotation_id) AS newest, count(*) AS number FROM annotation
 WHERE project_id = :project AND origin = 'answer' AND state IN ('submitted', 'accepted', 'fixed')
"""


def agreement_stamp(db: Connection, project: Row) -> tuple[object, ...]:
    """What `read_agreement` rests on: while it is the same, so is the agreement."""
    row = db.one(STANDING, {"project": project["project_id"]})
    return (project["schema_version"], *((row["newest"], row["number"]) if row else ()))


def _likenesses(schema: LabelSchema) -> list[Likeness]:
    return [Likeness(field, KINDS[field.kind], among=(schema, KINDS)) for field in schema.fields]


def _asked(schema: LabelSchema, tasks: Sequence[Mapping[str, Value]]) -> dict[str, list[dict[str, Value]]]:
    """By field, each task's answers of those whom the field was asked: whom it was not has no say in it."""
    asked = [{person: asked_fields(schema, answer) for person, answer in task.items()} for task in tasks]
    return {field.name: [
        {person: answer for person, answer in task.items() if field.name in names[person]}
        for task, names in zip(tasks, asked, strict=True)] for field in schema.fields}


def _alphas(asked: Mapping[str, Sequence[Mapping[str, Value]]], likenesses: Sequence[Likeness]) -> list[FieldAgreement]:
    def alpha(one: Likeness) -> Alpha:
        items = [list(task.values()) for task in asked[one.field.name]]
        rng = np.random.default_rng(SEED)
        return field_alpha(items, one.field, KINDS[one.field.kind], rng, likeness=one)

    return [FieldAgreement(field=one.field.name, measure=measure_of(one.field), alpha=alpha(one)) for one in likenesses]


def _alike(tasks: Sequence[Mapping[str, Value]], asked: Mapping[str, Sequence[Mapping[str, Value]]],
           likenesses: Sequence[Likeness]) -> Alike:
    """The mean over the fields that both were asked and either filled; 1 where there is none."""
    found: Alike = {}
    for number, task in enumerate(tasks):
        of_field = [(one, asked[one.field.name][number]) for one in likenesses]
        for a, b in combinations(sorted(task), 2):
            scores = [one.of(given[a], given[b]) for one, given in of_field
                      if a in given and b in given and (given[a].get(one.field.name) or given[b].get(one.field.name))]
            found.setdefault((a, b), []).append(fmean(scores) if scores else 1.0)
    return found


def measure_of(field: Field) -> str:
    """What the alpha of a field rests on."""
    if KINDS[field.kind].measure:
        return KINDS[field.kind].measure
    if KINDS[field.kind].bounds is not None:
        return "overlap (IoU)"
    return "labels in common (Jaccard)" if field.multiple else "label"
