"""Words for refusals of loans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.saying import Saying
from core.refusals import Because

LOANS: Final[Mapping[Because, Saying]] = {
    Because.UNKNOWN_LOAN: Saying(
        "I do not know that loan.",
        "[You neither lent nor borrowed anything under {loan:text}.]",
        "See what is owed with “loans”.",
    ),
    Because.NOT_YOUR_LOAN: Saying(
        "That loan is not yours to settle.",
        "[It was lent to {handle:handle}, who alone can pay it back before it is due. "
        "|| Who owes it can only pay it back.]",
        "See what is owed with “loans”.",
    ),
    Because.LOAN_NOT_OPEN: Saying(
        "Nothing is owed there.",
        "[You owe {handle:handle} nothing. || That loan is {state:words}.]",
        "See what is owed with “loans”.",
    ),
    Because.NOBODY_LEFT: Saying(
        "That loan cannot be written off.",
        "Both sides are still here; only what stays owed when one of them has left can be.",
        "The lender can leave it at that with a transfer of the same amount.",
    ),
    Because.MORE_THAN_OWED: Saying(
        "[{owed:amount} is all that you owe {handle:handle}. || That is more than you owe.]",
        "[You wanted to pay back {asked:amount}.]",
        "Name less, or no amount to pay back all of it.",
    ),
}
