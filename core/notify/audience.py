"""Who must hear of an event, by its type. Pure: ids and roles out of the payload; recipients.py finds the people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.access.matrix import Role

Payload = Mapping[str, Any]
"""An event as the outbox has it; docs/events/ has the schema of each."""

PERSON: Final = "usr_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Those who hear it: people by id, whoever manages these nodes or is at home there, whoever has these roles for the
    organization.
    """

    people: tuple[str, ...] = ()
    managers_of: tuple[str, ...] = ()
    members_of: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    besides: tuple[str, ...] = ()
    """People who are not told, wherever they are at home and whatever their role."""
    besides_managers_of: tuple[str, ...] = ()
    """Whoever manages these nodes is not told: another event tells them more."""


NOBODY: Final = Audience()


def nobody(_payload: Payload) -> Audience:
    """For integrations alone: people hear of what comes of it."""
    return NOBODY
