"""Numbers among the cells of a table."""

from __future__ import annotations

import re
from typing import Final

_FIGURE: Final = re.compile(r"~?[-−]?\$?[0-9][0-9.,]*[kMBT]?(?: [a-z]+)?")
_LED: Final = re.compile(r"~?[-−]?\$?[0-9][0-9.,]*(?![0-9-])")


def is_figure(cell: str) -> bool:
    """Whether it is a number, with its unit at most: `1,000`, `45,000 tokens`, `~$1.2k`, `2 hours`."""
    return _FIGURE.fullmatch(cell) is not None


def leads_with_figure(text: str) -> bool:
    """Whether a number comes first, and is no date: `98 calls, $0.60`."""
    return _LED.match(text) is not None


def labelled(column: str, cell: str) -> str:
    """A number with what it is, where it stands without its column: `used 1,000`."""
    return f"{column.lower()} {cell}" if column and is_figure(cell) else cell
