"""The registry: the workspace's predictors, with settings, a sealed key, and how they were when last asked."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Protocol, cast

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.ids import make_id
from goldsmith.db.connection import Connection, Row
from goldsmith.models import SORTS, Access, Backend, Closed, Embedder
from goldsmith.work.data import small
from goldsmith.work.routing import models
from goldsmith.work.routing.models import Model
from goldsmith.work.routing.predicting.vault import SECRET_MOST, Vault

PREDICTORS_MOST = 200  # of a workspace


class Health(Struct, frozen=True, kw_only=True):
    """How a predictor was when it was asked."""

    latency_ms: float | None
    says: str = ""  # what it says of itself
    error: str = ""


def settings_of(sort: str, raw: dict[str, Any]) -> Struct:
    """The settings of a sort; BadInput says where they do not fit."""
    if sort not in SORTS:
        raise BadInput(f"There is no sort of model {sort!r}.", where="sort", hint=f"Known: {', '.join(sorted(SORTS))}.")
    try:
        return msgspec.convert(raw, SORTS[sort].settings)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$")
        raise BadInput(text, where=f"settings{path.rstrip('`')}") from error


def address_of(sort: str, settings: Struct) -> str:
    """Where a predictor's key is sent to; empty: nowhere."""
    return SORTS[sort].address(settings)


COUNT = "SELECT count(*) FROM predictor WHERE workspace_id = :workspace AND state = 'active'"
ADD = """
INSERT INTO predictor (predictor_id, workspace_id, person_id, sort, settings_json, state, created_us, changed_us)
VALUES (:predictor, :workspace, :person, :sort, :settings, 'active', :now, :now)
"""
SET_SECRET = "UPDATE predictor SET secret = :secret WHERE predictor_id = :predictor"


def add(db: Connection, vault: Vault, workspace_id: str, model: Model, sort: str, settings: Struct, *, secret: str,
        now_us: int) -> str:
    """A new predictor, and the model that it is; gives the predictor's id."""
    predictor_id = add_keyless(db, workspace_id, model, sort, settings, now_us=now_us)
    db.execute(SET_SECRET, {"secret": _sealed(vault, secret, predictor_id), "predictor": predictor_id})
    return predictor_id


def add_keyless(db: Connection, workspace_id: str, model: Model, sort: str, settings: Struct, *, now_us: int) -> str:
    """A new predictor without a key, and the model that it is; gives the predictor's id."""
    row = db.one(COUNT, {"workspace": workspace_id})
    if row is not None and row[0] >= PREDICTORS_MOST:
        raise BadInput(f"A workspace has at most {PREDICTORS_MOST} models that predict.", hint="Remove one first.")
    predictor_id = make_id("pred", now_us=now_us, random_bits=secrets.randbits(80))
    person_id = models.add_model(db, workspace_id, model, now_us=now_us)
    db.execute(ADD, {"predictor": predictor_id, "workspace": workspace_id, "person": person_id, "sort": sort,
                     "settings": msgspec.json.encode(settings), "now": now_us})
    return predictor_id


def _sealed(vault: Vault, secret: str, predictor_id: str) -> bytes | None:
    if len(secret) > SECRET_MOST or not secret.isascii() or not (secret.isprintable() or not secret):
        raise BadInput(f"A key has at most {SECRET_MOST:,} plain characters.", where="secret")
    return vault.seal(secret.strip(), predictor_id) if secret.strip() else None


OF_WORKSPACE = """
SELECT r.*, p.name, p.model_json, p.sort AS person_sort FROM predictor r JOIN person p ON p.person_id = r.person_id
 WHERE r.workspace_id = :workspace AND r.state = 'active'
"""


def list_predictors(db: Connection, workspace_id: str) -> list[Row]:
    """The workspace's predictors with their models' names, the newest first."""
    return db.all(f"{OF_WORKSPACE} ORDER BY r.predictor_id DESC", {"workspace": workspace_id})


def find_predictor(db: Connection, workspace_id: str, predictor_id: str) -> Row:
    """One of them, or NotFound."""
    row = db.one(f"{OF_WORKSPACE} AND r.predictor_id = :predictor",
                 {"workspace": workspace_id, "predictor": predictor_id})
    if row is None:
        raise NotFound("No such model that predicts in this workspace.", where="predictor_id")
    return row


def model_of(row: Row) -> Model:
    """Name, version and price of a predictor's model."""
    return msgspec.json.decode(row["model_json"], type=Model)


def read_settings(row: Row) -> Struct:
    """The settings of a predictor; NotFound where its sort is not installed any more."""
    if row["sort"] not in SORTS:
        raise NotFound(f"The sort of model {row['sort']!r} is not installed.", where="sort")
    return msgspec.json.decode(row["settings_json"], type=SORTS[row["sort"]].settings)


class Change(Struct, frozen=True, kw_only=True):
    """What is to be different; None: it stays."""

    settings: Struct | None = None
    version: str | None = None
    secret: str | None = None  # "": none any more


HAS_SAID = """
SELECT 1 FROM suggestion WHERE project_id IN (SELECT project_id FROM project WHERE workspace_id = :workspace)
   AND person_id = :person UNION ALL
SELECT 1 FROM annotation WHERE project_id IN (SELECT project_id FROM project WHERE workspace_id = :workspace)
   AND person_id = :person LIMIT 1
"""
CHANGE = """
UPDATE predictor SET settings_json = :settings, secret = :secret, person_id = :person, changed_us = :now,
       checked_us = 0, latency_ms = NULL, error = '', says = '' WHERE predictor_id = :predictor
"""


def change(db: Connection, vault: Vault, row: Row, change: Change, *, now_us: int) -> None:
    """Change a predictor; another version of it is another model, measured on its own.

    Conflict where its settings are to change after it has predicted and its version is not: figures of two models
    would be mixed. Another address needs the key again, so that nobody sends it to a place of their own.
    """
    model, settings = model_of(row), read_settings(row)
    person_id, new_settings = str(row["person_id"]), change.settings or settings
    is_other = change.version is not None and change.version.strip() != model.version
    if new_settings != settings and not is_other and _has_said(db, row):
        raise Conflict("It has predicted with its settings of before.", where="version",
                       hint="Give it another version with other settings: it is measured as another model.")
    if is_other:
        model = msgspec.structs.replace(model, version=change.version or "")
        person_id = models.add_model(db, row["workspace_id"], model, now_us=now_us)
    secret = row["secret"]
    if change.secret is not None:
        secret = _sealed(vault, change.secret, row["predictor_id"])
    elif secret is not None and _place(row["sort"], new_settings) != _place(row["sort"], settings):
        raise BadInput("Another address needs the key again.", where="secret")
    db.execute(CHANGE, {"predictor": row["predictor_id"], "settings": msgspec.json.encode(new_settings),
                        "secret": secret, "person": person_id, "now": now_us})


def _place(sort: str, settings: Struct) -> str:
    """Scheme, host and port of an address."""
    return "/".join(address_of(sort, settings).split("/")[:3])


def _has_said(db: Connection, row: Row) -> bool:
    return db.one(HAS_SAID, {"workspace": row["workspace_id"], "person": row["person_id"]}) is not None


REMOVE = "UPDATE predictor SET state = 'removed', secret = NULL, changed_us = :now WHERE predictor_id = :predictor"
REMOVE_MODEL = "UPDATE person SET state = 'removed' WHERE person_id = :person AND sort = 'model'"


def remove(db: Connection, row: Row, *, now_us: int) -> None:
    """Take a predictor and its model away; what it answered stays, its key does not."""
    db.execute(REMOVE, {"predictor": row["predictor_id"], "now": now_us})
    db.execute(REMOVE_MODEL, {"person": row["person_id"]})


NOTE = """
UPDATE predictor SET checked_us = :now, latency_ms = :latency, error = :error, says = :says
 WHERE predictor_id = :predictor
"""


def note_health(db: Connection, predictor_id: str, health: Health, *, now_us: int) -> None:
    """Keep how a predictor was just now."""
    db.execute(NOTE, {"predictor": predictor_id, "now": now_us, "latency": health.latency_ms, "error": health.error,
                      "says": health.says})


TRAINED = """
UPDATE predictor SET trained_sha256 = :sha, trained_on = :examples, trained_us = :now WHERE predictor_id = :predictor
"""


def note_training(db: Connection, predictor_id: str, sha256: str, examples: int, *, now_us: int) -> None:
    """Keep where the weights lie that a predictor has learnt, and from how many items."""
    db.execute(TRAINED, {"predictor": predictor_id, "sha": sha256, "examples": examples, "now": now_us})


class Bytes(small.Bytes, Protocol):
    """Where a workspace's bytes lie."""

    def read(self, sha256: str) -> bytes: ...
    def recall(self, sha256: str, name: str) -> bytes | None: ...
    def keep(self, sha256: str, name: str, made: bytes) -> None: ...


def open_predictor(db: Connection, row: Row, vault: Vault, store: Bytes,
                   is_stopped: Callable[[], bool] = lambda: False) -> Backend:
    """The predictor, ready to be asked, with the key and the bytes that it may use."""
    return SORTS[row["sort"]].open(read_settings(row), access_of(db, row, vault, store, is_stopped))


def access_of(db: Connection, row: Row, vault: Vault, store: Bytes,
              is_stopped: Callable[[], bool] = lambda: False) -> Access:
    """What a predictor may use: its key, the bytes of its workspace, and the model by which it sees items."""
    trained = store.read(row["trained_sha256"]) if row["trained_sha256"] else b""
    return Access(secret=vault.open(row["secret"], row["predictor_id"]), read=store.read, is_stopped=is_stopped,
                  trained=trained, embedder=_embedder_of(db, row, vault, store), recall=store.recall, keep=store.keep,
                  small=small.reader_of_small(store))


def _embedder_of(db: Connection, row: Row, vault: Vault, store: Bytes) -> Embedder | None:
    predictor_id = getattr(read_settings(row), "embedder", "")
    if not predictor_id:
        return None
    found = open_predictor(db, find_predictor(db, row["workspace_id"], predictor_id), vault, store)
    if not hasattr(found, "embed"):
        raise Closed("The model by which this one is to see items does not say what they are like.",
                     hint="Name one in ONNX whose task is to embed.")
    return cast(Embedder, found)
