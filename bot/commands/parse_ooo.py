"""`ooo next week to 50% pool 50% @bob delegate @carol`, in the ways people write it.

DAYS [to SPLIT [for 3 days then SPLIT …]] [delegate PERSON] [vacation | sick | leave] [--yes]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.commands.parse import after_dashes, bare
from bot.commands.people import Named, named
from bot.commands.spans import Days, read_days
from bot.commands.splits import Stage, read_split, where_to
from core.ooo.words import Reason

_REASONS: Final = {
    "vacation": Reason.VACATION,
    "holiday": Reason.VACATION,
    "holidays": Reason.VACATION,
    "sick": Reason.SICK,
    "ill": Reason.SICK,
    "leave": Reason.LEAVE,
}
_DELEGATES: Final = frozenset({"delegate", "delegating", "cover", "deputy"})
_DAYS_BEGIN: Final = frozenset(
    {"until", "till", "til", "from", "for", "next", "this", "today", "tomorrow", "on", "starting"}
)


class Unclear(StrEnum):
    """What could not be understood."""

    DAYS = "days"
    SPLIT = "split"
    DELEGATE = "delegate"


@dataclass(frozen=True, slots=True)
class OooWords:
    """What was said. No stages: as the policy says."""

    days: Days
    stages: tuple[Stage, ...]
    delegate: Named | None
    reason: Reason
    is_confirmed: bool


def read_ooo(words: Sequence[str], *, today: date, present: Days | None = None) -> OooWords | Unclear:
    """Understand it, or say what is unclear. Without days it is about `present`, where there are such."""
    is_confirmed = any(after_dashes(word) == "yes" for word in words)
    said = [word for word in words if not after_dashes(word)]
    reason = next((_REASONS[bare(word)] for word in said if bare(word) in _REASONS), Reason.OTHER)
    said = [word for word in said if bare(word) not in _REASONS]
    said, has_delegate, delegate = _apart_delegate(said)
    said, split = _apart_split(said, today=today)
    says_more = has_delegate or split is not None
    days = read_days(said, today=today) if said else (present if says_more else None)
    if days is None:
        return Unclear.DAYS
    stages = read_split(split) if split is not None else ()
    if stages is None:
        return Unclear.SPLIT
    if has_delegate and delegate is None:
        return Unclear.DELEGATE
    return OooWords(days, stages, delegate, reason, is_confirmed)


def _apart_delegate(words: list[str]) -> tuple[list[str], bool, Named | None]:
    """The words without `delegate to @carol`, whether there was that, and who it is."""
    at = next((at for at, word in enumerate(words) if bare(word) in _DELEGATES), None)
    if at is None:
        return words, False, None
    behind = words[at + 1 :]
    while behind and bare(behind[0]) in {"to", "is"}:
        behind = behind[1:]
    return [*words[:at], *behind[1:]], True, named(behind[0]) if behind else None


def _apart_split(words: list[str], *, today: date) -> tuple[list[str], list[str] | None]:
    """The days, which mostly stand in front of the `to`, and what stands behind it."""
    at = where_to(words)
    if at is None:
        return words, None
    before, behind = words[:at], words[at + 1 :]
    if before:
        return before, behind
    starts = (at for at in range(1, len(behind)) if bare(behind[at]) in _DAYS_BEGIN)
    first = next((at for at in starts if read_days(behind[at:], today=today) is not None), len(behind))
    return behind[first:], behind[:first]
