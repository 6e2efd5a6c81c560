"""What takes long to make and is the same for every test: made once in a process of tests, then copied or lent out."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from litestar import Litestar

from goldsmith.db.connection import open_database
from goldsmith.server.app import make_app
from goldsmith.server.context import Context


@cache
def _sqlite_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "goldsmith.sqlite"
        open_database(path).close()
        return path.read_bytes()


def put_tables(path: Path) -> None:
    """A SQLite file with all tables and nothing in them, where there is none: what all migrations leave."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_sqlite_file())


@cache
def postgres_template(address: str) -> str:
    """The name of a database with all tables on that server; nobody is connected to it, so that it can be copied."""
    import psycopg

    name = "with_tables"
    with psycopg.connect(address + "/postgres", autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    open_database(f"{address}/{name}").close()
    return name


@cache
def _application() -> Litestar:
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder) / "data")
        app.state.context.db.close()
        return app


def application_over(data: Path, database: str = "") -> Litestar:
    """The application over this data folder, until the next call: to register its routes takes a second each time."""
    if not database:
        put_tables(data / "goldsmith.sqlite")
    app = _application()
    app.state.context = Context(data, database)
    return app
