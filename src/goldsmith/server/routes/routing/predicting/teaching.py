"""Teaching: a project's settled answers are sent to a model that learns where it is."""

from __future__ import annotations

import asyncio

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.errors import BadInput
from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.models import SORTS, Lesson, Taught
from goldsmith.server.context import Context, now_us
from goldsmith.server.routes.routing.predicting.learning import store_of
from goldsmith.server.wire.routing.predicting import Teaching, TeachingForm
from goldsmith.work import flow
from goldsmith.work.people import Person, need_role
from goldsmith.work.routing.predicting import asking, gains, registry, spending
from goldsmith.work.routing.predicting.spending import Use

PICTURES_MOST = 64 * 2**20  # bytes that go along in one call


@post("/api/projects/{project_id:str}/teaching", status_code=200)
async def teach_predictor(context: NamedDependency[Context], person: NamedDependency[Person],
                          project_id: FromPath[str], data: JSONBody[TeachingForm]) -> Teaching:
    """Send the newest settled answers to a model that learns where it is, such as a Label Studio ML backend."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    predictor = registry.find_predictor(context.db.read(), person.workspace_id, data.predictor_id)
    taught, left_out = await asyncio.to_thread(teach, context, project, predictor)

    await context.write(lambda db: note(db, project, predictor, taught, person.person_id))
    return Teaching(sent=taught.sent, left_out=left_out, says=taught.says)


def note(db: Connection, project: Row, predictor: Row, taught: Taught, person_id: str) -> None:
    """Keep that a model was taught, and by whom; `person_id` is empty for the command line."""
    now = now_us()
    registry.note_training(db, predictor["predictor_id"], "", taught.sent, now_us=now)
    spending.note(db, project["project_id"], predictor, "training", Use(calls=1), now_us=now)
    flow.tell(db, Event(what="predictor.taught", about=predictor["predictor_id"], workspace_id=project["workspace_id"],
                        project_id=project["project_id"], person_id=person_id, now_us=now,
                        details={"sent": taught.sent}))


def teach(context: Context, project: Row, predictor: Row) -> tuple[Taught, int]:
    """What the model answered, and how many answers were left out; belongs in a thread.

    BadInput where nothing is settled, or the model is none that is taught; NotReached where it does not answer.
    """
    teaches = SORTS[predictor["sort"]].teach
    if teaches is None:
        raise BadInput("This model learns nothing from answers that are sent to it.", where="predictor_id",
                       hint="A Label Studio ML backend does; a quick model learns here by itself.")
    with context.db.snapshot() as db:
        lessons = gains.read_lessons(db, project)
        access = registry.access_of(db, predictor, context.vault(), store_of(context, project))
    fitting = _fitting(lessons)
    if not fitting:
        raise BadInput("No answer of this project is settled yet.", where="project_id",
                       hint="Answers are sent once they are agreed on or accepted.")
    asked = asking.asked_of(project)
    try:
        taught = teaches(registry.read_settings(predictor), fitting, asked, access)
    except (ValueError, KeyError) as error:
        raise BadInput(f"An answer cannot be said in the model's protocol: {error}", where="predictor_id") from error
    return taught, len(lessons) - len(fitting)


def _fitting(lessons: list[Lesson]) -> list[Lesson]:
    """The newest ones whose pictures together are not too much."""
    size = 0
    for i in range(len(lessons) - 1, -1, -1):
        size += sum(facts.size_bytes for facts in lessons[i].item.assets.values())
        if size > PICTURES_MOST:
            return lessons[i + 1:]
    return lessons


ROUTES = [teach_predictor]
