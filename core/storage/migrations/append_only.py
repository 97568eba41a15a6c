"""Triggers that refuse to change what was written, on both databases.

They guard against mistakes, not against whoever owns the database, and no command relies on them.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""


def make_append_only(tables: Sequence[str]) -> None:
    """Refuse UPDATE and DELETE (on Postgres TRUNCATE too) on these tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRES_FUNCTION)
    for table in tables:
        for name, statement in triggers_of(table, dialect=op.get_bind().dialect.name).items():
            op.execute(f"CREATE TRIGGER {name} {statement}")


def triggers_of(table: str, *, dialect: str) -> dict[str, str]:
    """The triggers of an append-only table, by name. A batch operation on SQLite drops them: make them again."""
    if dialect == "postgresql":
        when = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        return {f"{table}_append_only": f"{when} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"}
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return {
        f"{table}_no_update": f"BEFORE UPDATE ON {table} {refuse}",
        f"{table}_no_delete": f"BEFORE DELETE ON {table} {refuse}",
    }
