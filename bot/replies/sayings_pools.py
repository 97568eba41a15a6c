"""Words for refusals of team pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.saying import Saying
from core.refusals import Because

POOLS: Final[Mapping[Because, Saying]] = {
    Because.NO_POOL: Saying(
        "[{user:person} is no longer in {team:text}. || You are in no team, so there is no pool.]",
        "A pool belongs to a team, and whoever is at home there draws from it.",
        "Ask a teammate or your manager for credits.",
        to_operator="Move the person into a team, or add credits directly.",
    ),
    Because.JUSTIFICATION_NEEDED: Saying(
        "Please say what it is for.",
        "[Above {limit:amount} a request to the pool needs a reason.]",
        "Say it again with the reason behind, or ask for less: “request 60k from pool for the load test”.",
    ),
    Because.TOO_MANY_DRAWS: Saying(
        "[You have asked the pool {used:count} times this month. || You have asked the pool too often this month.]",
        "[Juniors may ask {limit:count} times a month.][ It begins again on {resets:moment}.]",
        "Ask a teammate or your team lead for credits.",
        to_operator="Add credits directly.",
    ),
    Because.OVER_POOL_ALLOWANCE: Saying(
        "[You may draw {left:amount} more from the pool this month. || That is more than you may draw this month.]",
        "[The limit is {limit:amount} a month, by calls and requests together; you have drawn or asked for"
        " {used:amount}.][ It begins again on {resets:moment}.]",
        "Ask for less, or ask a teammate for credits.",
    ),
    Because.POOL_SHORT: Saying(
        "[The pool has {available:amount} free: not enough for {asked:amount}. || The pool has not enough.]",
        "What calls have reserved, and what waits for a decision, is not free.",
        "Ask for less, or ask your team lead to fund the pool: “pool” shows how it stands.",
        to_operator="Take less, or fund the pool first.",
    ),
    Because.UNKNOWN_DRAW: Saying(
        "I do not know that request to the pool.",
        "[You have none with the id {draw:text}.]",
        "See what waits with “pool” or “approvals”.",
    ),
}
