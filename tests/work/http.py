"""The application over a real database, called without a network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from litestar.testing import TestClient

from goldsmith.server.context import Context, now_us
from goldsmith.work import people
from tests.made_once import application_over

PASSWORD = "ten letters or more"


class App:
    """People with keys, and an owner who joined by the first link."""

    def __init__(self, client: TestClient[Any], context: Context) -> None:
        self.client, self.context = client, context
        self.workspace_id = context.db.write(lambda db: people.add_workspace(db, "Workspace", now_us=now_us()))

    def key(
        self, role: str, email: str = "", workspace_id: str = "", scopes: tuple[people.Scope, ...] = people.SCOPES
    ) -> str:
        workspace = workspace_id or self.workspace_id

        def make(db: Any) -> str:
            person_id = people.add_person(db, workspace, email or f"{role}@x.org", role, now_us=now_us())
            return people.add_credential(
                db, "key", workspace, person_id=person_id, scopes=scopes, now_us=now_us(), expires_us=people.FOREVER_US
            ).secret

        return self.context.db.write(make)

    def call(self, method: str, path: str, key: str = "", body: Any = None, **headers: str) -> Any:
        """The answer of one call, by key; without one, by no session either unless `cookie` is given."""
        self.client.cookies.clear()
        if key:
            headers["authorization"] = f"Bearer {key}"
        return self.client.request(method, path, json=body, headers=headers)


@contextmanager
def running(database_place: str, folder: Path) -> Iterator[App]:
    """The application over this database."""
    app = application_over(folder / "data", database_place if database_place.startswith("postgres") else "")
    with TestClient(app) as client:
        yield App(client, app.state.context)
