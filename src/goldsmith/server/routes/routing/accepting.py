"""Routes of auto-accept: which models of a project may stand without a person."""

from __future__ import annotations

import asyncio

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.wire.routing import ModelRule, ModelRules, NewModelRule
from goldsmith.work.consensus import auto_accept
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.routing import models


@get("/api/projects/{project_id:str}/auto-accept")
async def list_model_rules(context: NamedDependency[Context], person: NamedDependency[Person],
                           project_id: FromPath[str]) -> ModelRules:
    """Every model that is registered, and where it may stand without a person, what was measured."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    return await asyncio.to_thread(lambda: _page(context.db.read(), project))


def _page(db: Connection, project: Row) -> ModelRules:
    rules = {row["person_id"]: row for row in auto_accept.read_rules(db, project)}
    standing = auto_accept.count_standing(db, project) if rules else {}
    names = {row["person_id"]: row["name"] for row in models.list_active(db, project["workspace_id"])}
    return ModelRules(models=[
        _rule(rules[one], name, standing.get(one, 0)) if one in rules else
        ModelRule(person_id=one, name=name, has_rule=False) for one, name in names.items()])


def _rule(row: Row, name: str, standing: int) -> ModelRule:
    from goldsmith.quality.auto_accept import needed  # loads NumPy

    return ModelRule(
        person_id=row["person_id"], name=name, has_rule=True, state=row["state"], error_rate=row["error_rate"],
        check_share=row["check_share"], sample=row["sample"], least_sample=needed(row["error_rate"]), bar=row["bar"],
        checked=row["checked"], wrong=row["wrong"], error_most=row["error_most"], rechecked=row["rechecked"],
        rewrong=row["rewrong"], standing=standing, since=rfc3339(row["changed_us"]))


@put("/api/projects/{project_id:str}/auto-accept/{person_id:str}")
async def set_model_rule(context: NamedDependency[Context], person: NamedDependency[Person],
                         project_id: FromPath[str], person_id: FromPath[str],
                         data: JSONBody[NewModelRule]) -> ModelRules:
    """Begin to measure a model: once enough of its answers were held against people's, it may stand alone.

    The same again begins anew, with the answers from now on.
    """
    need_role(person, "manager")
    project = context.project(person, project_id)

    def change(db: Connection) -> ModelRules:
        at = now_us()
        auto_accept.set_rule(db, project, person_id, data, now_us=at)
        tell(db, _event(person, project, "auto_accept.measuring", person_id, now_us=at, error_rate=data.error_rate))
        return _page(db, project)

    return await context.write(change)


@delete("/api/projects/{project_id:str}/auto-accept/{person_id:str}", status_code=200)
async def remove_model_rule(context: NamedDependency[Context], person: NamedDependency[Person],
                            project_id: FromPath[str], person_id: FromPath[str]) -> ModelRules:
    """From now on the model is an annotator like any other; what stands on its word stays."""
    need_role(person, "manager")
    project = context.project(person, project_id)

    def change(db: Connection) -> ModelRules:
        auto_accept.remove_rule(db, project, person_id)
        tell(db, _event(person, project, "auto_accept.ended", person_id, now_us=now_us()))
        return _page(db, project)

    return await context.write(change)


def _event(person: Person, project: Row, what: str, about: str, *, now_us: int, **details: object) -> Event:
    return Event(what=what, about=about, workspace_id=person.workspace_id, project_id=project["project_id"],
                 person_id=person.person_id, now_us=now_us, details=details)


ROUTES = [list_model_rules, set_model_rule, remove_model_rule]
