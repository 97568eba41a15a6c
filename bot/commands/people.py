"""Who is meant by a word: `@bob`, `bob`, `bob@example.com`, `usr_…`, or a platform's mention."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_MENTION: Final = re.compile(r"<@([A-Za-z0-9:._-]{1,200})(?:\|([^<>]*))?>")
_MAILTO: Final = re.compile(r"<mailto:([^|<>]+)(?:\|[^<>]*)?>")
_MARKED: Final = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_NAME: Final = re.compile(r"@?[^\W_](?:[\w.+'-]*\w)?(?:@[\w.-]*\w)?")


class By(StrEnum):
    """How somebody was named."""

    NAME = "name"
    """A handle, an e-mail address or an id."""
    MENTION = "mention"
    """The id that the chat platform has for them."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, as named: `text` to look up, `typed` to repeat."""

    by: By
    text: str
    typed: str


def named(word: str) -> Named | None:
    """The person that a word names, None when it is none. Punctuation around it does not matter."""
    word = word.strip("\"'`.,;:!?()*")
    mention = _MENTION.fullmatch(word)
    if mention:
        return Named(By.MENTION, mention[1], f"@{mention[2] or mention[1]}")
    mail = _MAILTO.fullmatch(word)
    if mail:
        word = mail[1]
    if len(word) > 254 or not _NAME.fullmatch(word):  # noqa: PLR2004  the longest e-mail address
        return None
    return Named(By.NAME, word.removeprefix("@").casefold(), word)


def is_explicit(word: str) -> bool:
    """Whether a word can only be a person: it has an @ or is a platform's mention."""
    return word.lstrip("\"'`(*,").startswith(("@", "<@", "<mailto:")) or bool(re.fullmatch(r"[^@\s]+@[^@\s]+", word))


def readable(word: str) -> str:
    """A platform's mention or link as people read it: `@carol`, `#general`, `example.com`."""
    marked = _MARKED.fullmatch(word)
    if marked is None:
        return word
    sign, target, label = marked.groups()
    if sign in {"@", "#"}:
        return f"{sign}{(label or target).lstrip(sign)}"
    if sign == "!":
        return f"@{(label or target).lstrip('@')}"
    plain = target.removeprefix("mailto:")
    return plain if label is None or label in plain else f"{label} ({plain})"
