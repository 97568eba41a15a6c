"""Spans of time as people type them: `45m`, `12h`, `7d`, `2w`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from alfred.stop import Stop

DURATION: Final = re.compile(r"(\d{1,5})\s*(m|h|d|w)(?:[a-z]*)", re.IGNORECASE)
UNIT_SECONDS: Final = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
MOST: Final = timedelta(days=3_660)


def duration(text: str) -> timedelta:
    """The span that was typed. Raises Stop."""
    found = DURATION.fullmatch(text.strip())
    by = timedelta(seconds=int(found[1]) * UNIT_SECONDS[found[2].lower()]) if found else timedelta()
    if not timedelta() < by <= MOST:
        raise Stop("DURATION is wrong: it should be a number and a unit, such as 45m, 12h, 7d or 2w; at most 10 years.")
    return by
