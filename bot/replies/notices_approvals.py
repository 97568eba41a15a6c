"""Words for requests, decisions, questions and delegations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.replies.kinds import ReplyKind
from bot.replies.notice import Notice, Offer
from bot.replies.reply import Style
from bot.replies.requested import requested

_HOW: Final = "[“approve {approval_id:text}” or “deny {approval_id:text}” decides it.]"
_YES: Final = Offer("Approve", "[approve {approval_id:text}]", Style.PRIMARY)
_NO: Final = Offer("Deny", "[deny {approval_id:text}]", Style.DANGER)
_ASK: Final = Offer("Ask a question", "[ask {approval_id:text}]", stays=True)
_LESS: Final = Offer("Smaller amount", "[approve {approval_id:text} smaller]", stays=True)
_DECIDE: Final = (_YES, _NO, _ASK, _LESS)
_CHAIN: Final = (
    "[{asked_first:amount} were asked for.]\n[{agreed_count:count} of {must_agree:count} have agreed: {agreed:people}.]"
    "\n[After you {after_you:count} more must agree.]"
)

APPROVALS: Final[Mapping[str, Notice]] = {
    "approval.requested": Notice(
        f"[{requested('amount')} || A request]: please decide.",
        f"[“{{reason:text}}”]\n{_CHAIN}\n[You can decide until {{expires_at:moment}}.]",
        typed=_HOW,
        offers=_DECIDE,
        kind=ReplyKind.APPROVAL,
    ),
    "approval.reminded": Notice(
        f"[{requested('amount')} || A request]: it still waits for you.",
        f"{_CHAIN}\n[It ends on {{expires_at:moment}}.]",
        typed=_HOW,
        offers=_DECIDE,
        kind=ReplyKind.APPROVAL,
    ),
    "approval.agreed": Notice(
        f"[{requested('amount', ': {decided_by:person} agrees')} || One more has agreed to your request].",
        "[{agreed_count:count} of {must_agree:count} have agreed: {agreed:people}; now asked: {now_asked:anyone}.]"
        "\n[{asked_first:amount} were asked for.]\n[“{note:text}”]",
    ),
    "approval.decided": Notice(
        "[{approved_amount:amount} approved || {rejected_amount:amount} refused"
        " || {expired_amount:amount}: nobody decided in time || Your request was decided][ by {decided_by:person}].",
        "[“{note:text}”]",
        kind=ReplyKind.DECIDED,
    ),
    "approval.question": Notice(
        "[{requester_id:person} answers: “{answer:text}”. || {asked_by:person} asks: “{question:text}”."
        " || There is a question about a request.]",
        "[It is about {approval_id:text}.]",
        offers=(
            Offer("Answer", "[{answer:if} || answer {approval_id:text}]", Style.PRIMARY, stays=True),
            replace(_YES, says="[{answer:if}approve {approval_id:text}]"),
            replace(_NO, says="[{answer:if}deny {approval_id:text}]"),
        ),
    ),
    "approval.break_glass": Notice(
        "[{decided_by:person} || A super admin] broke the glass[ and decided {approval_id:text}].",
        "[“{justification:text}”]",
    ),
    "delegation.made": Notice(
        "You decide requests in the place of [{delegator_id:person} || a colleague][ {ends_at:until}].",
        "[It begins on {starts_at:since}.]",
    ),
    "delegation.ended": Notice(
        "You no longer decide requests in the place of [{delegator_id:person} || a colleague].",
    ),
}
