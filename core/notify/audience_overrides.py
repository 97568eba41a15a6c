"""Who must hear of temporary boosts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.notify.audience import NOBODY, PERSON, Audience, Payload, nobody


def to_boosted(payload: Payload) -> Audience:
    """Whose boost it is, or was to be."""
    return Audience(people=(payload["user_id"],))


def request_ended(payload: Payload) -> Audience:
    """Who asked hears that nobody decided; who took the request back knows."""
    return to_boosted(payload) if payload["state"] == "expired" else NOBODY


def to_boosted_and_granter(payload: Payload) -> Audience:
    """Whose boost it was, and who answers for it; the operator has no inbox."""
    people = (payload["user_id"], payload["granted_by"])
    return Audience(people=tuple(user for user in people if user.startswith(PERSON)))


OVERRIDES: Final[Mapping[str, Callable[[Payload], Audience]]] = {
    "override.started": to_boosted,
    "override.rejected": to_boosted,
    "override.passed_up": nobody,  # those who are asked hear approval.requested
    "override.request_ended": request_ended,
    "override.ends_soon": to_boosted,
    "override.ended": to_boosted_and_granter,
    "override.revoked": to_boosted,
}
