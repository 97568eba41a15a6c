"""The text of a played conversation: who says or presses what, and what they should be told.

    # A note to whoever reads the file.
    -- Monday morning.
    alice> send @bob 10k for the demo
    alice< 10,000 tokens to @bob: sent.
    bob< 10,000 tokens from @alice
    alice> [Undo]
    advance 7d

docs/chat-scripts.md is the reference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_TALK: Final = re.compile(r"(?P<who>[^\W_][\w.-]*)(?P<way>[<>])(?P<text>.*)")
_PRESS: Final = re.compile(r"\[(?P<label>[^\[\]]+)\]")
_ADVANCE: Final = re.compile(r"advance\s+(?P<by>\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """Somebody types."""

    number: int
    who: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presses:
    """Somebody presses what they were offered; `label` may be its number."""

    number: int
    who: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """What somebody must have been told since they last spoke; `text` is a part of it."""

    number: int
    who: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tells:
    """A stage direction for who watches."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advances:
    """Time passes, in a demo."""

    number: int
    by: str


Line = Says | Presses | Reads | Tells | Advances
"""`number` is that of the line in the file, from 1."""


class NoSuchLine(Exception):
    """A line that is none of these."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number


def read_script(text: str) -> tuple[Line, ...]:
    """The lines to be played. Raises NoSuchLine."""
    found = (_line(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    return tuple(line for line in found if line is not None)


def people_of(script: Sequence[Line]) -> dict[str, int]:
    """Everybody who has a part, with the line in which they first appear."""
    first: dict[str, int] = {}
    for line in script:
        if isinstance(line, Says | Presses | Reads):
            first.setdefault(line.who, line.number)
    return first


def _line(number: int, text: str) -> Line | None:
    if not text or text.startswith("#"):
        return None
    if text.startswith("--"):
        return Tells(number=number, text=text.lstrip("-").strip())
    if advance := _ADVANCE.fullmatch(text):
        return Advances(number=number, by=advance["by"])
    if talk := _TALK.fullmatch(text):
        return _talk(number, who=talk["who"].casefold(), way=talk["way"], text=talk["text"].strip())
    raise NoSuchLine(
        number, f"“{text[:60]}” is no line of a script: write “alice> …”, “alice< …”, “advance 7d”, “-- …” or “# …”."
    )


def _talk(number: int, *, who: str, way: str, text: str) -> Line:
    if not text:
        raise NoSuchLine(number, f"what {'does' if way == '>' else 'should'} {who} {'say' if way == '>' else 'read'}?")
    if way == "<":
        return Reads(number=number, who=who, text=text)
    press = _PRESS.fullmatch(text)
    return (
        Presses(number=number, who=who, label=press["label"].strip())
        if press
        else Says(number=number, who=who, text=text)
    )
