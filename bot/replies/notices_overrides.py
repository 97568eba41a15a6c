"""Words for temporary boosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.notice import Notice, Offer

_SEE: Final = Offer("View", "boosts", stays=True)
_AGAIN: Final = Offer("Ask again", "request override", stays=True)
_CAME_TO: Final = (
    "[{used:amount} were used, {returned:amount} went back.]"
    "[ {in_flight:some} are held by calls; what they do not cost goes back, too.]"
)

OVERRIDES: Final[Mapping[str, Notice]] = {
    "override.started": Notice(
        "[{amount:amount} more until {ends_at:moment} || More credits for a time][, from {granted_by:person}].",
        "[“{note:text}” ]They are spent first; what is left at the end goes back.",
        offers=(_SEE,),
    ),
    "override.rejected": Notice(
        "[{amount:amount} for a time: {decided_by:person} said no || Your request for a boost was refused].",
        "[“{note:text}”]",
    ),
    "override.request_ended": Notice(
        "[{expired_amount:amount} for a time: nobody decided in time || Your request for a boost has ended].",
        offers=(_AGAIN,),
    ),
    "override.ends_soon": Notice(
        "[{left:amount} of your boost are left || Your boost ends soon][; it ends on {ends_at:moment}].",
        "What is left then goes back.",
        offers=(_SEE,),
    ),
    "override.ended": Notice(
        "The boost of [{user_id:person} || somebody][, {amount:amount},] has ended.",
        _CAME_TO,
    ),
    "override.revoked": Notice(
        "Your boost[ of {amount:amount}] was closed[ by {revoked_by:person}].",
        "[“{note:text}” ]" + _CAME_TO,
    ),
}
