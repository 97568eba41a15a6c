"""What all tables share: one metadata with names for every constraint, and the two columns that most of them have."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identifier(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    """A column for an id, ours or a platform's."""
    return Column(name, String(255), primary_key=key, nullable=optional and not key)


def organization() -> Column[str]:
    """The first column of every primary key."""
    return identifier("organization_id", key=True)
