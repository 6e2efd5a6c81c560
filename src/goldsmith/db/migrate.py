"""Bringing a database to the newest schema; a newer one than this program knows is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from goldsmith.core.errors import GoldsmithError

if TYPE_CHECKING:
    from goldsmith.db.connection import Connection

MIGRATIONS = Path(__file__).with_name("migrations")
HEAD = "0021"  # the newest migration; a test compares it with the folder


class WrongSchema(GoldsmithError):
    """The database was made by a newer Goldsmith."""

    code = "wrong_schema"


def current_version(db: Connection) -> str | None:
    """The version the database is at, None when it is empty."""
    try:
        row = db.one("SELECT version_num FROM alembic_version")
    except Exception:  # the table is absent: each driver has its own error for that
        return None
    return str(row[0]) if row else None


def upgrade(db: Connection, url: str) -> None:
    """Run what migrations are missing. Alembic is loaded only when there is one to run."""
    version = current_version(db)
    if version == HEAD:
        return
    if version is not None and version > HEAD:
        raise WrongSchema(f"The database is at schema {version}, this Goldsmith knows {HEAD}.",
                          hint="Install the newer Goldsmith that made it.")
    run_migrations(url)


def run_migrations(url: str, *, upto: str = "head") -> None:
    """Alembic's `upgrade` on the database at this SQLAlchemy address, to the newest version or to an earlier one."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, upto)
