"""Certify: cut a dataset version and measure it: its manifest, its agreement, its audit, its certificate.

What takes long reads one snapshot and writes files; what is stored is one short transaction at the end.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from msgspec import Struct

from goldsmith.core.errors import NotFound
from goldsmith.core.events import Event
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS
from goldsmith.quality.audit import error_rate, error_rates_by_label
from goldsmith.quality.certificate import (
    AuditFacts,
    Certificate,
    Estimates,
    FieldAgreement,
    Tally,
    VersionFacts,
    encode_certificate,
)
from goldsmith.work.figures import agreement
from goldsmith.work.versions import audit, estimating, release
from goldsmith.work.versions.release import Line, Plan, Summary, Value
from goldsmith.work.versions.sealing.keys import SigningKey
from goldsmith.work.versions.sealing.signature import sign


class Order(Struct, frozen=True, kw_only=True):
    """What was asked for."""

    plan: Plan
    name: str = ""
    audit_id: str = ""  # whose error rate the certificate carries; empty: the newest with checked items
    person_id: str = ""


class Measured(Struct, frozen=True, kw_only=True):
    """A manifest on the disk, and all that the certificate says of it."""

    project: Row
    path: Path
    sha256: str
    summary: Summary
    tally: Tally
    agreement: list[FieldAgreement]
    audit: AuditFacts | None
    estimates: Estimates


def find_project(db: Connection, project: Row) -> Row:
    """The project as it is in this snapshot."""
    row = db.one("SELECT * FROM project WHERE project_id = :project AND workspace_id = :workspace",
                 {"project": project["project_id"], "workspace": project["workspace_id"]})
    if row is None:
        raise NotFound("No such project in this workspace.", where="project_id")
    return row


def measure(db: Connection, project: Row, order: Order, path: Path, *, pseudonym_key: bytes) -> Measured:
    """Write the manifest to `path` and measure what it names; `db` is a snapshot."""
    project, tally = find_project(db, project), Tally()
    audit_id = order.audit_id or newest_audit(db, project)
    facts = audit_facts(db, project, audit_id) if audit_id else None

    def see(line: Line, value: Value) -> None:
        tally.add(value, people=line.annotators, models=line.models or (), licence=line.licence, basis=line.basis)

    sha256, summary = release.write_manifest(db, project, order.plan, path, pseudonym_key=pseudonym_key, see=see)
    agreed = agreement.drawn_agreement(db, project, seed=sha256)
    estimates = estimating.estimates(db, project, estimating.Measure(
        tally=tally, audit_id=audit_id, plain=facts.items_wrong if facts else None, pseudonym_key=pseudonym_key))
    return Measured(project=project, path=path, sha256=sha256, summary=summary, tally=tally, agreement=agreed,
                    audit=facts, estimates=estimates)


NEWEST_CHECKED = """
SELECT audit_id FROM audit w WHERE w.project_id = :project AND w.workspace_id = :workspace
   AND EXISTS (SELECT 1 FROM audited_item u WHERE u.audit_id = w.audit_id AND u.checked_us IS NOT NULL)
 ORDER BY w.audit_id DESC LIMIT 1
"""


def newest_audit(db: Connection, project: Row) -> str:
    """The newest audit with checked items; "" where there is none."""
    newest = db.one(NEWEST_CHECKED, {"project": project["project_id"], "workspace": project["workspace_id"]})
    return "" if newest is None else str(newest["audit_id"])


def audit_facts(db: Connection, project: Row, audit_id: str) -> AuditFacts:
    """How the audit was made and what it found so far."""
    row = audit.find_audit(db, project, audit_id)
    found, people = audit.checked_items(db, audit_id)
    return AuditFacts(
        population=row["population"], size=row["size"], checked=len(found), seed=row["seed"], sampling="simple random",
        probability_least=row["probability"], probability_most=row["probability"], drawn_at_us=row["created_us"],
        reviewers=len(people), is_independent=audit.is_independent(db, audit_id),
        items_wrong=error_rate(found, of="items"), objects_wrong=error_rate(found),
        objects_wrong_by_label=error_rates_by_label(found), tolerance=_tolerance(project))


def _tolerance(project: Row) -> dict[str, float]:
    """How far apart two places may lie that the audit calls the same, by kind; a choice has no place."""
    schema = msgspec.json.decode(project["schema_json"], type=LabelSchema)
    kinds = sorted({field.kind for field in schema.fields})
    return {name: KINDS[name].tolerance for name in kinds if KINDS[name].bounds or KINDS[name].tolerance}


# Changes nothing, but whoever cuts the same project at the same time waits here until this one is done.
TAKE_TURNS = "UPDATE project SET name = name WHERE project_id = :project AND workspace_id = :workspace"
SAME = """
SELECT version, created_us, certificate_json FROM dataset_version
 WHERE project_id = :project AND workspace_id = :workspace AND hash = :hash
 ORDER BY version DESC LIMIT 1
"""
ADD = """
INSERT INTO dataset_version (workspace_id, project_id, version, name, hash, manifest_sha256, summary_json,
                             certificate_json, person_id, created_us)
SELECT :workspace, :project, coalesce(max(version), 0) + 1, :name, :hash, :hash, :summary, :summary, :person, :now
  FROM dataset_version WHERE project_id = :project
RETURNING version
"""
CERTIFY = """
UPDATE dataset_version SET certificate_json = :certificate WHERE project_id = :project AND version = :version
"""


def record(db: Connection, measured: Measured, order: Order, *, key: SigningKey,
           now_us: int) -> tuple[int, list[Event]]:
    """Store the version with its signed certificate; gives its number. The same state again is the version that it
    was, with what has been audited since: a certificate says what is known of a manifest, which itself never changes.

    The manifest is in the store before this is called.
    """
    project = measured.project
    args: dict[str, object] = {"project": project["project_id"], "workspace": project["workspace_id"]}
    db.execute(TAKE_TURNS, args)
    same = db.one(SAME, {**args, "hash": measured.sha256})
    if same is not None:
        return same["version"], _certify_again(db, measured, order, same, key=key, now_us=now_us)
    row = db.one(ADD, {**args, "name": order.name, "hash": measured.sha256, "person": order.person_id, "now": now_us,
                       "summary": msgspec.json.encode(measured.summary)})
    assert row is not None
    version = int(row["version"])
    made = encode_certificate(sign(_certificate(measured, version, now_us), key))
    db.execute(CERTIFY, {"certificate": made, "project": project["project_id"], "version": version})
    return version, [Event(
        what="version.cut", about=f"{project['project_id']}/{version}", workspace_id=project["workspace_id"],
        project_id=project["project_id"], person_id=order.person_id, now_us=now_us,
        details={"version": version, "hash": measured.sha256, "items": measured.summary.items})]


def _certify_again(db: Connection, measured: Measured, order: Order, same: Row, *, key: SigningKey,
                   now_us: int) -> list[Event]:
    """Put what is known now into the certificate of a version; nothing where it says so already."""
    project = measured.project
    made = encode_certificate(sign(_certificate(measured, same["version"], same["created_us"]), key))
    if made == bytes(same["certificate_json"]):
        return []
    db.execute(CERTIFY, {"certificate": made, "project": project["project_id"], "version": same["version"]})
    return [Event(
        what="version.certified", about=f"{project['project_id']}/{same['version']}", now_us=now_us,
        workspace_id=project["workspace_id"], project_id=project["project_id"], person_id=order.person_id,
        details={"version": same["version"], "hash": measured.sha256})]


def _certificate(measured: Measured, version: int, now_us: int) -> Certificate:
    project = measured.project
    facts = VersionFacts(
        project=project["name"], version=version, sha256=measured.sha256, cut_at_us=now_us,
        schema_version=project["schema_version"], schema_sha256=hashlib.sha256(project["schema_json"]).hexdigest(),
        guideline_version=project["guideline_version"] if project["guideline"].strip() else None)
    return measured.tally.certificate(facts, agreement=measured.agreement, audit=measured.audit,
                                      left_out=measured.summary.left_out, estimates=measured.estimates)


VERSIONS_MOST = 2**31  # a larger number is no version, and no database takes any number


def find_version(db: Connection, project: Row, version: int) -> Row:
    """The version of this number, or NotFound."""
    row = db.one("SELECT * FROM dataset_version WHERE project_id = :project AND workspace_id = :workspace"
                 " AND version = :version",
                 {"project": project["project_id"], "workspace": project["workspace_id"],
                  "version": max(0, min(version, VERSIONS_MOST))})
    if row is None:
        raise NotFound(f"The project has no version {version}.", where="version")
    return row


def list_versions(db: Connection, project: Row) -> list[Row]:
    """All versions, newest first."""
    return db.all("SELECT * FROM dataset_version WHERE project_id = :project AND workspace_id = :workspace"
                  " ORDER BY version DESC", {"project": project["project_id"], "workspace": project["workspace_id"]})


class Verified(Struct, kw_only=True):
    """What a version's bytes say when they are hashed again; all is well where nothing is counted but `items`."""

    items: int = 0
    manifest_is_whole: bool = True
    gone: int = 0  # answers or items that the manifest names and the database has no more
    changed: int = 0  # whose content or value has another hash now

    @property
    def is_sound(self) -> bool:
        """Whether every hash is what it was."""
        return self.manifest_is_whole and not self.gone and not self.changed


def verify(db: Connection, version: Row, path: Path) -> Verified:
    """Hash the manifest, and every item and value that it names, again."""
    with path.open("rb") as file:
        found = Verified(manifest_is_whole=hashlib.file_digest(file, "sha256").hexdigest() == version["hash"])
    if not found.manifest_is_whole:
        return found
    for line, row in release.named_rows(db, version["workspace_id"], path):
        found.items += 1
        if row is None:
            found.gone += 1
            continue
        hashes = [hashlib.sha256(row[name]).hexdigest() for name in ("item_json", "value_json")]
        found.changed += hashes != [line.item_sha256, line.value_sha256]
    return found
