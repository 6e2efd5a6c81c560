"""Alembic's entry: runs migrations on the address that the program gives."""

from alembic import context
from sqlalchemy import create_engine

from goldsmith.db.tables import metadata

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.begin() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
