"""Routes of models: register one, change its price, give it another key."""

from __future__ import annotations

from litestar import post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection
from goldsmith.server.context import Context, now_us
from goldsmith.server.routes.people.accounts import person_row
from goldsmith.server.wire.people import Key, PersonRow
from goldsmith.server.wire.routing import ModelMade, ModelPrice, NewModel
from goldsmith.work import people
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.routing import models
from goldsmith.work.routing.models import Model


def _event(person: Person, what: str, about: str, *, now_us: int, **details: object) -> Event:
    return Event(what=what, about=about, workspace_id=person.workspace_id, person_id=person.person_id, now_us=now_us,
                 details=details)


@post("/api/models")
async def register_model(context: NamedDependency[Context], person: NamedDependency[Person],
                         data: JSONBody[NewModel]) -> ModelMade:
    """Register a model as an annotator; it answers through the same queue with the key that is shown this once."""
    need_role(person, "manager")
    model = Model(model=data.model, version=data.version, price_minor=data.price_minor, currency=data.currency)

    def make(db: Connection) -> tuple[str, people.Secret]:
        at = now_us()
        person_id, secret = models.register(db, person.workspace_id, model, now_us=at)
        tell(db, _event(person, "model.registered", person_id, now_us=at, model=model.full_name))
        return person_id, secret

    person_id, secret = await context.write(make)
    row = models.find_model(context.db.read(), person.workspace_id, person_id)
    return ModelMade(person=person_row(row, 0), key=secret.secret)


@put("/api/models/{person_id:str}/price")
async def set_model_price(context: NamedDependency[Context], person: NamedDependency[Person], person_id: FromPath[str],
                          data: JSONBody[ModelPrice]) -> PersonRow:
    """What an answer of the model costs from now on; another version is another model."""
    need_role(person, "manager")

    def change(db: Connection) -> PersonRow:
        row = models.set_price(db, person.workspace_id, person_id, data.price_minor, data.currency)
        tell(db, _event(person, "model.changed", person_id, now_us=now_us(), price_minor=data.price_minor,
                        currency=data.currency))
        return person_row(row, people.count_answers(db, person.workspace_id).get(person_id, 0))

    return await context.write(change)


@post("/api/models/{person_id:str}/key")
async def new_key(context: NamedDependency[Context], person: NamedDependency[Person],
                  person_id: FromPath[str]) -> Key:
    """Another key for the model; those it had stop working at once."""
    need_role(person, "manager")

    def make(db: Connection) -> people.Secret:
        at = now_us()
        made = models.new_key(db, person.workspace_id, person_id, now_us=at)
        tell(db, _event(person, "model.new_key", person_id, now_us=at))
        return made

    made = await context.write(make)
    return Key(credential_id=made.credential_id, key=made.secret)


ROUTES = [register_model, set_model_price, new_key]
