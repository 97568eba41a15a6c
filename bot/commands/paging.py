"""Long lists, a page at a time: `page 2` behind what was asked, and buttons to turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from bot.commands.parse import bare
from bot.commands.verb import Asked
from bot.replies.reply import Action

T = TypeVar("T")
_PAGE: Final = frozenset({"page", "p"})
_LONGEST: Final = 4
"""Digits of a page's number."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """What is shown of a list; `number` counts from 1, `before` is how many come before it."""

    shown: tuple[T, ...]
    number: int
    pages: int
    before: int
    total: int


def asked_page(words: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The words without `page 2` at their end, and the number: 1 when nothing is said."""
    if len(words) > 1 and bare(words[-2]) in _PAGE:
        number = bare(words[-1])
        if number.isascii() and number.isdigit() and len(number) <= _LONGEST:
            return tuple(words[:-2]), max(1, int(number))
    return tuple(words), 1


def page_of(items: Sequence[T], *, number: int, size: int) -> Page[T]:
    """The page with that number, or the last one where there are fewer."""
    pages = max(1, -(-len(items) // size))
    number = min(number, pages)
    before = (number - 1) * size
    return Page(tuple(items[before : before + size]), number, pages, before, len(items))


def place_of(page: Page[Any]) -> tuple[str, ...]:
    """Which part of the list it is; nothing when it is all."""
    if page.pages == 1:
        return ()
    last = page.before + len(page.shown)
    return (f"Page {page.number} of {page.pages}: {page.before + 1:,} to {last:,} of {page.total:,}.",)


def turning(page: Page[Any], says: str, *, asked: Asked) -> tuple[Action, ...]:
    """Buttons to the neighbours; `says` is what was asked."""
    ways = (("Previous", page.number - 1, page.number > 1), ("Next", page.number + 1, page.number < page.pages))
    return tuple(
        Action(label=label, says=f"{says} page {number}", command_id=asked.speaker.mint(f"{says} page {number}"))
        for label, number, is_there in ways
        if is_there
    )
