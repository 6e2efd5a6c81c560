"""Terms of a project: kept by version, and accepted by everybody who works on it before they get anything to do."""

from __future__ import annotations

from goldsmith.core.errors import BadInput, Conflict, TermsNotAccepted
from goldsmith.db.connection import Connection, Row
from goldsmith.work.people import Person
from goldsmith.work.setup.projects import Author, keep_document

TERMS_MOST = 200_000  # characters

# The project's row is the lock: of two who change the terms at once the second finds what the first wrote.
LOCK = "UPDATE project SET name = name WHERE project_id = :project AND workspace_id = :workspace"
NEWEST = """
SELECT version, body FROM project_document WHERE project_id = :project AND workspace_id = :workspace AND sort = 'terms'
 ORDER BY version DESC LIMIT 1
"""
PUT_IN_FORCE = """
UPDATE project SET terms_version = :version WHERE project_id = :project AND workspace_id = :workspace
"""


def set_terms(db: Connection, author: Author, project_id: str, text: str, *, now_us: int) -> tuple[int, bool]:
    """Put terms in force; gives the newest version, and False when its text was the same already.

    An empty text is a version as well: one that nobody needs to accept.
    """
    if len(text) > TERMS_MOST or "\0" in text:
        raise BadInput(f"Terms are a text of at most {TERMS_MOST:,} characters.", where="terms")
    args: dict[str, object] = {"project": project_id, "workspace": author.workspace_id}
    db.execute(LOCK, args)
    newest = db.one(NEWEST, args)
    if (bytes(newest["body"]) if newest is not None else b"") == text.encode():
        return (int(newest["version"]) if newest is not None else 0), False
    version = 1 if newest is None else int(newest["version"]) + 1
    keep_document(db, author, project_id, "terms", version, text.encode(), now_us=now_us)
    db.execute(PUT_IN_FORCE, {**args, "version": version if text.strip() else 0})
    return version, True


def newest_terms(db: Connection, project: Row) -> tuple[int, str]:
    """The newest version and its text; 0 and "" where there never were any."""
    row = db.one(NEWEST, {"project": project["project_id"], "workspace": project["workspace_id"]})
    return (0, "") if row is None else (int(row["version"]), bytes(row["body"]).decode())


ACCEPTED = """
SELECT version, accepted_us FROM terms_acceptance WHERE project_id = :project AND person_id = :person
 ORDER BY version DESC LIMIT 1
"""


def last_accepted(db: Connection, project_id: str, person_id: str) -> Row | None:
    """The newest version that the person accepted, and when."""
    return db.one(ACCEPTED, {"project": project_id, "person": person_id})


ACCEPT = """
INSERT INTO terms_acceptance (workspace_id, project_id, person_id, version, accepted_us)
SELECT workspace_id, project_id, :person, terms_version, :now FROM project
 WHERE project_id = :project AND workspace_id = :workspace AND terms_version = :version
ON CONFLICT (project_id, person_id, version) DO NOTHING
"""


def accept(db: Connection, person: Person, project_id: str, version: int, *, now_us: int) -> bool:
    """Record that the person accepts the terms in force; True when that is new.

    Conflict when another version is in force: what the person read is not what counts.
    """
    args: dict[str, object] = {"project": project_id, "workspace": person.workspace_id, "person": person.person_id,
                               "version": version, "now": now_us}
    if version > 0 and db.execute(ACCEPT, args):
        return True
    row = db.one("SELECT 1 FROM terms_acceptance a JOIN project p ON p.project_id = a.project_id"
                 " WHERE a.project_id = :project AND a.person_id = :person AND a.version = :version"
                 " AND p.terms_version = :version", args)
    if row is None:
        raise Conflict("Other terms are in force now.", where="version", hint="Read them, and accept that version.")
    return False


IS_ACCEPTED = """
SELECT 1 FROM terms_acceptance WHERE project_id = :project AND person_id = :person AND version = :version
"""


def need_terms(db: Connection, project: Row, person_id: str) -> None:
    """Raise TermsNotAccepted unless the person has accepted the terms that are in force, or there are none."""
    if not project["terms_version"]:
        return
    args = {"project": project["project_id"], "person": person_id, "version": project["terms_version"]}
    if db.one(IS_ACCEPTED, args) is None:
        path = f"/api/projects/{project['project_id']}/terms"
        raise TermsNotAccepted(
            f"Version {args['version']} of this project's terms is not accepted yet.", where="terms",
            hint=f'Read GET {path}, then POST {path}/accept with {{"version": {args["version"]}}}.')
