"""Words for refusals of absences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.saying import Saying
from core.refusals import Because

ABSENCES: Final[Mapping[Because, Saying]] = {
    Because.UNKNOWN_ABSENCE: Saying(
        "[There is no absence {absence:text}. || {handle:handle} is not out of office. || You are not out of office.]",
        "Nothing was moved for it.",
        "See yours with “ooo status”, or set one, for example with “ooo next week”.",
    ),
    Because.ABSENCE_OVER: Saying(
        "That absence is over.",
        "What was moved for it has come back as far as it was there.",
        "Set a new one, for example with “ooo next week”.",
    ),
    Because.NOT_AWAY_YET: Saying(
        "It has not begun yet.",
        "[That absence begins on {starts:moment}.]",
        "Cancel it with “ooo cancel”, or “ooo cancel @bob” for somebody you lead.",
    ),
    Because.SUGGESTION_OVER: Saying(
        "That suggestion is over.",
        "Your status has changed since, or the time has passed.",
        "Say when you are away, for example “ooo until friday”.",
    ),
}
