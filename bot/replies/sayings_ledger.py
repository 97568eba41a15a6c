"""Words for refusals of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.saying import Saying
from core.refusals import Because

LEDGER: Final[Mapping[Because, Saying]] = {
    Because.UNKNOWN_ACCOUNT: Saying(
        "There is no account for that.",
        "[No account has the id {account:text}.]",
        "Ask an administrator; this should not happen.",
        to_operator="“alfred admin ledger verify” says whether the books are whole.",
    ),
    Because.CLOSED_ACCOUNT: Saying(
        "That account is closed.",
        "What was left there has moved on, and nothing more goes in or out.",
        "Choose another one.",
    ),
    Because.OUT_OF_CREDITS: Saying(
        "[{available:amount} free: not enough for {asked:amount}. || Not enough credits.]",
        "[Your quota brings {refresh_amount:amount} on {refreshes_at:since}. "
        "|| Your quota refreshes on {refreshes_at:since}.]",
        "Use less, ask a teammate or your team lead for credits, or ask for a boost: “request override”.",
        to_operator="Use less, or add credits first.",
    ),
    Because.AMOUNT_OUT_OF_RANGE: Saying(
        "That amount cannot be used.",
        "It must be at least one credit[ and at most {most:amount}].",
        "Choose another amount.",
    ),
    Because.UNKNOWN_HOLD: Saying(
        "There is no such hold[: {id:text}].",
        "No credits were set aside under that id.",
        "Make the call again.",
    ),
    Because.HOLD_TOO_OLD: Saying(
        "That hold is too old.",
        "Holds are kept for 35 days; this id is older.",
        "Make the call again.",
    ),
    Because.HOLD_SETTLED: Saying(
        "That was settled already.",
        "A hold ends once[; this one was settled with {settled:amount}].",
        "Nothing is left to do.",
    ),
    Because.HOLD_RELEASED: Saying(
        "That was released already.",
        "A hold ends once; this one gave all its credits back.",
        "Make the call again.",
    ),
    Because.HOLD_EXPIRED: Saying(
        "That hold has expired.",
        "It was not ended in time, and its credits went back.",
        "Make the call again.",
    ),
    Because.ALREADY_USED: Saying(
        "[{left:amount} is all that is left of it: it cannot be undone. || It was used already: it cannot be undone.]",
        "Credits can only be taken back while the recipient has all of them free[; this was {amount:amount}].",
        "Ask [{handle:handle} || {user:person} || the recipient] to send it back.",
    ),
    Because.UNKNOWN_MODEL: Saying(
        "No provider serves that model[: {model:text}].",
        "None of the providers that were set up here has a model of that name.",
        "Choose another model.",
    ),
    Because.UNPRICED_MODEL: Saying(
        "That model has no price[: {model:text}].",
        "Calls are paid by cost here, and nobody knows what this model costs.",
        "Choose another model, or ask an administrator to set a ceiling price.",
        to_operator="Choose another model, or set a ceiling price.",
    ),
    Because.UNKNOWN_CALL: Saying(
        "There is no such call[: {id:text}].",
        "You made no call with that id.",
        "Check the id; it stands in the answer's X-Alfred-Request-ID header.",
    ),
}
