"""How one event is told to who hears of it, and what they can do about it at once."""

from __future__ import annotations

from dataclasses import dataclass

from bot.replies.kinds import ReplyKind
from bot.replies.reply import Style


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to press: sentences with blanks (sentences.py). It is left out where one of the two comes out empty.

    `stays`: pressing it asks for more, and the notice remains.
    """

    label: str
    says: str
    style: Style = Style.PLAIN
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A title that says the most important thing, the number first, and perhaps lines.

    `typed` is what to type where there is nothing to press.
    """

    title: str
    line: str = ""
    typed: str = ""
    offers: tuple[Offer, ...] = ()
    kind: ReplyKind = ReplyKind.ANSWER
