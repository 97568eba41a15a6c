"""Words for refusals of requests that somebody decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.saying import Saying
from core.refusals import Because

APPROVALS: Final[Mapping[Because, Saying]] = {
    Because.UNKNOWN_APPROVAL: Saying(
        "I do not know that request.",
        "[There is none with the id {approval:text} that is yours or that you could decide.]",
        "See what waits with “approvals”.",
    ),
    Because.UNKNOWN_QUESTION: Saying(
        "There is no open question.",
        "Nothing about that request waits for an answer.",
        "See what waits with “approvals”.",
    ),
    Because.UNKNOWN_DELEGATION: Saying(
        "Nobody decides in your place.",
        "There is no such delegation, or it has ended.",
        "Nothing is left to do.",
    ),
    Because.UNKNOWN_PREAPPROVAL: Saying(
        "You have not agreed to that in advance.",
        "There is no such agreement of yours, or it has ended.",
        "Nothing is left to do.",
    ),
    Because.NO_APPROVER: Saying(
        "Nobody could decide that.",
        "Who asks and who gains cannot approve, and there is nobody else with the right role.",
        "Ask an administrator to name somebody, or ask for less.",
        to_operator="Grant somebody a role that may decide, or ask for less.",
    ),
    Because.NO_NEXT_APPROVER: Saying(
        "With your yes nobody would be left to agree after you.",
        "Several must agree to that, each of them once, and nobody else has the right role for a later step.",
        "Ask an administrator to name somebody; you can still say no.",
        to_operator="Grant somebody a role that may decide.",
    ),
    Because.ALREADY_AGREED: Saying(
        "[{by:handle} has agreed to that already || Somebody has agreed to that already]; others are asked now.",
        "[It was on {at:moment}.]",
        "Nothing is left for you to do.",
    ),
    Because.NOT_AN_APPROVER: Saying(
        "You cannot decide that.",
        "It was put to others, or your role there has ended.",
        "Ask those who can; “approvals” shows what waits for you.",
    ),
    Because.ALREADY_DECIDED: Saying(
        "[{by:handle} has decided that already: {state:text}. || That is decided already: {state:text}. "
        "|| That is decided already.]",
        "[It was on {at:moment}.]",
        "Nothing is left to do.",
    ),
}
