"""What is made from something else is fresh: the client's types, the migrations, the documents' links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from goldsmith.db import migrate
from goldsmith.db.tables import metadata
from goldsmith.server import typescript

ROOT = Path(__file__).parents[2]


def test_the_clients_types_are_those_of_the_wire() -> None:
    assert typescript.place().read_text(encoding="utf-8") == typescript.typescript(), (
        "run `python -m goldsmith.server.typescript`"
    )


def test_the_newest_migration_is_the_one_the_program_asks_for() -> None:
    found = sorted(path.name[:4] for path in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py"))

    assert found[-1] == migrate.HEAD


def test_the_migrations_make_exactly_the_tables(empty_place: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    url = (
        empty_place.replace("postgresql://", "postgresql+psycopg://")
        if "://" in empty_place
        else f"sqlite:///{empty_place}"
    )
    migrate.run_migrations(url)

    engine = create_engine(url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


@pytest.mark.parametrize(
    "path", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=lambda p: str(p.relative_to(ROOT))
)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []
