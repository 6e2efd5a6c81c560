-- Every row names its workspace. Times are integer microseconds UTC. JSON columns hold msgspec Structs.
CREATE TABLE IF NOT EXISTS workspace (workspace_id TEXT PRIMARY KEY, name TEXT NOT NULL, licence TEXT NOT NULL, basis TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS person (
  person_id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL REFERENCES workspace, email TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'reviewer', 'annotator')), password_hash TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS credential (  -- API keys, sessions and invitations; only the hash of the secret is kept
  secret_hash TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, sort TEXT NOT NULL CHECK (sort IN ('key', 'session', 'invitation')),
  person_id TEXT, role TEXT, expires_us INTEGER NOT NULL, used_us INTEGER);
CREATE TABLE IF NOT EXISTS project (
  project_id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, name TEXT NOT NULL, schema_json BLOB NOT NULL,
  overlap INTEGER NOT NULL CHECK (overlap >= 1), review INTEGER NOT NULL, queue_epoch INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS project_of_workspace ON project (workspace_id, project_id);
CREATE TABLE IF NOT EXISTS item (
  item_seq INTEGER PRIMARY KEY, workspace_id TEXT NOT NULL, project_id TEXT NOT NULL, item_id TEXT NOT NULL UNIQUE,
  item_json BLOB NOT NULL, content_hash BLOB NOT NULL, source TEXT NOT NULL, licence TEXT NOT NULL, basis TEXT NOT NULL,
  created_us INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS item_of_project ON item (workspace_id, project_id, item_seq);
CREATE UNIQUE INDEX IF NOT EXISTS item_once ON item (project_id, content_hash);
-- One seat of one stage of one task: what a person leases. A task is an item to be answered.
CREATE TABLE IF NOT EXISTS seat (
  seat_seq INTEGER PRIMARY KEY, workspace_id TEXT NOT NULL, project_id TEXT NOT NULL, item_seq INTEGER NOT NULL, task_id TEXT NOT NULL,
  stage TEXT NOT NULL CHECK (stage IN ('label', 'review')), priority INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'leased', 'done')),
  person_id TEXT, only_for TEXT, never_for TEXT, annotation_id TEXT, comment TEXT,
  lease_id TEXT, fence INTEGER NOT NULL DEFAULT 0, leased_until_us INTEGER);
CREATE INDEX IF NOT EXISTS seat_open ON seat (project_id, stage, priority DESC, seat_seq) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS seat_leased ON seat (leased_until_us) WHERE state = 'leased';
CREATE INDEX IF NOT EXISTS seat_held ON seat (person_id, project_id, stage) WHERE state = 'leased';
CREATE UNIQUE INDEX IF NOT EXISTS seat_lease ON seat (lease_id) WHERE lease_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS seat_once_each ON seat (task_id, stage, person_id) WHERE person_id IS NOT NULL AND stage = 'label';
CREATE INDEX IF NOT EXISTS seat_of_item ON seat (item_seq, stage);
CREATE TABLE IF NOT EXISTS refusal (task_id TEXT NOT NULL, person_id TEXT NOT NULL, workspace_id TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (task_id, person_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queue_cursor (person_id TEXT NOT NULL, project_id TEXT NOT NULL, stage TEXT NOT NULL, queue_epoch INTEGER NOT NULL,
  seat_seq INTEGER NOT NULL, PRIMARY KEY (person_id, project_id, stage)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS annotation (
  annotation_seq INTEGER PRIMARY KEY, annotation_id TEXT NOT NULL UNIQUE, workspace_id TEXT NOT NULL, project_id TEXT NOT NULL,
  item_seq INTEGER NOT NULL, seat_seq INTEGER NOT NULL, person_id TEXT NOT NULL, value_json BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('submitted', 'accepted', 'fixed', 'returned', 'replaced')), created_us INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS annotation_of_item ON annotation (item_seq, annotation_seq);
CREATE INDEX IF NOT EXISTS annotation_of_project ON annotation (workspace_id, project_id, person_id);
CREATE TABLE IF NOT EXISTS draft (task_id TEXT NOT NULL, person_id TEXT NOT NULL, workspace_id TEXT NOT NULL, value_json BLOB NOT NULL,
  updated_us INTEGER NOT NULL, PRIMARY KEY (task_id, person_id));
CREATE TABLE IF NOT EXISTS event (  -- the audit log, append-only
  event_seq INTEGER PRIMARY KEY, workspace_id TEXT NOT NULL, at_us INTEGER NOT NULL, person_id TEXT, what TEXT NOT NULL, about TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dataset_version (
  workspace_id TEXT NOT NULL, project_id TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, manifest_json BLOB NOT NULL,
  created_us INTEGER NOT NULL, PRIMARY KEY (workspace_id, project_id, version));
