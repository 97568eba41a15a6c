"""Whose absence is meant: `ooo @carol next week`, `ooo back @carol`; one's own when nobody is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.parse import bare
from bot.commands.people import Named, is_explicit, named

STATUS: Final = frozenset({"status", "show", "when", "?"})
BACK: Final = frozenset({"back", "return", "returned", "here"})
CANCEL: Final = frozenset({"cancel", "delete", "remove"})
CORRECT: Final = frozenset({"correct", "change", "really", "fix"})
EXTEND: Final = frozenset({"extend", "prolong", "longer"})
_DEEDS: Final = STATUS | BACK | CANCEL | CORRECT | EXTEND
_DAYS: Final = frozenset({"from", "until", "till", "on", "next", "this", "today", "tomorrow", "the", "starting", "out"})
NOTHING_NEW: Final = frozenset(
    {"now", "already", "again", "early", "earlier", "at", "work", "office", "the", "in", "to", "i'm", "am", "i", "it"}
    | {"here", "home", "from", "that", "this", "all", "my", "absence", "vacation", "holiday", "after"}
)
"""Words behind a deed that say no more than the deed does."""
_BEFORE: Final = frozenset({"for", "of"})


@dataclass(frozen=True, slots=True)
class Whose:
    """A person; `handle` only when it is not who speaks."""

    user_id: str
    handle: str | None

    @property
    def subject(self) -> str:
        """`you are`, `@carol is`."""
        return f"@{self.handle} is" if self.handle else "you are"

    @property
    def object(self) -> str:
        """`you`, `@carol`."""
        return f"@{self.handle}" if self.handle else "you"


def apart_from_person(
    words: Sequence[str], *, is_day: Callable[[Sequence[str]], bool]
) -> tuple[Named | None, tuple[str, ...]]:
    """The person in front of the days or beside the deed, and the other words.

    A bare name counts only where the words make sense without it and none with it (`is_day`).
    """
    kept = tuple(words)
    at = 1 if kept and bare(kept[0]) in _DEEDS else 0
    last = next((last for last in range(at, len(kept)) if at and _is_person(kept[last])), None)
    if last is not None:  # “back friday @carol”, “cancel next week for @carol”
        first = last - 1 if last > at and bare(kept[last - 1]) in _BEFORE else last
        return named(kept[last]), (*kept[:first], *kept[last + 1 :])
    behind = at + (1 if len(kept) > at and bare(kept[at]) in _BEFORE else 0)
    who = named(kept[behind]) if len(kept) > behind else None
    if who is None:
        return None, kept
    rest = (*kept[:at], *kept[behind + 1 :])
    if _is_person(kept[behind]):
        return who, rest
    if kept[behind].startswith("ooo_") or kept[behind][0].isdigit():
        return None, kept
    if at:
        is_alone = len(kept) == behind + 1 and bare(kept[0]) not in CORRECT | EXTEND
        is_name = bare(kept[behind]) not in NOTHING_NEW and not is_day(kept[behind:])
        return (who, rest) if is_alone and is_name else (None, kept)
    makes_sense = is_day(rest) or (bool(rest) and bare(rest[0]) in _DEEDS)
    return (who, rest) if makes_sense and not is_day(kept) and bare(kept[0]) not in _DAYS else (None, kept)


def _is_person(word: str) -> bool:
    return is_explicit(word) or word.startswith("usr_")
