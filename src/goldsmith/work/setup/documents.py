"""Documents: every version of a project's schema, guideline, terms and workflow that was in force, newest first."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.db.connection import Connection, Row

Sort = Literal["schema", "guideline", "terms", "workflow"]
LISTED_MOST = 200
NUMBERS_MOST = 2**31 - 1  # a larger number is no version, and no database takes any number

LIST = """
SELECT d.version, d.created_us, d.person_id, coalesce(p.name, '') AS author
  FROM project_document d LEFT JOIN person p ON p.person_id = d.person_id AND p.workspace_id = d.workspace_id
 WHERE d.project_id = :project AND d.workspace_id = :workspace AND d.sort = :sort AND d.version < :before
 ORDER BY d.version DESC LIMIT :limit
"""
FIND = """
SELECT d.version, d.created_us, d.person_id, coalesce(p.name, '') AS author, d.body
  FROM project_document d LEFT JOIN person p ON p.person_id = d.person_id AND p.workspace_id = d.workspace_id
 WHERE d.project_id = :project AND d.workspace_id = :workspace AND d.sort = :sort AND d.version = :version
"""


class Page(Struct, frozen=True, kw_only=True):
    """Which part of the list: those before the version `after`, "" for the newest."""

    after: str = ""
    limit: int = 50


def list_documents(db: Connection, project: Row, sort: Sort, page: Page) -> tuple[list[Row], str | None]:
    """Versions without their text, newest first, and where the next page begins, None at the end."""
    if page.after and not (page.after.isascii() and page.after.isdigit() and len(page.after) < 10):
        raise BadInput("This is not the `next` of a page.", where="after", hint="Leave it empty for the first page.")
    limit = max(1, min(page.limit, LISTED_MOST))
    rows = db.all(LIST, {**_args(project, sort), "before": int(page.after or NUMBERS_MOST), "limit": limit})
    return rows, str(rows[-1]["version"]) if len(rows) == limit and rows[-1]["version"] > 1 else None


def find_document(db: Connection, project: Row, sort: Sort, version: int) -> Row:
    """One version with its `body`; NotFound where the project never had it."""
    row = db.one(FIND, {**_args(project, sort), "version": max(0, min(version, NUMBERS_MOST))})
    if row is None:
        raise NotFound(f"The project has no version {version} of its {sort}.", where="version")
    return row


def _args(project: Row, sort: Sort) -> dict[str, object]:
    return {"project": project["project_id"], "workspace": project["workspace_id"], "sort": sort}
