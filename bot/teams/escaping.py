"""Text of people in the one place of a card that reads markdown: its heading. Everything else is RichTextBlock."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = re.compile(r"[\\`*_\[\]~<>|]|(?m:^)\s*(?:[#+-]|\d+[.)])(?=\s)")
_MORE: Final = "…"


def heading(text: str, most: int) -> str:
    """`text` for a TextBlock: no bold, no link, no list, one line."""
    return _MARKS.sub(_defused, cut(" ".join(text.split()), most))


def cut(text: str, most: int) -> str:
    """At most `most` characters; what is cut off is announced by an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + _MORE


def _defused(found: re.Match[str]) -> str:
    mark = found[0]
    return f"{mark[:-1]}\\{mark[-1]}"
