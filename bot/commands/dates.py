"""Moments as people write them: `friday`, `in 3 days`, `20 march`, in the organization's time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import dateparser

from bot.commands.parse import bare
from bot.commands.spans import YEARS
from bot.commands.verb import Asked
from core.policy.periods import start_of

_UNTIL: Final = frozenset({"until", "till", "til", "by", "on", "due"})
_CLOCK: Final = ":"


def apart_from_until(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words in front of the last `until`, and those behind it; nothing behind when nobody says it."""
    at = next((at for at in range(len(words) - 1, -1, -1) if bare(words[at]) in _UNTIL), None)
    return (tuple(words), ()) if at is None else (tuple(words[:at]), tuple(words[at + 1 :]))


def end_named(words: Sequence[str], asked: Asked) -> datetime | None:
    """The end of the day that is named, or the moment when a time of day is, too; None when it is neither."""
    text = " ".join(words).strip(" .,!?\"'")
    zone = asked.telling.zone
    base = asked.office.engine.clock.now().astimezone(zone)
    settings = {
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": base.replace(tzinfo=None),
        "TIMEZONE": zone.key,
        "RETURN_AS_TIMEZONE_AWARE": True,
    }
    try:
        found = dateparser.parse(text, languages=["en"], settings=settings)
    except OverflowError:  # the first and the last day that Python knows, elsewhere
        return None
    if found is None or found.year not in YEARS:
        return None
    if _CLOCK in text:
        return found
    return start_of(found.astimezone(zone).date() + timedelta(days=1), zone)
