"""Text of people and of ours as mrkdwn that pings nobody, links nowhere and formats nothing.

Slack, "Formatting text for app surfaces": `&`, `<` and `>` are written as entities. `*`, `_`, `~` and backticks format
only at the edge of a word; an invisible space in front of them there takes that away.
"""

from __future__ import annotations

import re
from typing import Final

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_FORMATTING: Final = re.compile(r"(?<![^\W_])[*_~`]|[*_~`](?![^\W_])")
_DEFUSE: Final = "\u200b"
_MORE: Final = "…"


def escaped(text: str, most: int) -> str:
    """`text` as mrkdwn of at most `most` characters; what is cut off is announced by an ellipsis."""
    return _fitted(_FORMATTING.sub(lambda found: _DEFUSE + found[0], text), most)


def preformatted(text: str, most: int) -> str:
    """The same for text between triple backticks."""
    return _fitted(text.replace("`", "\u02cb"), most)


def plain(text: str, most: int) -> str:
    """For plain_text objects, which format nothing."""
    return text if len(text) <= most else text[: most - 1] + _MORE


def _fitted(text: str, most: int) -> str:
    """Entities are never cut apart."""
    whole = "".join(_ENTITIES.get(character, character) for character in text[: most + 1])
    if len(whole) <= most:
        return whole
    kept, length = [], len(_MORE)
    for character in text:
        entity = _ENTITIES.get(character, character)
        length += len(entity)
        if length > most:
            break
        kept.append(entity)
    return "".join(kept) + _MORE
