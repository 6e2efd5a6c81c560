"""Models that answer: annotators like people, by an API key, known by name and version, with a price for an answer.

Another version is another annotator, so that its answers are measured on their own.
"""

from __future__ import annotations

import re
import secrets

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.core.ids import make_id
from goldsmith.db.connection import Connection, Row
from goldsmith.work import people

NOWHERE = "models.invalid"  # no mail goes there, by RFC 2606
CURRENCY = re.compile(r"[A-Z]{3}")
NAME_MOST, VERSION_MOST = 60, 39  # together they are a name of at most 100
PRICE_MOST = 10**9


class Model(Struct, frozen=True, kw_only=True):
    """Which model it is, and what one of its answers costs."""

    model: str
    version: str
    price_minor: int | None = None  # of the currency's smallest unit; None: not said
    currency: str = ""

    @property
    def full_name(self) -> str:
        """Name and version, as certificates and manifests have it."""
        return f"{self.model} {self.version}"

    def checked(self) -> Model:
        """With its names trimmed; BadInput names the first part that cannot be."""
        for where, text, most in (("model", self.model, NAME_MOST), ("version", self.version, VERSION_MOST)):
            if not text.strip() or len(text) > most or not text.isprintable():
                raise BadInput(f"A model's {'name' if where == 'model' else where} has 1 to {most} characters.",
                               where=where)
        if self.price_minor is not None and not 0 <= self.price_minor <= PRICE_MOST:
            raise BadInput(f"A price is 0 to {PRICE_MOST:,}.", where="price_minor")
        if (self.price_minor is None) != (self.currency == "") or not CURRENCY.fullmatch(self.currency or "XXX"):
            raise BadInput("A price has a currency of three letters, as in EUR.", where="currency")
        return Model(model=self.model.strip(), version=self.version.strip(), price_minor=self.price_minor,
                     currency=self.currency)


MAKE_MODEL = "UPDATE person SET sort = 'model', model_json = :json WHERE person_id = :person"


def add_model(db: Connection, workspace_id: str, model: Model, *, now_us: int) -> str:
    """A new annotator that is a model, without a key; gives its id."""
    model = model.checked()
    address = f"{make_id('model', now_us=now_us, random_bits=secrets.randbits(80))}@{NOWHERE}"
    person_id = people.add_person(db, workspace_id, address, "annotator", name=model.full_name, now_us=now_us)
    db.execute(MAKE_MODEL, {"json": msgspec.json.encode(model).decode(), "person": person_id})
    return person_id


def register(db: Connection, workspace_id: str, model: Model, *, now_us: int) -> tuple[str, people.Secret]:
    """A new annotator that is a model; gives its id and its API key."""
    person_id = add_model(db, workspace_id, model, now_us=now_us)
    return person_id, _make_key(db, workspace_id, person_id, now_us=now_us)


def _make_key(db: Connection, workspace_id: str, person_id: str, *, now_us: int) -> people.Secret:
    return people.add_credential(db, "key", workspace_id, person_id=person_id, name="model", now_us=now_us,
                                 expires_us=people.FOREVER_US)


END_KEYS = """
UPDATE credential SET revoked_us = :now WHERE workspace_id = :workspace AND person_id = :person AND sort = 'key'
   AND revoked_us IS NULL
"""


def new_key(db: Connection, workspace_id: str, person_id: str, *, now_us: int) -> people.Secret:
    """Another API key in place of the model's, which stop working at once."""
    find_model(db, workspace_id, person_id)
    db.execute(END_KEYS, {"workspace": workspace_id, "person": person_id, "now": now_us})
    return _make_key(db, workspace_id, person_id, now_us=now_us)


def set_price(db: Connection, workspace_id: str, person_id: str, price_minor: int | None, currency: str) -> Row:
    """What its answers cost from now on; gives its row."""
    found = model_of(find_model(db, workspace_id, person_id))
    assert found is not None
    model = msgspec.structs.replace(found, price_minor=price_minor, currency=currency).checked()
    db.execute(MAKE_MODEL, {"json": msgspec.json.encode(model).decode(), "person": person_id})
    return find_model(db, workspace_id, person_id)


def find_model(db: Connection, workspace_id: str, person_id: str) -> Row:
    """The active model of the workspace, or NotFound."""
    row = people.find_row(db, workspace_id, person_id)
    if row is None or row["sort"] != "model" or row["state"] != "active":
        raise NotFound("No such model in this workspace.", where="person_id")
    return row


def model_of(row: Row) -> Model | None:
    """What a row of the table of people says; None: a person."""
    return msgspec.json.decode(row["model_json"], type=Model) if row["sort"] == "model" else None


def address_of(row: Row) -> str:
    """A person's e-mail address; a model has none."""
    return "" if row["sort"] == "model" else str(row["email"])


ACTIVE = """
SELECT person_id, name FROM person WHERE workspace_id = :workspace AND sort = 'model' AND state = 'active'
 ORDER BY name, person_id
"""


def list_active(db: Connection, workspace_id: str) -> list[Row]:
    """Id and name of the models that may answer."""
    return db.all(ACTIVE, {"workspace": workspace_id})


MODELS = "SELECT person_id, sort, model_json FROM person WHERE workspace_id = :workspace AND sort = 'model'"


def read_models(db: Connection, workspace_id: str) -> dict[str, Model]:
    """The workspace's models by person id, those that were removed too."""
    rows = db.all(MODELS, {"workspace": workspace_id})
    return {row["person_id"]: model for row in rows if (model := model_of(row)) is not None}
