"""What a person typed becomes words: smart quotes, odd spaces, invisible characters and greetings are normal input."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LONGEST_TEXT: Final = 4_000
"""Characters; what is longer is cut. Slack sends at most that many."""

_SPACES: Final = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff" + "".join(map(chr, (*range(0x202A, 0x202F), 0x200E, 0x200F)))
_PLAIN: Final[Mapping[int, int | str | None]] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # fullwidth forms
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b"), "'"),
    **dict.fromkeys(map(ord, _INVISIBLE), None),
}
_DASHED_OPTION: Final = re.compile(r"(?<!\S)[\u2012-\u2015](?=[a-z])", re.IGNORECASE)
"""Phones turn `--message` into a long dash and `message`."""
_MARKED: Final = r"<(?:[@#!]|https?:|mailto:)[^<>]+>"
_WORD: Final = re.compile(rf"{_MARKED}|(?:(?!{_MARKED})\S)+")
_EDGES: Final = " \t\"'`.,;:!?()*"
_NAMES_OF_OURS: Final = frozenset({"alfred", "@alfred", "/alfred"})
_PLEASE: Final = frozenset({"please", "pls", "plz"})
_THANKS: Final = frozenset({"cheers", "thanks", "thx", "ty"})
COURTESIES: Final = frozenset(
    {
        "am",
        "can",
        "could",
        "get",
        "hello",
        "hey",
        "hi",
        "i",
        "i'm",
        "im",
        "just",
        "like",
        "me",
        "my",
        "now",
        "ok",
        "okay",
        "on",
        "please",
    }
    | {"pls", "plz", "show", "tell", "the", "to", "want", "would", "you"}
)


@dataclass(frozen=True, slots=True)
class Words:
    """A verb as typed, without case and punctuation, and the words behind it. `verb` is "" when nothing was said."""

    verb: str
    rest: tuple[str, ...]


def read(text: str) -> Words:
    """The verb and the rest of a text. Courtesies in front of a verb are passed over, `please show me my balance`."""
    words = split(text)
    while words and bare(words[0]).removeprefix("/") in _NAMES_OF_OURS | {""}:
        words = words[1:]
    words = _without_thanks(words)
    return Words(bare(words[0]).removeprefix("/"), words[1:]) if words else Words("", ())


def _without_thanks(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without `please` at the end, and without `thanks` behind a comma or a full stop: else it may be a reason."""
    while len(words) > 1 and (
        bare(words[-1]) in _PLEASE or (bare(words[-1]) in _THANKS and words[-2].endswith((",", ".", "!", "?", ";")))
    ):
        words = words[:-1]
    return words


def past_courtesies(words: Words) -> Words:
    """The same words from the first one on that is no courtesy; used when the first is no verb."""
    rest = (words.verb, *words.rest)
    while rest and bare(rest[0]) in COURTESIES | _NAMES_OF_OURS:
        rest = rest[1:]
    return Words(bare(rest[0]), rest[1:]) if rest else words


def split(text: str) -> tuple[str, ...]:
    """The words of a text; a platform's mention `<@U1|Bob Smith>` is one word."""
    return tuple(_WORD.findall(plain(text)))


def plain(text: str) -> str:
    """The text with ordinary quotes and spaces, without invisible and control characters, in composed form."""
    text = _DASHED_OPTION.sub("--", unicodedata.normalize("NFC", text[:LONGEST_TEXT]).translate(_PLAIN))
    return "".join(c if c.isprintable() else " " for c in text).strip()


def bare(word: str) -> str:
    """A word to compare with: no case, no punctuation around it."""
    return word.strip(_EDGES).casefold()


def after_dashes(word: str) -> str:
    """The name of an option, `message` of `--message`; "" when the word is none."""
    name = word.lstrip("-")
    return name.casefold() if name != word else ""
