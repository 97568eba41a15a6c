"""Who must hear that rules have changed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.notify.audience import Audience, Payload


def policy_applied(payload: Payload) -> Audience:
    """Who manages the place; everybody else meets the rules where they decide something."""
    return Audience(managers_of=(payload["scope_id"],))


POLICIES: Final[Mapping[str, Callable[[Payload], Audience]]] = {"policy.applied": policy_applied}
