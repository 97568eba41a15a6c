"""`send @bob 10k for the demo`, in all the ways people write it.

    [to] PEOPLE AMOUNT [to PEOPLE] [each] [for REASON] [--yes]

People may be written with or without @, before or after the amount, joined by commas or `and`. When it is unclear
whether a word is a person or a part of the reason, it is taken for a person: an unknown one is refused, and nothing is
sent to somebody who was not meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.commands.amounts import Found, amount_at_end, find_amount, looks_like_one
from bot.commands.parse import after_dashes, bare
from bot.commands.people import Named, is_explicit, named, readable
from core.directory.units import Amount, AmountError, Units

_JOINERS: Final = frozenset({"and", "&", "+", "plus"})
_TOWARDS: Final = frozenset({"to", "for", "with"})
_FILLERS: Final = frozenset(
    {"a", "apiece", "credits", "each", "my", "of", "please", "pls", "plz", "some", "tokens", "worth"}
)
_TOGETHER: Final = frozenset({"altogether", "among", "amongst", "between", "split", "total"})
"""Words of somebody who means the amount for all together; here it is for each."""
_BECAUSE: Final = frozenset({"as", "bc", "because", "cause", "for", "since"})
_BECAUSE_COLON: Final = frozenset({"because", "comment", "for", "memo", "message", "msg", "note", "re", "reason"})
_BECAUSE_OPTION: Final = frozenset({"comment", "for", "m", "memo", "message", "msg", "note", "r", "reason"})
_YES_OPTION: Final = frozenset({"confirm", "confirmed", "y", "yes"})
_YES: Final = frozenset({"confirm", "confirmed"})


class Missing(StrEnum):
    """What a text lacks to be a command."""

    RECIPIENT = "recipient"
    AMOUNT = "amount"
    CLEARNESS = "clearness"
    """Two amounts, an amount to be divided, or a word that cannot be a person."""


@dataclass(frozen=True, slots=True)
class SendWords:
    """A sending as typed. `people` is not empty; `reason` may be."""

    people: tuple[Named, ...]
    amount: Amount
    reason: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class _Parts:
    """The words without the reason, and the reason without what begins it."""

    words: tuple[str, ...]
    reason: tuple[str, ...] = ()
    is_toward: bool = False
    """Whether the reason began with `for`, which may also name the recipient."""


def read_send(words: Sequence[str], units: Units) -> SendWords | Missing | AmountError:
    """What was asked for, or what is missing. Never raises."""
    words, is_confirmed = _without_yes(words)
    parts = _apart(words)
    found = find_amount(parts.words, units)
    if found is None and (last := amount_at_end(parts.reason, units)):
        parts = replace(parts, reason=parts.reason[: last.first])
        found = Found(last.amount, len(parts.words), len(parts.words))
    if not isinstance(found, Found):
        return found or (Missing.AMOUNT if parts.words else Missing.RECIPIENT)
    if isinstance(find_amount(parts.words[found.end :], units), Found):
        return Missing.CLEARNESS
    return _read_people(parts, found, is_confirmed=is_confirmed)


def _read_people(parts: _Parts, found: Found, *, is_confirmed: bool) -> SendWords | Missing:
    before = _people(parts.words[: found.first])
    behind = _people_behind(parts.words[found.end :], is_sure=bool(before), is_all=bool(parts.reason))
    if before is None or behind is None:
        return Missing.CLEARNESS
    people, said = [*before, *behind[0]], [*behind[1], *parts.reason]
    if not people and parts.is_toward:
        people, said = _people_in_reason(parts.reason)
    if any(map(looks_like_one, behind[1])) or any(bare(word) in _TOGETHER for word in behind[1]):
        return Missing.CLEARNESS
    if not people:
        return Missing.RECIPIENT
    return SendWords(tuple(people), found.amount, _sentence(said), is_confirmed)


def _without_yes(words: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Without `--yes` anywhere and without `confirm` at the end."""
    kept = tuple(word for word in words if after_dashes(word) not in _YES_OPTION)
    if len(kept) < len(words):
        return kept, True
    says_so = bool(kept) and bare(kept[-1]) in _YES
    return (kept[:-1] if says_so else kept), says_so


def _apart(words: Sequence[str]) -> _Parts:
    """The words in front of the reason, and the reason."""
    words = tuple(words)
    for at, word in enumerate(words):
        option, equals, _ = after_dashes(word).partition("=")
        if option in _BECAUSE_OPTION:
            return _Parts(words[:at], (*filter(None, [word.partition("=")[2]] if equals else []), *words[at + 1 :]))
        if at and word.startswith('"'):
            return _Parts(words[:at], words[at:])
        if at and (bare(word) in _BECAUSE or (word.endswith(":") and bare(word) in _BECAUSE_COLON)):
            kept = () if bare(word) in _BECAUSE_COLON - {"because"} else (word,)
            return _Parts(words[:at], (*kept, *words[at + 1 :]), is_toward=bare(word) == "for")
    return _Parts(words)


def _people(words: Sequence[str]) -> list[Named] | None:
    """Everybody named in words that should all be people; None when one is not."""
    people = [named(word) for word in _single(words) if not _is_noise(word) and bare(word) not in _TOWARDS]
    if any(bare(word) in _TOGETHER for word in words) or None in people:
        return None
    return [person for person in people if person]


def _people_behind(words: Sequence[str], *, is_sure: bool, is_all: bool) -> tuple[list[Named], list[str]] | None:
    """The people behind an amount and the words after them, which are a reason without `for`.

    A bare word counts as a person until somebody was named surely (`is_sure`: before the amount, else with an @), and
    always when the reason is known to come later (`is_all`). None when such a word cannot be one.
    """
    people: list[Named] = []
    expects = False
    parts = _single(words)
    for at, word in enumerate(parts):
        if bare(word) in _TOWARDS | _JOINERS:
            expects = True
            continue
        if not is_explicit(word) and _is_noise(word):
            continue
        if is_sure and not (is_explicit(word) or expects or is_all):
            return people, parts[at:]
        person = None if bare(word) in _TOGETHER else named(word)
        if person is None:
            return None
        people.append(person)
        is_sure, expects = is_sure or is_explicit(word), False
    return people, []


def _people_in_reason(reason: Sequence[str]) -> tuple[list[Named], list[str]]:
    """`10k for @bob`, where `for` meant `to`, and `10k for the demo to @bob`."""
    for at, word in enumerate(reason[1:]):
        if bare(word) == "to" and is_explicit("".join(reason[at + 2 : at + 3])):
            return (_people_behind(reason[at + 1 :], is_sure=False, is_all=True) or ([], []))[0], list(reason[: at + 1])
    parts = _apart(reason)
    people, said = _people_behind(parts.words, is_sure=False, is_all=bool(parts.reason)) or ([], [])
    return people, [*said, *parts.reason]


def _single(words: Sequence[str]) -> list[str]:
    """`@a,@b` and `bob,carol` are several words, `10,000` is one."""
    return [part for word in words for part in ([word] if looks_like_one(word) else word.split(",")) if part]


def _is_noise(word: str) -> bool:
    return not bare(word).strip("-\u2013\u2014") or bare(word) in _FILLERS | _JOINERS


def _sentence(words: Sequence[str]) -> str:
    """The reason as people read it, without quotes around it."""
    text = " ".join(map(readable, words)).strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]
    return text[1:-1].strip() if is_quoted else text
