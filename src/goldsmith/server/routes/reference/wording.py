"""What the OpenAPI document says beyond the code: parameters in a sentence, raw bodies, downloads, errors."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

INTRODUCTION = """
Everything that the browser does goes through these calls. Send an API key as `Authorization: Bearer gsk_…`; a browser
has the session cookie that signing in sets. Roles: annotator < reviewer < manager < owner. What is absent and what is
another workspace's are both 404. Times are UTC, RFC 3339. What stands here only grows.
"""

ERRORS = {
    "400": "The data does not fit: what, and where.",
    "401": "No valid key or session came with the call, or a cookie's call did not come from Goldsmith's own page.",
    "403": "The role, or the key's scope, does not allow this.",
    "404": "Nothing of that id in this workspace.",
    "409": "Something else happened first, or the lease was lost; nothing was changed.",
    "413": "More than one call may carry.",
    "429": "Too many attempts in a short time.",
    "503": "The database is busy; nothing was changed. Try again.",
}

PARAMETERS = {
    "after": "The `next` of the page before; empty for the first.",
    "limit": "How many at most.",
    "state": "Only what is in this state. Items: open, in_review, undecided, settled or excluded; people: active,"
             " invited, pending or removed; signals: new, dismissed, noticed, answered or closed.",
    "sort": "Of items: oldest, newest, updated or agreement; of signals: pace, collapse, copying, model or twins.",
    "q": "A part of the name; in a list of people of the address too.",
    "language": "A BCP 47 tag: pt finds pt-BR as well.",
    "level": "That language at least so well: basic, fluent or native.",
    "country": "Two letters of ISO 3166-1.",
    "skill": "The name of a skill.",
    "group_id": "Only members of this group.",
    "batch": "A batch by name. Of a list: only what is in it. Of what comes in: the batch that new items join.",
    "import_id": "The import that this belongs to; empty: an import of its own.",
    "source": "Where the data comes from.",
    "licence": "The licence of the data; empty: the workspace's.",
    "basis": "On what ground the data may be used; empty: the workspace's.",
    "name": "The file's name, with its path inside the folder.",
    "against": "The version to compare with.",
    "pictures": "Whether the pictures travel along; by default with YOLO only.",
    "certificate": "Whether a version's certificate and manifest travel along, in a zip; by default where it is one.",
    "item": "An item by id.",
    "text": "A text to compare with, of at most 4,000 characters.",
    "sha256": "The SHA-256 of the bytes, in hex.",
    "fence": "The number that came with the lease.",
    "field": "A field by name; empty: every one, or of a matrix the first.",
    "person_id": "Somebody by id; empty of a matrix: all together.",
    "before": "The `next` of the page before; nothing for the first.",
}

ITEM: Json = {
    "description": "A record: `data` (such as a text), and where there are any `assets`, `value` (labels) and `group`.",
    "type": "object",
    "examples": [{"data": {"text": "Great tea."}}],
}
BYTES: Json = {"type": "string", "format": "binary"}
BODIES: dict[str, Json] = {
    "add_items": {
        "application/x-ndjson": {"schema": {"type": "string", "description": "One item a line."},
                                 "example": '{"data":{"text":"Great tea."}}\n{"data":{"text":"Cold."}}\n'},
        "application/json": {"schema": {"type": "array", "items": ITEM}},
        "multipart/form-data": {"schema": {"type": "object", "additionalProperties": BYTES, "description":
                                           "Files of any kind; a part's file name is its path in the folder."}},
    },
    "add_file": {"application/octet-stream": {"schema": {**BYTES, "description": (
        "One file as it is: a zip, a tar (also packed by gzip, bzip2 or XZ), a CSV or TSV table, text, JSON, "
        "JSON Lines, COCO JSON or a picture.")}}},
    "add_model_file": {"application/octet-stream": {"schema": {**BYTES, "description": "The model's file as it is."}}},
    "verify_file": {"application/octet-stream": {"schema": {**BYTES, "description": (
        "One file as it is: a certificate, a manifest, or an export as JSON Lines, zip or tar.")}}},
}

RESUMED = {"206": "The range that was asked for.", "304": "You have it already.",
           "416": "The range lies beyond the end."}
TAG: Json = {"schema": {"type": "string"}, "description": "The file's SHA-256 in quotes."}
NUMBER: Json = {"schema": {"type": "integer"}}
COUNTS: Json = {
    "X-Goldsmith-Records": NUMBER, "X-Goldsmith-Objects": NUMBER,
    "X-Goldsmith-Losses": {"schema": {"type": "string"},
                           "description": 'What the format cannot hold, as JSON: {"object id": 12}.'},
}
HEADERS: dict[str, Json] = {"export": {"ETag": TAG, **COUNTS}, "download_manifest": {"ETag": TAG}}
MEDIA = {"download_rejected": ("text/csv", "application/x-ndjson"), "blob": ("application/octet-stream", "image/*"),
         "thumbnail": ("image/jpeg",), "export": ("application/octet-stream",),
         "download_manifest": ("application/x-ndjson",), "download_earnings": ("text/csv",),
         "download_statement": ("text/csv",), "print_statement": ("application/pdf",),
         "download_payments": ("text/csv",), "download_order": ("application/xml",),
         "download_agreement": ("text/csv",), "download_annotators": ("text/csv",),
         "download_confusion": ("text/csv",), "download_cost": ("text/csv",), "download_undecided": ("text/csv",),
         "download_signals": ("text/csv",)}
MAY_CONFLICT = {"download_order"}  # asks only, and may still find that there is nothing to give

PYTHON = {  # how `goldsmith.Client` makes the call
    "show_me": "client.me()",
    "list_projects": "client.projects()",
    "create_project": 'client.create_project("Tea", schema)',
    "show_project": "client.project(project_id)",
    "show_progress": "client.progress(project_id)",
    "add_items": 'client.add_items(project_id, [{"data": {"text": "Great tea."}}])',
    "add_file": 'client.upload(project_id, "photos", "texts.csv")',
    "list_items": "for item in client.items(project_id):\n        print(item.name, item.state)",
    "show_item": "client.item(project_id, item_id)",
    "list_batches": "for batch in client.batches(project_id):\n        print(batch.name, batch.settled, batch.tasks)",
    "change_batch": 'client.change_batch(project_id, "monday", priority=100)',
    "lease_next": "lease = client.lease(project_id)",
    "heartbeat": "client.heartbeat(lease)",
    "keep_operations": "client.operations(lease, operations)",
    "submit": "client.submit(lease, value)",
    "skip": 'client.skip(lease, "blurred")',
    "release": "client.release(lease)",
    "lease_review": "review = client.lease_review(project_id)",
    "lease_adjudication": "review = client.lease_review(project_id, is_adjudication=True)",
    "show_workflow": "client.workflow(project_id)",
    "set_project_workflow": 'client.set_workflow(project_id, [ReviewLevel(name="Second look", share=0.1)])',
    "decide": 'client.decide(review, Decision(fence=review.fence, decision="accepted"))',
    "show_agreement": "client.agreement(project_id)",
    "list_annotators": "client.annotators(project_id)",
    "show_confusion": 'client.confusion(project_id, field="mood")',
    "show_cost": "client.cost(project_id)",
    "list_undecided_items": "for item in client.undecided(project_id):\n        print(item.name, item.reasons)",
    "list_signals": "for signal in client.signals(project_id):\n        print(signal.person, signal.sort)",
    "look_for_signals": "client.look_for_signals(project_id)",
    "dismiss_signal": 'client.dismiss_signal(signal_id, "The items are alike")',
    "send_notice": 'client.send_notice(signal_id, "Did you see the other labels?")',
    "close_signal": 'client.close_signal(signal_id, "agreed", "You are right")',
    "list_notices": "client.notices()",
    "answer_notice": 'client.answer_notice(signal_id, "I misread the guideline")',
    "cut_version": 'client.cut_version(project_id, splits={"train": 0.9, "test": 0.1})',
    "list_versions": "client.versions(project_id)",
    "download_certificate": "client.certificate(project_id, version)",
    "export": 'client.export(project_id, "coco", to="dataset.json", version=1)',
    "list_formats": "client.formats()",
}
