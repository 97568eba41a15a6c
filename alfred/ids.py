"""Where ids come from: TypeIDs (a prefix and a UUIDv7), sortable by the time they were made."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import uuid_utils
from typeid import TypeID, cached_typeid_factory

from core.storage.transaction import Clock

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def new_id(prefix: str) -> str:
    """A new id with the machine's own time, for what a front end names: commands, organizations."""
    return str(cached_typeid_factory(prefix)())


class EngineIds:
    """Ids with the engine clock's time: a hold's id tells its age, and a demo's clock may be weeks ahead."""

    def __init__(self, clock: Clock) -> None:
        self._clock: Final = clock

    def __call__(self, prefix: str) -> str:
        """A new id; version and variant bits as in RFC 9562, section 5.7, the rest is random."""
        milliseconds = (self._clock.now() - _EPOCH) // _MILLISECOND
        number = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
        return str(TypeID.from_uuid(uuid_utils.UUID(int=number), prefix))
