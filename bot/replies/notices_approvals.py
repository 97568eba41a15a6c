"""Words for requests, decisions, questions and delegations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.notice import Notice

_HOW: Final = "[ “approve {approval_id:text}” or “deny {approval_id:text}” decides it.]"

APPROVALS: Final[Mapping[str, Notice]] = {
    "approval.requested": Notice(
        "[{amount:amount} for {requester_id:person} || A request] needs your decision.",
        "[“{reason:text}”][ Until {expires_at:moment}.]" + _HOW,
    ),
    "approval.reminded": Notice(
        "[{amount:amount} for {requester_id:person} || A request] still waits for your decision.",
        "[It ends on {expires_at:moment}.]" + _HOW,
    ),
    "approval.decided": Notice(
        "[{approved_amount:amount} approved || {rejected_amount:amount} refused"
        " || {expired_amount:amount}: nobody decided in time || Your request was decided][ by {decided_by:person}].",
        "[“{note:text}”]",
    ),
    "approval.question": Notice(
        "[{requester_id:person} answers: “{answer:text}”. || {asked_by:person} asks: “{question:text}”."
        " || There is a question about a request.]",
        "[It is about {approval_id:text}.]",
    ),
    "approval.break_glass": Notice(
        "[{decided_by:person} || A super admin] broke the glass[ and decided {approval_id:text}].",
        "[“{justification:text}”]",
    ),
    "delegation.made": Notice(
        "You decide requests in the place of [{delegator_id:person} || a colleague][ until {ends_at:moment}].",
        "[It begins on {starts_at:moment}.]",
    ),
    "delegation.ended": Notice(
        "You no longer decide requests in the place of [{delegator_id:person} || a colleague].",
    ),
}
