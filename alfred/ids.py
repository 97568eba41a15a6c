"""Where ids come from: TypeIDs (a prefix and a UUIDv7), sortable by the time they were made."""

from __future__ import annotations

from typeid import cached_typeid_factory


def new_id(prefix: str) -> str:
    """A new id: `usr_01h…`."""
    return str(cached_typeid_factory(prefix)())
