"""Whether leaderboards may show somebody. Pure."""

from __future__ import annotations

from enum import StrEnum

from core.refusals import Because, Refused, refuse


class Shown(StrEnum):
    """Nobody is shown who has not said so."""

    NO = "off"
    NAMED = "on"
    ANONYMOUS = "anonymous"


def read_shown(name: str) -> Shown:
    """Raises Refused."""
    if name not in set(Shown):
        raise Refused(refuse(Because.BAD_VALUE, field="leaderboard", why=f"it should be one of {', '.join(Shown)}"))
    return Shown(name)
