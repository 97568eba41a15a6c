"""Words for people who are away and come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.notice import Notice, Offer
from bot.replies.reply import Style

_SEE_BALANCE: Final = Offer("Balance", "balance", stays=True)

ABSENCES: Final[Mapping[str, Notice]] = {
    "absence.set": Notice(
        "[{user_id:person} || A colleague] is out of office[ from {starts_at:since}][, back on {ends_at:since}].",
        "[{delegate_id:person} decides in their place meanwhile. ][Set by {by_id:person}.]",
    ),
    "absence.silence_noticed": Notice(
        "[{own_user_id:if}You have not used your credits for {days:count} days, so you are out of office."
        " || {user_id:person} has not used their credits for {days:count} days, so they are out of office."
        " || Somebody has not used their credits for long, so they are out of office.]",
        "[{own_user_id:if}Your team can use a share of your credits each day;"
        " what is left of them comes back to you with your next call or command."
        " || The team can use a share of their credits each day;"
        " what is left of them goes back with their next call or command.]",
        typed="[{own_user_id:if}“ooo back” ends it now. || “ooo back {user_id:person}” ends it now.]",
        offers=(
            Offer(
                "[{own_user_id:if}I am back || {user_id:person} is back]",
                "[{own_user_id:if}ooo back || ooo back {user_id:text}]",
                Style.PRIMARY,
            ),
            Offer("[Balance{own_user_id:if}]", "[balance{own_user_id:if}]", stays=True),
        ),
    ),
    "absence.share_moved": Notice(
        "Credits came to you: [{user_id:person} || a colleague] is away.",
        "What you have not used when they are back goes back to them.",
        offers=(_SEE_BALANCE,),
    ),
    "absence.ended": Notice(
        "[{returned:some} came back to you || Your absence has ended][, and {grace:some} from the budget].",
        "[{by_inactivity_days:if}You were out of office because nothing was heard of you. ]"
        "[{left:some} were used by others.]",
        offers=(_SEE_BALANCE,),
    ),
    "absence.suggested": Notice(
        "Are you away[ until {ends_at:moment}]? Your team could use your credits meanwhile.",
        "Your status says so. What is left of them when you are back comes back to you.",
        typed="[“suggested {suggestion_id:text}”{ends_at:if} shares them. ]“ooo next week” names other days.",
        offers=(
            Offer("[Yes, share{ends_at:if}]", "[suggested {suggestion_id:text}{ends_at:if}]", Style.PRIMARY),
            Offer("[Other days{user_id:if}]", "form ooo", stays=True),
            Offer("[Not this time{user_id:if}]", "cancel"),
        ),
    ),
    "absence.status_followed": Notice(
        "You are out of office[ until {ends_at:moment}], because your status says so.",
        "Your team can use your credits for that time; what is left of them comes back to you.",
        typed="“ooo cancel” takes it back.",
        offers=(Offer("[I am not away{user_id:if}]", "ooo cancel"), _SEE_BALANCE),
    ),
    "absence.return_suggested": Notice(
        "Welcome back? Your status no longer says that you are away[; here you are until {ends_at:moment}].",
        "When you are back, what is left of your credits comes back to you at once.",
        typed="“ooo back” says that you are.",
        offers=(
            Offer("[I am back{user_id:if}]", "[ooo back{user_id:if}]", Style.PRIMARY),
            Offer("[Still away{user_id:if}]", "cancel"),
        ),
    ),
}
