"""What alembic runs: the revisions, inside the transaction of the connection that core.storage.migrate hands over."""

from __future__ import annotations

from alembic import context

from core.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # also true of SQLite, when BEGIN is sent before the first statement, as database.py does
)
with context.begin_transaction():
    context.run_migrations()
