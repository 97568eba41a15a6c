"""Whether what somebody's chat status says means that they are away. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.refusals import Because, Refused, refuse

READ: Final = 200
"""Characters of a status that are looked at; Slack takes 100."""
MOST: Final = 100
LONGEST: Final = 60
"""Characters of a word or an emoji's name."""

WORDS: Final = (
    "ooo",
    "out of office",
    "out of the office",
    "vacation",
    "vacationing",
    "pto",
    "holiday",
    "holidays",
    "on leave",
    "annual leave",
    "parental leave",
    "sick leave",
    "out sick",
    "away",
)
EMOJI: Final = ("palm_tree", "desert_island", "beach_with_umbrella", "face_with_thermometer")
"""What Slack's own suggestions "Vacationing" and "Out sick" carry, and their like."""

_BEFORE: Final = frozenset(
    {"not", "no", "never", "isn't", "isnt", "ain't", "aren't", "nope", "back", "before", "after", "post", "until"}
    | {"till", "planning", "need", "needs", "want", "dreaming"}
)
"""In front of such a word it says the opposite, or something else: `not OOO`, `back from vacation`."""
_FILLERS: Final = frozenset(
    {"from", "on", "the", "a", "my", "actually", "at", "all", "really", "currently", "of", "am"}
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NAME: Final = re.compile(r"[^\s:]+")


class StatusSync(StrEnum):
    """What an organization wants done with a status."""

    OFF = "off"
    SUGGEST = "suggest"
    SET = "set"


@dataclass(frozen=True, slots=True)
class StatusRules:
    """What means away, in lower case; without an organization's own words, the built-in ones."""

    sync: StatusSync = StatusSync.SUGGEST
    words: tuple[str, ...] = WORDS
    emoji: tuple[str, ...] = EMOJI

    def mean_away(self, text: str, emoji: str) -> bool:
        """Whether the status says so. What its text denies, no emoji says."""
        said = _words(text)
        found = [is_denied(said, at) for phrase in self.words for at in _places(said, _words(phrase))]
        if found:
            return not any(found)
        return _bare(emoji) in self.emoji


def is_denied(said: Sequence[str], at: int) -> bool:
    """Whether what stands in front of a word turns it around."""
    while at > 0 and said[at - 1] in _FILLERS:
        at -= 1
    return at > 0 and said[at - 1] in _BEFORE


def _places(said: Sequence[str], phrase: Sequence[str]) -> list[int]:
    return [at for at in range(len(said)) if phrase and list(said[at : at + len(phrase)]) == list(phrase)]


def _words(text: str) -> list[str]:
    return _WORD.findall(text[:READ].replace("\u2019", "'").casefold())


def _bare(emoji: str) -> str:
    """`:palm_tree:` and `palm_tree::skin-tone-2` are the palm tree."""
    found = _NAME.search(emoji[:READ])
    return found[0].casefold() if found else ""


def read_sync(name: str) -> StatusSync:
    """Raises Refused."""
    if name not in set(StatusSync):
        raise Refused(refuse(Because.BAD_VALUE, field="status_sync", why=f"it should be {', '.join(StatusSync)}"))
    return StatusSync(name)


def clean_words(words: Sequence[str]) -> tuple[str, ...]:
    """Words or phrases, each once. Raises Refused."""
    clean = tuple(dict.fromkeys(" ".join(_words(word)) for word in words))
    _check(clean, field="words")
    return clean


def clean_emoji(names: Sequence[str]) -> tuple[str, ...]:
    """Names of emoji, with or without colons, each once. Raises Refused."""
    clean = tuple(dict.fromkeys(map(_bare, names)))
    _check(clean, field="emoji")
    return clean


def _check(clean: Sequence[str], *, field: str) -> None:
    if len(clean) > MOST or not all(0 < len(item) <= LONGEST for item in clean):
        raise Refused(refuse(Because.BAD_VALUE, field=field, why=f"at most {MOST}, each of 1 to {LONGEST} characters"))
