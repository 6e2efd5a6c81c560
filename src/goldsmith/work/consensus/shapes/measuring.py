"""Measuring: how everybody draws in a shape field, from a project's answers, read task by task.

It rests on the newest TASKS_MOST tasks that have two answers or more, or a truth that somebody has seen to; who
answered none of these keeps what was measured of them before. Of each task no more is held than which marks make one
group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from goldsmith.core.schema import Field, LabelSchema, asked_fields
from goldsmith.db.connection import Connection
from goldsmith.kinds import KINDS, decode_value
from goldsmith.quality.pairing import Objects
from goldsmith.quality.shapes.fit import SeenShapes, fit_shapes
from goldsmith.quality.shapes.hands import ShapeCounts, ShapeCrowd
from goldsmith.work.consensus.known_truth import find_known
from goldsmith.work.consensus.shapes.kept import keep_shape_counts, keep_shape_crowd
from goldsmith.work.consensus.skills import Place

TASKS_MOST = 2_000
AT_ONCE = 100  # tasks read together

NEWEST = """
SELECT task_seq FROM annotation
 WHERE project_id = :project AND workspace_id = :workspace AND origin IN ('answer', 'gold')
   AND state IN ('submitted', 'accepted', 'fixed') GROUP BY task_seq
HAVING count(*) > 1 OR max(CASE WHEN origin = 'gold' OR state <> 'submitted' THEN 1 ELSE 0 END) = 1
    OR EXISTS (SELECT 1 FROM audited_item u WHERE u.task_seq = annotation.task_seq AND u.checked_us IS NOT NULL)
 ORDER BY max(annotation_id) DESC LIMIT :most
"""
GIVEN = """
SELECT task_seq, person_id, value_json FROM annotation WHERE task_seq IN ({numbers}) AND workspace_id = :workspace
   AND origin IN ('answer', 'gold') AND state IN ('submitted', 'accepted', 'fixed') ORDER BY task_seq, annotation_id
"""


class FittedField(Struct, frozen=True, kw_only=True):
    """A shape field measured: what all share, and each annotator's counts and number of answers."""

    place: Place
    crowd: ShapeCrowd
    counts: dict[str, ShapeCounts]
    answers: dict[str, int]

    def keep(self, db: Connection, *, now_us: int) -> None:
        """Put it in place of what is kept."""
        for name in sorted(self.counts):
            keep_shape_counts(db, self.place, name, self.counts[name], answers=self.answers[name], adds=False,
                              now_us=now_us)
        keep_shape_crowd(db, self.place, self.crowd, now_us=now_us)


def measure_shapes(db: Connection, place: Place, schema: LabelSchema, field: Field) -> FittedField | None:
    """The field measured; None where nothing can be held against anything. `db` is a snapshot."""
    numbers: dict[str, int] = {}
    answers: Counter[str] = Counter()
    args = {"project": place.project_id, "workspace": place.workspace_id}
    tasks = [int(row[0]) for row in db.all(NEWEST, {**args, "most": TASKS_MOST})]
    seen = _read(db, args, tasks, (schema, field), (numbers, answers))
    found = fit_shapes(seen, KINDS[field.kind], place.classes, asset=field.asset)
    counts = {name: found.counts[number] for name, number in numbers.items() if number in found.counts}
    return FittedField(place=place, crowd=found.crowd, counts=counts, answers=dict(answers)) if counts else None


def _read(db: Connection, args: Mapping[str, object], tasks: Sequence[int], asked: tuple[LabelSchema, Field],
          counted: tuple[dict[str, int], Counter[str]]) -> Iterator[SeenShapes]:
    """Task by task; who answered gets a number, and their answers are counted."""
    schema, field = asked
    numbers, answers = counted
    for start in range(0, len(tasks), AT_ONCE):
        some = sorted(tasks[start : start + AT_ONCE])
        known = find_known(db, args, tasks=some)
        rows: dict[int, list[tuple[int, Objects]]] = {}
        sql = GIVEN.format(numbers=", ".join(map(str, some)))
        for row in db.stream(sql, {"workspace": args["workspace"]}):
            value = decode_value(bytes(row["value_json"]))
            if field.name in asked_fields(schema, value):
                number = numbers.setdefault(row["person_id"], len(numbers))
                answers[row["person_id"]] += 1
                rows.setdefault(row["task_seq"], []).append((number, value.get(field.name, ())))
        for task, given in rows.items():
            true = known[task].value if task in known else None
            is_known = true is not None and field.name in asked_fields(schema, true)
            yield SeenShapes(people=tuple(number for number, _ in given), answers=tuple(one for _, one in given),
                             known=tuple(true.get(field.name, ())) if true is not None and is_known else None)
