"""My data: everything that is held about one person, as JSON."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import msgspec

from goldsmith.db.connection import Connection, Row
from goldsmith.work.people import Person

# Each part is read on its own, row by row. No secret is here, nor the hash of one; nor what is known of an exam's
# items; nor, while an attempt runs or where the exam tells nothing, which of its answers were right; nor which tasks
# were gold; nor a signal that nobody has judged yet.
PARTS = {
    "person": "SELECT person_id, workspace_id, email, name, role, state, shortcuts_json, created_us FROM person"
              " WHERE person_id = :person",
    "profile": "SELECT * FROM profile WHERE person_id = :person",
    "languages": "SELECT language, level FROM person_language WHERE person_id = :person ORDER BY language",
    "qualifications": "SELECT skill, source, score, about, granted_us, expires_us FROM qualification"
                      " WHERE person_id = :person ORDER BY skill, source",
    "groups": "SELECT g.group_id, g.name, m.created_us FROM group_member m JOIN person_group g"
              " ON g.group_id = m.group_id WHERE m.person_id = :person ORDER BY g.group_id",
    "joining": "SELECT way, call_id, state, created_us, decided_us FROM joining WHERE person_id = :person",
    "terms_accepted": "SELECT project_id, version, accepted_us FROM terms_acceptance WHERE person_id = :person"
                      " ORDER BY accepted_us",
    "keys_and_sessions": "SELECT credential_id, sort, name, scopes, created_us, expires_us, used_us, revoked_us"
                         " FROM credential WHERE person_id = :person ORDER BY created_us",
    "exam_attempts": "SELECT a.attempt_id, a.exam_id, e.name, e.skill, a.state, a.total, CASE WHEN a.state <> 'running'"
                     " OR e.mode = 'training' THEN a.right_answers END AS right_answers, a.started_us, a.ended_us"
                     " FROM exam_attempt a JOIN exam e ON e.exam_id = a.exam_id WHERE a.person_id = :person"
                     " ORDER BY a.attempt_id",
    "exam_answers": "SELECT x.attempt_id, x.position, x.value_json, x.draft_json, x.work_seconds, x.answered_us,"
                    " CASE WHEN e.mode = 'training' THEN x.is_right END AS is_right"
                    " FROM exam_attempt a JOIN exam e ON e.exam_id = a.exam_id"
                    " JOIN exam_answer x ON x.attempt_id = a.attempt_id WHERE a.person_id = :person"
                    " ORDER BY x.attempt_id, x.position",
    "annotations": "SELECT annotation_id, project_id, task_seq, CASE WHEN origin = 'gold'"
                   " THEN 'answer' ELSE origin END AS origin, state, value_json, schema_version, guideline_version,"
                   " work_seconds, created_us FROM annotation WHERE workspace_id = :workspace"
                   " AND project_id = :project AND person_id = :person ORDER BY annotation_id",
    "operations": "SELECT o.operation_seq, o.task_seq, o.operation_json, o.annotation_id, o.created_us"
                  " FROM operation o WHERE o.workspace_id = :workspace AND o.person_id = :person"
                  " ORDER BY o.operation_seq",
    "leases": "SELECT lease_id, task_seq, created_us FROM lease WHERE workspace_id = :workspace"
              " AND person_id = :person ORDER BY lease_id",
    "refusals": "SELECT task_seq, reason, created_us FROM refusal WHERE workspace_id = :workspace"
                " AND person_id = :person ORDER BY created_us",
    "comments": "SELECT comment_id, project_id, task_seq, text, created_us FROM comment"
                " WHERE workspace_id = :workspace AND person_id = :person ORDER BY comment_id",
    "notices": "SELECT notice_id, sort, about, project_id, text, created_us, read_us FROM notice"
               " WHERE workspace_id = :workspace AND person_id = :person ORDER BY notice_id",
    "audits": "SELECT audit_id, task_seq, errors_json, checked_us FROM audited_item WHERE workspace_id = :workspace"
              " AND person_id = :person ORDER BY audit_id, task_seq",
    "signals": "SELECT project_id, field, sort, strength, state, evidence_json, answers, words, answer, reason,"
               " outcome, created_us, noticed_us, answered_us, decided_us FROM signal WHERE workspace_id = :workspace"
               " AND person_id = :person AND state <> 'new' ORDER BY signal_id",
    "earnings": "SELECT stage, about, project_id, task_seq, annotation_id, price_json, state, amount_minor, currency,"
                " objects, work_seconds, reason, submitted_us, release_us, released_us FROM earning"
                " WHERE person_id = :person AND workspace_id = :workspace ORDER BY submitted_us, seat_seq",
    "money_moved": "SELECT e.entry_seq, e.move, e.cause, e.about, e.project_id, e.currency, p.amount_minor, e.note,"
                   " e.created_us FROM entry e JOIN posting p ON p.entry_seq = e.entry_seq AND p.amount_minor > 0"
                   " WHERE e.person_id = :person AND e.workspace_id = :workspace ORDER BY e.entry_seq",
    "appeals": "SELECT appeal_id, project_id, annotation_id, reason, words, state, answer, created_us, decided_us"
               " FROM appeal WHERE workspace_id = :workspace AND person_id = :person ORDER BY appeal_id",
    "payments": "SELECT payment_id, pay_run_id, state, amount_minor, currency, reason, created_us FROM payment"
                " WHERE person_id = :person AND workspace_id = :workspace ORDER BY payment_id",
    "bank_account": "SELECT name, iban, other, bic, country, updated_us FROM bank_account WHERE holder_id = :person"
                    " AND workspace_id = :workspace",
    "events": "SELECT event_seq, project_id, created_us, what, about, details_json FROM event"
              " WHERE workspace_id = :workspace AND (person_id = :person OR about = :person) ORDER BY event_seq",
}
BY_PROJECT = {"annotations"}  # an index begins with the project
PROJECTS = "SELECT project_id FROM project WHERE workspace_id = :workspace ORDER BY project_id"


def write_my_data(db: Connection, person: Person) -> Iterator[bytes]:
    """One JSON object, piece by piece: a list of rows by the name of each part. Times are microseconds UTC."""
    args: dict[str, object] = {"person": person.person_id, "workspace": person.workspace_id}
    projects = [row[0] for row in db.all(PROJECTS, args)]
    for i, (name, sql) in enumerate(PARTS.items()):
        yield (b"{" if i == 0 else b",\n") + msgspec.json.encode(name) + b":["
        places = [{**args, "project": one} for one in projects] if name in BY_PROJECT else [args]
        is_first = True
        for place in places:
            for row in db.stream(sql, place):
                yield (b"\n" if is_first else b",\n") + _encoded(row)
                is_first = False
        yield b"]"
    yield b"}\n"


def _encoded(row: Row) -> bytes:
    """The row as a JSON object; what is kept as JSON stays JSON."""
    return msgspec.json.encode({key.removesuffix("_json"): _plain(key, row[key]) for key in row.keys()})


def _plain(key: str, value: object) -> object:
    if key.endswith("_json") and value not in (None, "", b""):
        return msgspec.Raw(value.encode() if isinstance(value, str) else bytes(value))  # type: ignore[call-overload]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
