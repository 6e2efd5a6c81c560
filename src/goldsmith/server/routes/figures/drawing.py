"""How the caller draws: what was measured of their shapes, in words for themselves."""

from __future__ import annotations

import asyncio

import msgspec
from litestar import get
from litestar.di import NamedDependency

from goldsmith.server.context import Context
from goldsmith.server.routes.reviewing import shapes_shown
from goldsmith.server.wire.work import MyShapes, MyShapesRow, ShapeSkillShown
from goldsmith.work.consensus.measured import read_own_shapes
from goldsmith.work.people import Person

IN_STEPS_OF = 10  # objects; nothing is told of a single item


@get("/api/me/shapes")
async def show_my_shapes(context: NamedDependency[Context], person: NamedDependency[Person]) -> MyShapes:
    """How the caller draws in each project where that was measured, rounded, so that no item tells on itself."""
    found = await asyncio.to_thread(
        lambda: read_own_shapes(context.db.read(), person.workspace_id, person.person_id))
    return MyShapes(projects=[MyShapesRow(project_id=row["project_id"], project=row["name"],
                                          shapes=[_rounded(one) for one in shapes_shown(shapes)])
                              for row, shapes in found])


def _rounded(one: ShapeSkillShown) -> ShapeSkillShown:
    return msgspec.structs.replace(
        one, found=round(one.found, 2), imagined=round(one.imagined, 2), things=one.things // IN_STEPS_OF * IN_STEPS_OF,
        border=None if one.border is None else round(one.border, 1))


ROUTES = [show_my_shapes]
