"""A length of time in a field."""

from __future__ import annotations

from bot.commands.forms.filled import Filled, Mistaken
from bot.commands.parse_boost import read_length


def hours_in(filled: Filled, name: str = "hours") -> int | None:
    """`48`, `48h`, `2 days`; None where nothing was filled in. Raises Mistaken."""
    text = filled.texts.get(name)
    if text is None:
        return None
    lasting = read_length((f"{text}h" if text.isdigit() else text).split(), is_marked=False)
    if lasting is None or lasting.rest:
        raise Mistaken({name: "That is no length of time. For example: 48h, 2 days, 1 week."})
    return lasting.hours
