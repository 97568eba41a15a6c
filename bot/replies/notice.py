"""How one event is told to who hears of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A title that says the most important thing, the number first, and perhaps a line."""

    title: str
    line: str = ""
