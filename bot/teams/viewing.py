"""A card that is fetched anew by who looks at it carries the request's id, and nothing else that could grow old."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

REFRESH: Final = "refresh"
"""The verb, in the templates too."""
ABOUT: Final = "request"


def refresh_data(request_id: str) -> dict[str, str]:
    """What the card asks with."""
    return {ABOUT: request_id}


def asked_about(data: Mapping[str, Any]) -> str | None:
    """The request that a card is about; None when it is no card of ours."""
    request_id = data.get(ABOUT)
    return request_id if isinstance(request_id, str) and request_id else None
