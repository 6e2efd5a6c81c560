"""What is dear about a project's figures is computed again only when it has changed; see `server.renewed`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us
from goldsmith.server.renewed import Renewed
from goldsmith.work.figures import agreement
from goldsmith.work.figures.annotators import AnnotatorFigures, read_annotators
from goldsmith.work.figures.confusion import FieldConfusion, confusions
from goldsmith.work.figures.cost import Costs, read_costs
from goldsmith.work.figures.settled import compare_with_settled, standing_stamp

T = TypeVar("T")


class Measured(Struct, frozen=True, kw_only=True):
    """What is known of everybody's answers."""

    annotators: list[AnnotatorFigures]
    confusions: list[FieldConfusion]


AGREED: Renewed[agreement.Agreed] = Renewed()
MEASURED: Renewed[Measured] = Renewed()
COSTS: Renewed[Costs] = Renewed()


async def _renewed(context: Context, project: Row, kept: Renewed[T], stamp: Callable[[Connection, Row], object],
                   read: Callable[[Connection, Row], T]) -> T:
    def now() -> T:
        with context.db.snapshot() as db:
            return read(db, project)

    async def make() -> T:
        return await asyncio.to_thread(now)

    found = await asyncio.to_thread(lambda: stamp(context.db.read(), project))
    return await kept.get(project["project_id"], found, make)


async def agreed(context: Context, project: Row) -> agreement.Agreed:
    """How far people agree; where that takes long, as it was some time ago."""
    return await _renewed(context, project, AGREED, agreement.agreement_stamp, agreement.read_agreement)


async def measured(context: Context, project: Row) -> Measured:
    """How right and how fast people are and what they confuse; where that takes long, as it was some time ago."""
    return await _renewed(context, project, MEASURED, standing_stamp, _measure)


async def costs(context: Context, project: Row) -> Costs:
    """What labels cost; where that takes long, as it was some time ago."""
    return await _renewed(context, project, COSTS, standing_stamp,
                          lambda db, row: read_costs(db, row, now_us=now_us()))


def _measure(db: Connection, project: Row) -> Measured:
    from goldsmith.work.consensus import decode_schema
    from goldsmith.work.figures.skilled import read_skilled

    compared, skilled = compare_with_settled(db, project), read_skilled(db, project)
    return Measured(annotators=read_annotators(db, project, compared, skilled),
                    confusions=confusions(decode_schema(bytes(project["schema_json"])), compared, skilled))
