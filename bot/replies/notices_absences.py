"""Words for people who are away and come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.notice import Notice, Offer

_SEE_BALANCE: Final = Offer("Balance", "balance", stays=True)

ABSENCES: Final[Mapping[str, Notice]] = {
    "absence.set": Notice(
        "[{user_id:person} || A colleague] is out of office[ from {starts_at:since}][, back on {ends_at:since}].",
        "[{delegate_id:person} decides in their place meanwhile.]",
    ),
    "absence.share_moved": Notice(
        "Credits came to you: [{user_id:person} || a colleague] is away.",
        "What you have not used when they are back goes back to them.",
        offers=(_SEE_BALANCE,),
    ),
    "absence.ended": Notice(
        "[{returned:some} came back to you || Your absence has ended][, and {grace:some} from the budget].",
        "[{left:some} were used by others.]",
        offers=(_SEE_BALANCE,),
    ),
}
