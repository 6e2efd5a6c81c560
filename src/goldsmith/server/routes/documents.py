"""Routes of documents: the versions of a project's guideline and schema, as they were in force."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from goldsmith.db.connection import Row
from goldsmith.server.context import Context, rfc3339
from goldsmith.server.wire.projects import DocumentPage, DocumentRow, GuidelineThen, SchemaThen
from goldsmith.work.consensus import decode_schema
from goldsmith.work.people import Person
from goldsmith.work.setup import documents
from goldsmith.work.setup.documents import Page, Sort


def document_fields(row: Row) -> dict[str, Any]:
    """What every version of a document has, as it goes over the wire."""
    return {"version": row["version"], "created_at": rfc3339(row["created_us"]), "person_id": row["person_id"],
            "author": row["author"]}


def document_page(context: Context, project: Row, sort: Sort, page: Page) -> DocumentPage:
    """A page of the versions of a project's document."""
    rows, following = documents.list_documents(context.db.read(), project, sort, page)
    return DocumentPage(versions=[DocumentRow(**document_fields(row)) for row in rows], next=following)


@get("/api/projects/{project_id:str}/guideline/versions")
async def list_guidelines(context: NamedDependency[Context], person: NamedDependency[Person],
                          project_id: FromPath[str], after: FromQuery[str] = "",
                          limit: FromQuery[int] = 50) -> DocumentPage:
    """The guideline's versions without their text, newest first; `next` is the `after` of the following page."""
    return document_page(context, context.project(person, project_id), "guideline", Page(after=after, limit=limit))


@get("/api/projects/{project_id:str}/guideline/versions/{version:int}")
async def show_guideline(context: NamedDependency[Context], person: NamedDependency[Person],
                         project_id: FromPath[str], version: FromPath[int]) -> GuidelineThen:
    """One version of the guideline, with its text."""
    project = context.project(person, project_id)
    row = documents.find_document(context.db.read(), project, "guideline", version)
    return GuidelineThen(**document_fields(row), guideline=bytes(row["body"]).decode())


@get("/api/projects/{project_id:str}/schema/versions")
async def list_schemas(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                       after: FromQuery[str] = "", limit: FromQuery[int] = 50) -> DocumentPage:
    """The schema's versions, newest first; `next` is the `after` of the following page."""
    return document_page(context, context.project(person, project_id), "schema", Page(after=after, limit=limit))


@get("/api/projects/{project_id:str}/schema/versions/{version:int}")
async def show_schema(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                      version: FromPath[int]) -> SchemaThen:
    """One version of the label schema."""
    project = context.project(person, project_id)
    row = documents.find_document(context.db.read(), project, "schema", version)
    return SchemaThen(**document_fields(row), schema=decode_schema(bytes(row["body"])))


ROUTES = [list_guidelines, show_guideline, list_schemas, show_schema]
