"""How one reason of a refusal is said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saying:
    """Sentences with blanks (sentences.py): what is refused, why and up to which limit, and what to do instead.

    `to_operator` is what to do for somebody at the command line, where nobody is left to be asked.
    """

    title: str
    why: str
    instead: str
    to_operator: str | None = None
