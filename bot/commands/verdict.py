"""What an approver said, in words, before it is known what the request is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.parse import bare
from bot.commands.people import readable

FILLERS: Final = frozenset({"for", "because", "with", "only", "but", "note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A verdict in words. `amount` is in credits, for each who gains; `hours` is for how long, where somebody said so;
    `rest` are the words behind it.
    """

    is_yes: bool
    named: str | None
    amount: int | None
    hours: int | None
    rest: tuple[str, ...]
    breaks_glass: bool

    @property
    def text(self) -> str:
        """The rest as a sentence."""
        return sentence(self.rest)

    @property
    def note(self) -> str:
        """What the requester reads."""
        return "" if self.breaks_glass else self.text

    @property
    def justification(self) -> str:
        """Why a super admin breaks the glass."""
        return self.text if self.breaks_glass else ""


def sentence(words: Sequence[str]) -> str:
    """Words as people read them, without the `because` in front."""
    kept = words[1:] if words and bare(words[0]) in FILLERS else words
    return " ".join(map(readable, kept)).strip(" \"'")
