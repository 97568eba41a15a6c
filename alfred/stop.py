"""The one exception for "it cannot go on, and here is the line that says why"."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of `alfred`."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    DEFECT = 70
    """EX_SOFTWARE of sysexits.h: not the person's fault."""


class Stop(Exception):
    """Ends the command with one line on standard error."""

    def __init__(self, line: str, *, code: Exit = Exit.USAGE) -> None:
        super().__init__(line)
        self.code = code
