"""Routes of figures: who agrees with whom, accuracy and pace, confusions, cost, undecided items; each as CSV too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from goldsmith.core.errors import NotFound
from goldsmith.core.money import decimal
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, rfc3339
from goldsmith.server.files.downloads import send_written
from goldsmith.server.routes.figures.renewal import agreed, costs, measured
from goldsmith.server.routes.reviewing import shapes_shown
from goldsmith.server.wire import figures as wire
from goldsmith.work.figures.annotators import AnnotatorFigures, read_names
from goldsmith.work.figures.confusion import ANSWERS_LEAST, FieldConfusion
from goldsmith.work.figures.cost import DAY_US
from goldsmith.work.figures.pairs import all_pairs, pick_pairs
from goldsmith.work.figures.tables import Cell, csv_pieces
from goldsmith.work.figures.undecided import PAGE_MOST, Sought, UndecidedItem, every_undecided, list_undecided
from goldsmith.work.people import Person, need_role

Names = Mapping[str, Row]


async def send_table(context: Context, name: str, columns: Sequence[str],
                     rows: Callable[[Connection], Iterable[Sequence[Cell]]]) -> Response[Any]:
    """A table as CSV, its rows read from one snapshot."""
    def pieces() -> Iterator[bytes]:
        with context.db.snapshot() as db:
            yield from csv_pieces(columns, rows(db))

    return await send_written(context.data, pieces, name=f"{name}.csv", media_type="text/csv")


def name_of(names: Names, person_id: str) -> str:
    """A person's name, or their address where they have said none."""
    row = names.get(person_id)
    return (row["name"] or row["email"]) if row is not None else person_id


def sort_of(names: Names, person_id: str) -> str:
    """human or model."""
    row = names.get(person_id)
    return str(row["sort"]) if row is not None else "human"


@get("/api/projects/{project_id:str}/figures/agreement")
async def show_agreement(context: NamedDependency[Context], person: NamedDependency[Person],
                         project_id: FromPath[str], q: FromQuery[str] = "") -> wire.AgreementMatrix:
    """How far each two people agree, for the 30 with the most common items; `q` seeks people by name."""
    need_role(person, "reviewer")
    found = await agreed(context, context.project(person, project_id))

    def read() -> wire.AgreementMatrix:
        db, about = context.db.read(), set[str]()
        if q:
            names = read_names(db, person.workspace_id, [one for pair in found.alike for one in pair])
            about = {one for one in names if q.lower() in name_of(names, one).lower()}
            if not about:
                return wire.AgreementMatrix(people=[], pairs=[], people_in_all=pick_pairs(found.alike).people_in_all)
        picked = pick_pairs(found.alike, about=about)
        names = read_names(db, person.workspace_id, [one.person_id for one in picked.people])
        return wire.AgreementMatrix(
            people=[wire.MatrixPerson(person_id=one.person_id, name=name_of(names, one.person_id), items=one.items,
                                      sort=sort_of(names, one.person_id)) for one in picked.people],
            pairs=[wire.MatrixPair(**msgspec.structs.asdict(pair)) for pair in picked.pairs],
            people_in_all=picked.people_in_all)

    return await asyncio.to_thread(read)


@get("/api/projects/{project_id:str}/figures/agreement.csv")
async def download_agreement(context: NamedDependency[Context], person: NamedDependency[Person],
                             project_id: FromPath[str]) -> Response[Any]:
    """Every two people with items in common, as CSV."""
    need_role(person, "reviewer")
    found = await agreed(context, context.project(person, project_id))

    def rows(db: Connection) -> Iterator[Sequence[Cell]]:
        names = read_names(db, person.workspace_id, [one for pair in found.alike for one in pair])
        for pair in all_pairs(found.alike):
            yield (pair.a, name_of(names, pair.a), pair.b, name_of(names, pair.b), pair.agreement, pair.low, pair.high,
                   pair.items)

    return await send_table(context, "agreement", ("a_id", "a", "b_id", "b", "agreement", "low", "high", "items"), rows)


@get("/api/projects/{project_id:str}/figures/annotators")
async def list_annotators(context: NamedDependency[Context], person: NamedDependency[Person],
                          project_id: FromPath[str]) -> wire.AnnotatorList:
    """How often each annotator is right and how long an answer takes them, with intervals."""
    need_role(person, "reviewer")
    found = (await measured(context, context.project(person, project_id))).annotators
    names = await asyncio.to_thread(
        lambda: read_names(context.db.read(), person.workspace_id, [one.person_id for one in found]))
    return wire.AnnotatorList(annotators=[_annotator(one, names) for one in found])


def _annotator(one: AnnotatorFigures, names: Names) -> wire.AnnotatorRow:
    accuracy, pace = one.accuracy, one.pace
    return wire.AnnotatorRow(
        person_id=one.person_id, name=name_of(names, one.person_id), sort=sort_of(names, one.person_id),
        answers=one.answers, returned=one.returned,
        accuracy=None if accuracy is None else wire.AccuracyFigure(**msgspec.structs.asdict(accuracy)),
        pace=None if pace is None else wire.PaceFigure(**msgspec.structs.asdict(pace)), shapes=shapes_shown(one.shapes))


ANNOTATORS = ("person_id", "name", "sort", "answers", "returned", "accuracy", "accuracy_low", "accuracy_high",
              "accuracy_rests_on", "accuracy_from", "median_seconds", "seconds_low", "seconds_high", "timed")


@get("/api/projects/{project_id:str}/figures/annotators.csv")
async def download_annotators(context: NamedDependency[Context], person: NamedDependency[Person],
                              project_id: FromPath[str]) -> Response[Any]:
    """Every annotator's accuracy and pace, as CSV, and three columns for each field of shapes that was measured."""
    need_role(person, "reviewer")
    found = (await measured(context, context.project(person, project_id))).annotators

    def rows(db: Connection) -> Iterator[Sequence[Cell]]:
        names = read_names(db, person.workspace_id, [one.person_id for one in found])
        for one in found:
            right = one.accuracy
            known = (None,) * 5 if right is None else (right.share, right.low, right.high, right.answers, right.basis)
            pace = (None,) * 4 if one.pace is None else (one.pace.seconds, one.pace.low, one.pace.high, one.pace.timed)
            drawn = {skill.field: (skill.found, skill.imagined, skill.border) for skill in one.shapes}
            yield (one.person_id, name_of(names, one.person_id), sort_of(names, one.person_id), one.answers,
                   one.returned, *known, *pace, *(cell for name in fields for cell in drawn.get(name, (None,) * 3)))

    fields = sorted({skill.field for one in found for skill in one.shapes})
    columns = (*ANNOTATORS, *(f"{name}_{what}" for name in fields for what in ("found", "imagined", "border")))
    return await send_table(context, "annotators", columns, rows)


@get("/api/projects/{project_id:str}/figures/confusion")
async def show_confusion(context: NamedDependency[Context], person: NamedDependency[Person],
                         project_id: FromPath[str], field: FromQuery[str] = "",
                         person_id: FromQuery[str] = "") -> wire.ConfusionMatrix:
    """What an annotator, or all together, call what; without a field, the first one."""
    need_role(person, "reviewer")
    every = (await measured(context, context.project(person, project_id))).confusions
    chosen = _chosen(every, field)
    names = await asyncio.to_thread(
        lambda: read_names(context.db.read(), person.workspace_id, list(chosen.answers)))
    cells = chosen.of(person_id)
    return wire.ConfusionMatrix(
        fields=[wire.ConfusionField(field=one.field, basis=one.basis, answers=sum(one.answers.values()),
                                    answers_needed=ANSWERS_LEAST, is_measured=one.is_measured) for one in every],
        field=chosen.field, person_id=person_id, labels=chosen.labels,
        people=[wire.ConfusionPerson(person_id=one, name=name_of(names, one), sort=sort_of(names, one), answers=n,
                                     right=_right(chosen.of(one)))
                for one, n in sorted(chosen.answers.items(), key=lambda two: (-two[1], two[0]))],
        counts=[[round(cells.get((true, given), 0.0), 3) for given in chosen.labels] for true in chosen.labels])


def _chosen(every: Sequence[FieldConfusion], field: str) -> FieldConfusion:
    found = next((one for one in every if one.field == field or not field), None)
    if found is None:
        raise NotFound("The schema has no such field.", where="field")
    return found


def _right(cells: Mapping[tuple[str, str], float]) -> float | None:
    whole = sum(cells.values())
    return sum(many for (true, given), many in cells.items() if true == given) / whole if whole else None


@get("/api/projects/{project_id:str}/figures/confusion.csv")
async def download_confusion(context: NamedDependency[Context], person: NamedDependency[Person],
                             project_id: FromPath[str]) -> Response[Any]:
    """Every field and annotator's confusions, one cell a row, as CSV."""
    need_role(person, "reviewer")
    every = (await measured(context, context.project(person, project_id))).confusions

    def rows(db: Connection) -> Iterator[Sequence[Cell]]:
        names = read_names(db, person.workspace_id, [one for field in every for one in field.answers])
        for field in every:
            for one in sorted(field.cells):
                for (true, given), many in sorted(field.cells[one].items()):
                    yield field.field, field.basis, one, name_of(names, one), true, given, many

    columns = ("field", "from", "person_id", "name", "true", "given", "answers")
    return await send_table(context, "confusion", columns, rows)


@get("/api/projects/{project_id:str}/figures/cost")
async def show_cost(context: NamedDependency[Context], person: NamedDependency[Person],
                    project_id: FromPath[str]) -> wire.CostFigures:
    """What a correct label has cost, by day or week and currency."""
    need_role(person, "manager")
    found = await costs(context, context.project(person, project_id))
    return wire.CostFigures(
        bin_days=found.bin_us // DAY_US, wrong=wire.WrongShare(**msgspec.structs.asdict(found.wrong)),
        rows=[wire.CostRow(start_at=rfc3339(one.start_us), currency=one.currency, amount_minor=one.amount_minor,
                           settled=one.settled, amount_total=one.amount_total, settled_total=one.settled_total,
                           per_correct=one.per_correct, low=one.low, high=one.high) for one in found.points])


COST = ("from", "currency", "amount", "settled", "amount_in_all", "settled_in_all", "per_correct_label", "low", "high",
        "wrong", "wrong_by")


@get("/api/projects/{project_id:str}/figures/cost.csv")
async def download_cost(context: NamedDependency[Context], person: NamedDependency[Person],
                        project_id: FromPath[str]) -> Response[Any]:
    """What a correct label has cost over time, in units of the currency, as CSV."""
    need_role(person, "manager")
    found = await costs(context, context.project(person, project_id))

    def rows(db: Connection) -> Iterator[Sequence[Cell]]:
        for one in found.points:
            unit = 10 ** len(decimal(0, one.currency).partition(".")[2])
            per = [None if value is None else value / unit for value in (one.per_correct, one.low, one.high)]
            yield (rfc3339(one.start_us), one.currency, decimal(one.amount_minor, one.currency), one.settled,
                   decimal(one.amount_total, one.currency), one.settled_total, *per, found.wrong.share,
                   found.wrong.basis)

    return await send_table(context, "cost", COST, rows)


@get("/api/projects/{project_id:str}/figures/undecided")
async def list_undecided_items(context: NamedDependency[Context], person: NamedDependency[Person],
                               project_id: FromPath[str], field: FromQuery[str] = "", q: FromQuery[str] = "",
                               batch: FromQuery[str] = "", after: FromQuery[int] = 0) -> wire.UndecidedPage:
    """Items whose answers settle nothing: why, what was answered, and how far off it is."""
    need_role(person, "reviewer")
    project, sought = context.project(person, project_id), Sought(field=field, q=q, batch=batch)
    found = await asyncio.to_thread(lambda: list_undecided(context.db.read(), project, sought, after=after))
    return wire.UndecidedPage(items=[_undecided(one) for one in found],
                              next=found[-1].task_seq if len(found) == PAGE_MOST else None)


def _undecided(one: UndecidedItem) -> wire.UndecidedRow:
    return wire.UndecidedRow(
        item_id=one.item_id, name=one.name, batch=one.batch, reasons=one.reasons, answers=one.answers,
        agreement=one.agreement, probability=one.probability, field=one.field, entropy=one.entropy,
        votes=[wire.VoteCount(label=vote.label, votes=vote.votes) for vote in one.votes],
        updated_at=rfc3339(one.updated_us))


UNDECIDED = ("item_id", "name", "batch", "answers", "agreement", "probability", "field", "votes", "entropy_bits",
             "reasons", "updated_at")


@get("/api/projects/{project_id:str}/figures/undecided.csv")
async def download_undecided(context: NamedDependency[Context], person: NamedDependency[Person],
                             project_id: FromPath[str], field: FromQuery[str] = "", q: FromQuery[str] = "",
                             batch: FromQuery[str] = "") -> Response[Any]:
    """The undecided items that are asked for, as CSV."""
    need_role(person, "reviewer")
    project, sought = context.project(person, project_id), Sought(field=field, q=q, batch=batch)

    def rows(db: Connection) -> Iterator[Sequence[Cell]]:
        for one in every_undecided(db, project, sought):
            votes = ", ".join(f"{vote.label or '-'}: {vote.votes}" for vote in one.votes)
            yield (one.item_id, one.name, one.batch, one.answers, one.agreement, one.probability, one.field, votes,
                   one.entropy, "; ".join(one.reasons), rfc3339(one.updated_us))

    return await send_table(context, "undecided", UNDECIDED, rows)


ROUTES = [show_agreement, download_agreement, list_annotators, download_annotators, show_confusion, download_confusion,
          show_cost, download_cost, list_undecided_items, download_undecided]
