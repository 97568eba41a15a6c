"""What a played conversation expects to read: a part of a message, with `…` for anything and `{name}` to be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_PIECE: Final = re.compile(r"\{(?P<name>[a-z]\w*)\}|(?P<any>…|\.\.\.)|(?P<space>\s+)")
_NOT_INSIDE: Final = r"(?<![\w])(?<!\d[.,])"
"""A figure is a whole figure: 990,000 is no part of 1,990,000, nor of 990,000.5."""
_NOT_GOING_ON: Final = r"(?!\w)(?![.,]\d)"


class NotKept(Exception):
    """A `{name}` that stands for nothing yet."""


def found_in(message: str, fragment: str, *, kept: Mapping[str, str]) -> dict[str, str] | None:
    """What the new names of a fragment stand for where the message has it; None where it has not.

    A name that was kept before must stand for the same again. Any white space is one space.
    """
    found = re.search(_pattern(" ".join(fragment.split()), kept), " ".join(message.split()))
    return None if found is None else found.groupdict()


def filled(text: str, kept: Mapping[str, str]) -> str:
    """The text with every name as what it stands for. Raises NotKept."""

    def value(piece: re.Match[str]) -> str:
        name = piece["name"]
        if name is None:
            return piece[0]
        if name not in kept:
            raise NotKept(name)
        return kept[name]

    return _PIECE.sub(value, text)


def as_known(text: str, kept: Mapping[str, str]) -> str:
    """The text with those names filled in that stand for something."""
    return _PIECE.sub(lambda piece: kept.get(piece["name"] or "", piece[0]), text)


def _pattern(fragment: str, kept: Mapping[str, str]) -> str:
    parts, at, named = [], 0, set()
    for piece in _PIECE.finditer(fragment):
        parts.append(re.escape(fragment[at : piece.start()]))
        parts.append(_piece(piece, kept, is_again=piece["name"] in named))
        named.add(piece["name"])
        at = piece.end()
    parts.append(re.escape(fragment[at:]))
    return "".join((_NOT_INSIDE, *parts, _NOT_GOING_ON))


def _piece(piece: re.Match[str], kept: Mapping[str, str], *, is_again: bool) -> str:
    name = piece["name"]
    if name is None:
        return ".*?" if piece["any"] else " "
    if name in kept:
        return re.escape(kept[name])
    return f"(?P={name})" if is_again else rf"(?P<{name}>\S+?)"
