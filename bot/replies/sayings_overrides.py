"""Words for refusals of temporary boosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.saying import Saying
from core.refusals import Because

OVERRIDES: Final[Mapping[Because, Saying]] = {
    Because.OVERRIDES_OFF: Saying(
        "There are no boosts here.",
        "They are switched off where the person is at home.",
        "Ask a teammate or your team lead for credits.",
        to_operator="Allocate credits, or switch them on in override_policy.",
    ),
    Because.OVERRIDE_TOO_LONG: Saying(
        "[{most:count} hours at most. || That is too long.]",
        "[{hours:count} were asked for. ]A boost lasts whole hours, at least one.",
        "Choose a shorter time; a quota is the right thing for what is needed always.",
    ),
    Because.OVERRIDE_TOO_LARGE: Saying(
        "[{most:amount} is the most that anybody can approve. || That is more than anybody can approve.]",
        "[It would be {asked:amount}.][ {counted:some} of the person's other boosts of the last 7 days count with it.]",
        "Ask for less, or wait until the others no longer count.",
        to_operator="Grant less, or raise the last limit in override_policy.",
    ),
    Because.OVERRIDE_ABOVE_YOURS: Saying(
        "[{most:some} is the most that you can grant. || You cannot grant boosts there.]",
        "[It would be {counted:amount}; the person's other boosts of the last 7 days count, too.]",
        "Grant less, or let the person ask: “request override 200k for 48h” goes to who can decide.",
    ),
    Because.OVERRIDE_NOT_ACTIVE: Saying(
        "That boost is not running[: {state:text}].",
        "Only what runs can be closed.",
        "Say “boosts” to see those that run.",
    ),
    Because.UNKNOWN_OVERRIDE: Saying(
        "I do not know that boost.",
        "[There is none with the id {override:text} that is yours or that you could decide.]",
        "Say “boosts” to see those that run.",
    ),
    Because.REASON_REQUIRED: Saying(
        "What is it for?",
        "A boost says why it is needed; who decides reads it, and so do the auditors.",
        "Say it again with a reason: “request override 200k for 48h P0 incident”.",
        to_operator="Say it again with a reason.",
    ),
    Because.BUDGET_SHORT: Saying(
        "[{available:amount} free in the budget of {budget:text}: not enough for {asked:amount}. "
        "|| The budget is short.]",
        "Only credits count that outlive the boost.",
        "Choose less, or ask for credits for the budget.",
    ),
}
