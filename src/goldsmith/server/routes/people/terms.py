"""Routes of terms: a project's terms by version, and who accepted them."""

from __future__ import annotations

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.documents import document_fields, document_page
from goldsmith.server.wire import projects as wire
from goldsmith.server.wire.projects import DocumentPage
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role, terms
from goldsmith.work.setup import documents
from goldsmith.work.setup.documents import Page
from goldsmith.work.setup.projects import Author


def _show(context: Context, person: Person, project_id: str) -> wire.TermsPage:
    project, db = context.project(person, project_id), context.db.read()
    version, text = terms.newest_terms(db, project)
    accepted = terms.last_accepted(db, project_id, person.person_id)
    last = accepted["version"] if accepted is not None else None
    return wire.TermsPage(
        version=version, terms=text, is_needed=project["terms_version"] > 0 and last != project["terms_version"],
        accepted_version=last, accepted_at=None if accepted is None else rfc3339(accepted["accepted_us"]))


@get("/api/projects/{project_id:str}/terms")
async def show_terms(context: NamedDependency[Context], person: NamedDependency[Person],
                     project_id: FromPath[str]) -> wire.TermsPage:
    """The newest terms of a project, and what the caller accepted last."""
    return _show(context, person, project_id)


@put("/api/projects/{project_id:str}/terms")
async def set_terms(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                    data: JSONBody[wire.TermsText]) -> wire.TermsVersion:
    """Put terms in force: everybody who works on the project is asked to accept them. An empty text asks nobody."""
    need_role(person, "manager")
    context.project(person, project_id)
    author = Author(workspace_id=person.workspace_id, person_id=person.person_id)

    def write(db: Connection) -> int:
        at = now_us()
        version, is_new = terms.set_terms(db, author, project_id, data.terms, now_us=at)
        if is_new:
            tell(db, _event(person, "project.terms_changed", project_id, at, version))
        return version

    return wire.TermsVersion(terms_version=await context.write(write))


def _event(person: Person, what: str, project_id: str, at: int, version: int) -> Event:
    return Event(what=what, about=project_id, workspace_id=person.workspace_id, project_id=project_id,
                 person_id=person.person_id, now_us=at, details={"terms_version": version})


@post("/api/projects/{project_id:str}/terms/accept", status_code=200)
async def accept_terms(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                       data: JSONBody[wire.TermsAccepted]) -> wire.TermsPage:
    """Accept the terms that are in force, by their version; Conflict when others are by now."""
    context.project(person, project_id)

    def accept(db: Connection) -> None:
        at = now_us()
        if terms.accept(db, person, project_id, data.version, now_us=at):
            tell(db, _event(person, "terms.accepted", project_id, at, data.version))

    await context.write(accept)
    return _show(context, person, project_id)


@get("/api/projects/{project_id:str}/terms/versions")
async def list_terms(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                     after: FromQuery[str] = "", limit: FromQuery[int] = 50) -> DocumentPage:
    """The terms' versions without their text, newest first; `next` is the `after` of the following page."""
    return document_page(context, context.project(person, project_id), "terms", Page(after=after, limit=limit))


@get("/api/projects/{project_id:str}/terms/versions/{version:int}")
async def show_terms_version(context: NamedDependency[Context], person: NamedDependency[Person],
                             project_id: FromPath[str], version: FromPath[int]) -> wire.TermsThen:
    """One version of the terms, with its text."""
    row = documents.find_document(context.db.read(), context.project(person, project_id), "terms", version)
    return wire.TermsThen(**document_fields(row), terms=bytes(row["body"]).decode())


ROUTES = [show_terms, set_terms, accept_terms, list_terms, show_terms_version]
